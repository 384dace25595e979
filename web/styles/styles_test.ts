/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { sourcesOf } from "../testing/sources.ts";

const ROOT = new URL("..", import.meta.url);

async function stylesheet(): Promise<string> {
  const texts: string[] = [];
  for await (const { name } of Deno.readDir(new URL("styles", ROOT))) {
    if (!name.endsWith(".css")) continue;
    texts.push(await Deno.readTextFile(new URL(`styles/${name}`, ROOT)));
  }
  return texts.join("\n").replaceAll(/\/\*.*?\*\//gs, "");
}

Deno.test("each class of the stylesheets is named by the app", async () => {
  const sources = await sourcesOf(ROOT);
  const words = new Set(sources.match(/[a-zA-Z][\w-]*/g));
  // `link-state--${state}`: what follows is a value.
  const open = [...sources.matchAll(/([a-z][\w-]*(?:--|__))\$\{/g)]
    .map(([, start = ""]) => start);
  const selectors = (await stylesheet()).replaceAll(/\{[^{}]*\}/g, "{}");
  const classes = new Set(
    [...selectors.matchAll(/\.([a-zA-Z][\w-]*)/g)].map(([, name = ""]) => name),
  );
  assert.ok(classes.size > 100);
  assert.deepEqual(
    [...classes].filter((name) =>
      !words.has(name) && !open.some((start) => name.startsWith(start))
    ),
    [],
  );
});

Deno.test("each token that is used is one that there is", async () => {
  const css = await stylesheet();
  const sources = await sourcesOf(ROOT);
  const known = new Set(css.match(/--[\w-]+(?=\s*:)/g));
  assert.ok(known.size > 30);
  assert.deepEqual(
    [...css.matchAll(/var\((--[\w-]+)/g)].map(([, name = ""]) => name)
      .filter((name) => !known.has(name) && !sources.includes(name)),
    [],
  );
});
