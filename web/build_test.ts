/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { buildWeb } from "./build.ts";

const FIRST_LOAD_KB_MAX = 200;

Deno.test("buildWeb() builds a page whose first script load is small and not inline", async () => {
  const outDir = await Deno.makeTempDir();
  try {
    await buildWeb({ outDir });
    const page = await Deno.readTextFile(`${outDir}/index.html`);
    const paths = [...page.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)]
      .flatMap(([, path]) => path === undefined ? [] : [path]);
    assert.ok(paths.length > 0);
    let bytes = 0;
    for (const path of paths) {
      bytes += gzipSync(await Deno.readFile(outDir + path)).byteLength;
    }
    const kilobytes = Math.round(bytes / 1000);
    assert.ok(kilobytes <= FIRST_LOAD_KB_MAX, `First load: ${kilobytes} kB`);
    assert.doesNotMatch(page, /<script(?![^>]*src=)|<style| style="/);
  } finally {
    await Deno.remove(outDir, { recursive: true });
  }
});
