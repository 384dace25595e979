/** The version tasks, CI and tests use: one place. */
const VERSION = "3.1.0";
const ROOT = new URL("../../", import.meta.url).pathname;

/**
 * Runs the Supabase CLI on this project. It comes from npm at its first use and
 * needs no Docker for what tests ask of it.
 *
 * @param args As after `supabase`.
 * @returns What it wrote to stdout.
 * @throws {Error} With both outputs, if it fails.
 */
export async function runSupabase(args: readonly string[]): Promise<string> {
  const { success, code, stdout, stderr } = await new Deno.Command("npx", {
    args: ["-y", `supabase@${VERSION}`, ...args, "--workdir", ROOT],
    env: { SUPABASE_TELEMETRY_DISABLED: "1", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  const output = decoder.decode(stdout);
  if (!success) {
    throw new Error(
      `supabase ${args[0]} ${args[1]} ended with ${code}: ${output}${
        decoder.decode(stderr)
      }`,
    );
  }
  return output;
}
