import assert from "node:assert/strict";
import { serveLocal } from "./local_server.ts";

Deno.test("serveLocal() answers whom it has let in, then nobody", async () => {
  const entered = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const server = serveLocal(0, async (_request, peerAddress) => {
    entered.resolve();
    await answer.promise;
    return new Response(peerAddress);
  });
  const waiting = fetch(server.url);
  await entered.promise;
  server.close();
  await assert.rejects(fetch(server.url), TypeError);
  answer.resolve();
  assert.equal(await (await waiting).text(), "127.0.0.1");
  await server[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

Deno.test({
  name: "serveLocal() does not wait for a socket that does not answer",
  sanitizeResources: false, // the socket left behind is nobody's to close
  sanitizeOps: false,
}, async () => {
  const server = serveLocal(0, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => socket.close(1001);
    return Promise.resolve(response);
  });
  const { port } = new URL(server.url);
  using silent = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(port),
  });
  const handshake = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n" +
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  await silent.write(new TextEncoder().encode(handshake));
  await silent.read(new Uint8Array(1024));
  const started = performance.now();
  await server[Symbol.asyncDispose]();
  assert.ok(performance.now() - started < 5_000);
});

Deno.test({
  name: "serveLocal() does not wait for a request that stops half way",
  sanitizeResources: false, // the connection left behind is nobody's to close
  sanitizeOps: false,
}, async () => {
  const server = serveLocal(0, async (request) => {
    try {
      return new Response(await request.text());
    } catch {
      return new Response(null, { status: 500 });
    }
  });
  using silent = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(server.url).port),
  });
  const half = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc";
  await silent.write(new TextEncoder().encode(half));
  await fetch(server.url).then((response) => response.body?.cancel());
  const started = performance.now();
  await server[Symbol.asyncDispose]();
  assert.ok(performance.now() - started < 5_000);
});
