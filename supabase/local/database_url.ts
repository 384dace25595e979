/** Returns the same connection string for another role or database. */
export function databaseUrl(
  base: string,
  change: {
    readonly user?: string;
    readonly password?: string;
    readonly database?: string;
  },
): string {
  const url = new URL(base);
  if (change.user !== undefined) url.username = change.user;
  if (change.password !== undefined) url.password = change.password;
  if (change.database !== undefined) url.pathname = `/${change.database}`;
  return url.href;
}
