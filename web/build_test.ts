/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { buildWeb } from "./build.ts";

const FIRST_LOAD_KB_MAX = 200;
/** What a chunk asks for before it runs; `import("…")` is not among it. */
const STATIC_IMPORT = /\bimport(?:[^"'();]*?from)?\s*["']\.\/([^"']+\.js)["']/g;

/** The files of a build, by name, and what each comes to. */
class Build {
  readonly #dir: string;
  readonly names: readonly string[];

  constructor(outDir: string) {
    this.#dir = `${outDir}/assets`;
    this.names = [...Deno.readDirSync(this.#dir)].map(({ name }) => name);
  }

  /** The files, and what they import before they run. */
  closure(files: readonly string[]): ReadonlySet<string> {
    const found = new Set<string>();
    const open = [...files];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (found.has(file)) continue;
      found.add(file);
      if (!file.endsWith(".js")) continue;
      const code = Deno.readTextFileSync(`${this.#dir}/${file}`);
      for (const [, name] of code.matchAll(STATIC_IMPORT)) {
        if (name !== undefined) open.push(name);
      }
    }
    return found;
  }

  /** Gzipped, kB. */
  kilobytes(files: Iterable<string>): number {
    let bytes = 0;
    for (const file of files) {
      bytes += gzipSync(Deno.readFileSync(`${this.#dir}/${file}`)).byteLength;
    }
    return Math.round(bytes / 1000);
  }

  /** The one file whose name begins so. */
  named(start: string): string {
    const [name, ...others] = this.names.filter((one) =>
      one.startsWith(`${start}-`) && one.endsWith(".js")
    );
    assert.ok(name !== undefined && others.length === 0, `${start}: ${others}`);
    return name;
  }
}

Deno.test("buildWeb() builds pages of which each is small before its chart, and nothing inline", async () => {
  const outDir = await Deno.makeTempDir();
  try {
    await buildWeb({ outDir });
    const page = await Deno.readTextFile(`${outDir}/index.html`);
    assert.doesNotMatch(page, /<script(?![^>]*src=)|<style| style="/);
    const first = [...page.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)]
      .flatMap(([, name]) => name === undefined ? [] : [name]);
    assert.ok(first.length > 1);

    const build = new Build(outDir);
    const chinese = build.named("zh_tw");
    const pages = ["BotList", "BotPage", "CreateBot", "EditBot", "Backtest"];
    for (const name of [...pages, "Keys", "Account", "Alerts", "People"]) {
      const files = build.closure([...first, build.named(name), chinese]);
      const charts = [...files].filter((file) => /chart|worker/.test(file));
      assert.deepEqual(charts, [], `${name} waits for a chart`);
      const kilobytes = build.kilobytes(files);
      assert.ok(kilobytes <= FIRST_LOAD_KB_MAX, `${name}: ${kilobytes} kB`);
    }
  } finally {
    await Deno.remove(outDir, { recursive: true });
  }
});
