/**
 * House checks that are cheaper as tests than as habits: no circular imports,
 * files that fit their idea, one list of versions, no registry host in a file.
 */
import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";

const ROOT = dirname(import.meta.dirname ?? ".");
const FILE_LINES_MAX = 600;

interface ImportMap {
  readonly imports: Readonly<Record<string, string>>;
}

async function run(command: string, ...args: string[]): Promise<string> {
  const output = await new Deno.Command(command, {
    args,
    cwd: ROOT,
    stderr: "null",
  }).output();
  return new TextDecoder().decode(output.stdout);
}

async function trackedFiles(): Promise<string[]> {
  const listed = await run("git", "ls-files");
  const files = listed.split("\n").filter((file) => file !== "");
  const present = await Promise.all(
    files.map((file) =>
      Deno.stat(join(ROOT, file)).then(() => true, () => false)
    ),
  );
  return files.filter((_, i) => present[i]);
}

async function sources(): Promise<string[]> {
  return (await trackedFiles()).filter((file) => /\.tsx?$/.test(file));
}

const ALIASES: Readonly<Record<string, string>> = {
  "@core/": "engine/core/",
  "@engine/": "engine/",
  "@db/": "supabase/",
};

/** Value imports of a file that stay inside the project. */
async function importsOf(file: string): Promise<string[]> {
  const text = await Deno.readTextFile(join(ROOT, file));
  const found: string[] = [];
  const pattern =
    /^\s*(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm;
  for (const [, specifier = ""] of text.matchAll(pattern)) {
    const alias = Object.keys(ALIASES).find((a) => specifier.startsWith(a));
    if (alias !== undefined) {
      found.push(ALIASES[alias] + specifier.slice(alias.length));
    } else if (specifier.startsWith(".")) {
      found.push(relative(ROOT, join(ROOT, dirname(file), specifier)));
    }
  }
  return found;
}

/** Returns the first import cycle, as a path, or null. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>) {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle !== null) return cycle;
    }
    path.pop();
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle !== null) return cycle;
  }
  return null;
}

Deno.test("sources import each other without a circle", async () => {
  const graph = new Map<string, string[]>();
  for (const file of await sources()) graph.set(file, await importsOf(file));
  assert.ok(graph.size > 10);
  assert.equal(findCycle(graph)?.join(" → "), undefined);
});

Deno.test("findCycle() finds a circle", () => {
  const graph = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["a"]]]);
  assert.deepEqual(findCycle(graph), ["a", "b", "c", "a"]);
});

Deno.test("sources stay small enough to be one idea", async () => {
  const large: string[] = [];
  for (const file of await sources()) {
    const isList = file.includes("database_types") ||
      file.startsWith("web/i18n/"); // one file a language, whatever is said
    if (file.endsWith("_test.ts") || isList) continue;
    const lines = (await Deno.readTextFile(join(ROOT, file))).split("\n");
    if (lines.length > FILE_LINES_MAX) large.push(`${file}: ${lines.length}`);
  }
  assert.deepEqual(large, [], `Split files over ${FILE_LINES_MAX} lines`);
});

Deno.test("third-party versions are pinned exactly, in one list", async () => {
  const map: ImportMap = JSON.parse(
    await Deno.readTextFile(join(ROOT, "import_map.json")),
  );
  for (const [name, target] of Object.entries(map.imports)) {
    if (!target.startsWith("npm:")) continue;
    assert.match(
      target,
      /@\d+\.\d+\.\d+[\w.-]*(\/.*)?$/,
      `${name} → ${target}`,
    );
  }
});

Deno.test("no file imports a third-party version of its own", async () => {
  const offenders: string[] = [];
  for (const file of await sources()) {
    const text = await Deno.readTextFile(join(ROOT, file));
    if (/from\s+["'](npm:|jsr:|https?:)/.test(text)) offenders.push(file);
  }
  assert.deepEqual(offenders, [], "Add it to import_map.json instead");
});

Deno.test("no file names a package registry's host", async () => {
  const host = new RegExp("registry\\.(npm" + "js|yarn" + "pkg)\\.");
  const offenders: string[] = [];
  for (const file of await trackedFiles()) {
    const text = await Deno.readTextFile(join(ROOT, file)).catch(() => "");
    if (host.test(text)) offenders.push(file);
  }
  assert.deepEqual(offenders, []);
});
