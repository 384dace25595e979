import { fileURLToPath } from "node:url";

/** The version tasks, CI and tests use: one place. */
const VERSION = "3.1.0";
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What a command wrote. */
export interface CliOutput {
  readonly stdout: string;
  /** Warnings and progress, without npm's own. */
  readonly stderr: string;
}

/**
 * Runs the Supabase CLI on this project. It comes from npm at its first use and
 * needs no Docker for what tests ask of it.
 *
 * @param args As after `supabase`.
 * @param env More environment, an access token.
 * @throws {Error} With both outputs, if it fails.
 */
export async function runSupabase(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliOutput> {
  const { success, code, stdout, stderr } = await new Deno.Command("npx", {
    args: ["-y", `supabase@${VERSION}`, ...args, "--workdir", ROOT],
    env: { SUPABASE_TELEMETRY_DISABLED: "1", NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  const output = {
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr).replaceAll(/^npm .*\n/gm, ""),
  };
  if (!success) {
    throw new Error(
      `supabase ${
        args.slice(0, 2).join(" ")
      } ended with ${code}: ${output.stdout}${output.stderr}`,
    );
  }
  return output;
}
