/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { contentSecurityPolicy, createWebHandler } from "./serve.ts";

const CONFIG = {
  supabaseUrl: "http://127.0.0.1:54321",
  publishableKey: "sb_publishable_x",
  venues: {
    paper: { rest: "http://127.0.0.1:54330", ws: "ws://127.0.0.1:54330" },
    bitget: { rest: "https://api.bitget.com", ws: "wss://ws.bitget.com" },
  },
  mailInboxUrl: null,
  demo: null,
};

async function withSite(
  run: (get: (path: string, method?: string) => Promise<Response>) => Promise<
    void
  >,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${root}/secret.txt`, "not for you");
    const distDir = `${root}/dist`;
    await Deno.mkdir(`${distDir}/assets`, { recursive: true });
    await Deno.writeTextFile(`${distDir}/index.html`, "<p>app</p>");
    await Deno.writeTextFile(`${distDir}/assets/a-1.js`, "1");
    const handle = createWebHandler({ distDir, config: CONFIG });
    await run((path, method = "GET") =>
      handle(new Request(`http://web${path}`, { method }))
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("createWebHandler() answers every page with the app and its policy", async () => {
  await withSite(async (get) => {
    for (const path of ["/", "/bots", "/bots/123/edit"]) {
      const response = await get(path);
      assert.equal(await response.text(), "<p>app</p>");
      assert.equal(
        response.headers.get("content-security-policy"),
        contentSecurityPolicy(CONFIG),
      );
    }
  });
});

Deno.test("createWebHandler() lets hashed files be kept and the configuration not", async () => {
  await withSite(async (get) => {
    const asset = await get("/assets/a-1.js");
    assert.match(asset.headers.get("cache-control") ?? "", /immutable/);
    assert.match(asset.headers.get("content-type") ?? "", /javascript/);
    await asset.body?.cancel();
    const config = await get("/config.json");
    assert.deepEqual(await config.json(), CONFIG);
    assert.equal(config.headers.get("cache-control"), "no-store");
  });
});

Deno.test("createWebHandler() serves nothing outside of its folder", async () => {
  await withSite(async (get) => {
    for (
      const path of [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/nothing.js",
        "/%zz.js",
      ]
    ) assert.equal((await get(path)).status, 404, path);
    assert.equal((await get("/", "POST")).status, 405);
  });
});

Deno.test("contentSecurityPolicy() names the hosts and allows nothing inline", () => {
  const policy = contentSecurityPolicy(CONFIG);
  assert.match(policy, /connect-src 'self' http:\/\/127\.0\.0\.1:54321 ws:/);
  assert.match(policy, /wss:\/\/ws\.bitget\.com/);
  assert.doesNotMatch(policy, /unsafe/);
});
