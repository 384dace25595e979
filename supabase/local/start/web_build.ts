/**
 * Builds the web app when its sources have changed since it was built last.
 * Run as a program it is the build itself: Vite lives in a process of its own,
 * which is gone afterwards, memory and threads and all.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { StartFailure } from "./failure.ts";
import { ROOT } from "./deno_program.ts";

/** What the app is made of, below the project's root. */
export const WEB_SOURCES = [
  "web",
  "engine/core",
  "supabase/database_types.ts",
  "import_map.json",
  "deno.lock",
];
/** Not part of the app, or made by the build. */
const IGNORED = ["node_modules", "dist", "e2e", "testdata"];

/**
 * Builds into a folder, unless what is there is current.
 *
 * @param directory Absolute; `dist` and a stamp are made in it.
 * @returns The folder to serve.
 * @throws {StartFailure} With the build's own words.
 */
export async function buildWebIfChanged(directory: string): Promise<string> {
  await Deno.mkdir(directory, { recursive: true });
  const dist = join(directory, "dist");
  const stampFile = join(directory, "stamp");
  const stamp = await fingerprint(WEB_SOURCES.map((path) => join(ROOT, path)));
  const built = await Deno.readTextFile(stampFile).catch(() => "");
  const page = await Deno.stat(join(dist, "index.html")).catch(() => null);
  if (built === stamp && page !== null) return dist;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", import.meta.filename ?? "", dist],
    cwd: ROOT,
    env: { "NO_COLOR": "1" },
  }).output();
  if (!success) {
    const decoder = new TextDecoder();
    throw new StartFailure(
      `Cannot build the web app:\n${decoder.decode(stdout)}${
        decoder.decode(stderr)
      }`,
    );
  }
  await Deno.writeTextFile(stampFile, stamp);
  return dist;
}

/** Changes when a file comes, goes or is written. */
async function fingerprint(paths: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const path of paths) await collect(path, lines);
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

async function collect(path: string, lines: string[]): Promise<void> {
  const info = await Deno.stat(path);
  if (!info.isDirectory) {
    lines.push(`${path} ${info.size} ${info.mtime?.getTime()}`);
    return;
  }
  for await (const entry of Deno.readDir(path)) {
    if (IGNORED.includes(entry.name) || /_test\.tsx?$/.test(entry.name)) {
      continue;
    }
    await collect(join(path, entry.name), lines);
  }
}

if (import.meta.main) {
  const [outDir] = Deno.args;
  if (outDir === undefined) {
    throw new TypeError("Name the folder to build into");
  }
  const { buildWeb } = await import("../../../web/build.ts");
  await buildWeb({ outDir });
}
