import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { silentLog } from "../testing/silent_log.ts";
import { temporaryDirectory } from "../testing/temporary_directory.ts";
import { until } from "../testing/until.ts";
import { FunctionsHost } from "./host.ts";

const HELLO = `
  let calls = 0;
  export default {
    async fetch(request) {
      const url = new URL(request.url);
      if (url.searchParams.has("throw")) throw new Error("told to");
      return Response.json({
        calls: ++calls,
        path: url.pathname + url.search,
        method: request.method,
        body: await request.text(),
        address: request.headers.get("x-forwarded-for"),
        environment: Deno.env.toObject(),
        secrets: await Deno.readTextFile("/etc/hostname").catch((e) => e.name),
      }, { status: 201, headers: { "x-function": "hello" } });
    },
  };`;

async function makeFunctions(directory: string): Promise<void> {
  for (
    const [name, text] of [
      ["hello", HELLO],
      ["broken", "export default nothing_here;"],
      ["_shared", HELLO],
    ] as const
  ) {
    await Deno.mkdir(join(directory, name), { recursive: true });
    await Deno.writeTextFile(join(directory, name, "index.ts"), text);
  }
}

async function withHost(
  run: (
    call: (path: string, init?: RequestInit) => Promise<Response>,
    host: FunctionsHost,
  ) => Promise<void>,
): Promise<void> {
  await using directory = await temporaryDirectory();
  await makeFunctions(directory.path);
  await using host = new FunctionsHost({
    directory: directory.path,
    environment: { "SUPABASE_URL": "http://127.0.0.1:1" },
    log: silentLog(),
  });
  await run((path, init) =>
    host.handle(
      new Request(`http://127.0.0.1/functions/v1${path}`, init),
      "127.0.0.9",
    ), host);
}

Deno.test("FunctionsHost hands a request over as the platform does", async () => {
  await withHost(async (call) => {
    const response = await call("/hello/deep?a=1", {
      method: "POST",
      body: "text",
      headers: { "x-forwarded-for": "1.2.3.4" },
    });
    const { environment, ...rest } = await response.json();
    assert.equal(response.status, 201);
    assert.equal(response.headers.get("x-function"), "hello");
    assert.deepEqual(rest, {
      calls: 1,
      path: "/hello/deep?a=1",
      method: "POST",
      body: "text",
      address: "127.0.0.9",
      secrets: "NotCapable",
    });
    assert.equal(environment.SUPABASE_URL, "http://127.0.0.1:1");
    assert.equal(environment.TRELLIS_TEST_DATABASE, undefined);
  });
});

Deno.test("FunctionsHost answers 404 for what is no function", async () => {
  await withHost(async (call) => {
    for (const path of ["/nothing", "/_shared", "/", "/../hello"]) {
      const response = await call(path);
      await response.body?.cancel();
      assert.equal(response.status, 404, path);
    }
  });
});

Deno.test("FunctionsHost answers 500 for a function that fails, and goes on", async () => {
  await withHost(async (call) => {
    for (const path of ["/broken", "/hello?throw"]) {
      const response = await call(path);
      assert.equal(response.status, 500, path);
      assert.equal((await response.json()).code, "WORKER_ERROR");
    }
    const response = await call("/hello");
    assert.equal((await response.json()).calls, 1);
  });
});

Deno.test("FunctionsHost starts a dead process again with the next request", async () => {
  await withHost(async (call, host) => {
    await (await call("/hello")).body?.cancel();
    process.kill(host.pid ?? 0, "SIGKILL");
    await until(
      "its death noticed",
      () => Promise.resolve(host.pid === undefined ? true : null),
    );
    assert.equal((await (await call("/hello")).json()).calls, 1);
    await host.restart();
    assert.equal((await (await call("/hello")).json()).calls, 1);
  });
});
