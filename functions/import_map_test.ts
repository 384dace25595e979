import assert from "node:assert/strict";

async function readImports(path: string): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(new URL(path, import.meta.url));
  return JSON.parse(text).imports;
}

Deno.test("functions/import_map.json has the versions of the root's", async () => {
  const root = await readImports("../import_map.json");
  const own = await readImports("./import_map.json");
  for (const [name, target] of Object.entries(own)) {
    // The CLI uploads every file below a prefix: ours may be longer ones.
    const [prefix, base] = Object.entries(root).find(([each]) =>
      each === name || (each.endsWith("/") && name.startsWith(each))
    ) ?? [];
    assert.ok(prefix !== undefined && base !== undefined, name);
    const expected = (base + name.slice(prefix.length)).replace(/^\.\//, "../");
    assert.equal(target, expected, name);
  }
});

Deno.test("functions/import_map.json has every package the functions need", async () => {
  const own = Object.keys(await readImports("./import_map.json"));
  const entrypoints = ["alerts", "bots", "keys", "uid"].map((name) =>
    new URL(`./${name}/index.ts`, import.meta.url).href
  );
  const modules = new Set<string>();
  for (const entrypoint of entrypoints) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", entrypoint],
    }).output();
    const graph = JSON.parse(new TextDecoder().decode(stdout));
    for (const { local } of graph.modules) {
      if (local !== undefined && !local.includes("node_modules")) {
        modules.add(local);
      }
    }
  }
  assert.ok(modules.size > 10);
  for (const module of modules) {
    const text = await Deno.readTextFile(module);
    for (const [, specifier = ""] of text.matchAll(/ from "([^".][^"]*)"/g)) {
      const isMapped = own.some((name) =>
        specifier.startsWith("node:") || specifier === name ||
        (name.endsWith("/") && specifier.startsWith(name))
      );
      assert.ok(isMapped, `${module} imports ${specifier}`);
    }
  }
});
