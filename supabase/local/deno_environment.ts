/** What Deno itself needs: to be found, and to find its cache. */
export function denoEnvironment(): Record<string, string> {
  const names = ["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME"];
  const found: Record<string, string> = { "NO_COLOR": "1" };
  for (const name of names) {
    const value = Deno.env.get(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
