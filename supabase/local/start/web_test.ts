import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryDirectory } from "../testing/temporary_directory.ts";
import { runtimeConfig } from "./runtime_config.ts";
import { buildWebIfChanged } from "./web_build.ts";
import { startWebServer } from "./web_server.ts";

const config = runtimeConfig({
  apiUrl: "http://127.0.0.1:54321",
  paperUrl: "http://127.0.0.1:54330",
  publishableKey: "sb_publishable_test",
  demo: null,
});

Deno.test("buildWebIfChanged() builds once, and again after a change", async () => {
  await using directory = await temporaryDirectory();
  const dist = await buildWebIfChanged(directory.path);
  const page = join(dist, "index.html");
  assert.match(await Deno.readTextFile(page), /<title>Trellis/);
  await Deno.writeTextFile(page, "kept");
  await buildWebIfChanged(directory.path);
  assert.equal(await Deno.readTextFile(page), "kept");
  await Deno.remove(dist, { recursive: true });
  await buildWebIfChanged(directory.path);
  assert.match(await Deno.readTextFile(page), /<title>Trellis/);
  await Deno.writeTextFile(join(directory.path, "stamp"), "of other sources");
  await buildWebIfChanged(directory.path);
  assert.match(await Deno.readTextFile(page), /<title>Trellis/);
});

Deno.test("startWebServer() lets requests wait until there is an app", async () => {
  await using directory = await temporaryDirectory();
  await Deno.writeTextFile(join(directory.path, "index.html"), "the app");
  await using server = startWebServer(0);
  const early = fetch(`${server.url}/bots/1`);
  server.serve(directory.path, config);
  assert.equal(await (await early).text(), "the app");
  const told = await (await fetch(`${server.url}/config.json`)).json();
  assert.deepEqual(told, config);
});
