/**
 * Postgres refuses to run as root. Started by root, it runs as the system
 * account `postgres`, which is made if it is missing.
 *
 * @module
 */
import type { Account } from "../child.ts";

const NAME = "postgres";

/** The account Postgres must run as, or undefined for our own. */
export async function postgresAccount(): Promise<Account | undefined> {
  if (Deno.uid() !== 0) return undefined;
  const known = await lookUp();
  if (known !== undefined) return known;
  await run("groupadd", ["--system", NAME]);
  await run("useradd", ["--system", "--gid", NAME, "--no-create-home", NAME]);
  const made = await lookUp();
  if (made === undefined) {
    throw new Error(
      `Cannot run Postgres as root: there is no account "${NAME}" and making one failed`,
    );
  }
  return made;
}

/** Whether the account can reach a path: it may pass every folder above it. */
export async function canReach(
  account: Account | undefined,
  path: string,
): Promise<boolean> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", 'test -x "$1"', "sh", path],
    cwd: "/",
    stdout: "null",
    stderr: "null",
    ...account,
  }).output();
  return success;
}

async function lookUp(): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([
    run("id", ["-u", NAME]),
    run("id", ["-g", NAME]),
  ]);
  if (uid === undefined || gid === undefined) return undefined;
  return { uid: Number(uid), gid: Number(gid) };
}

async function run(
  command: string,
  args: string[],
): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(command, {
      args,
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
