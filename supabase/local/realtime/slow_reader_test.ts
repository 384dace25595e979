import assert from "node:assert/strict";
import { until } from "../testing/until.ts";
import { Connection } from "./connection.ts";

const HANDSHAKE = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
  "Upgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
  "Sec-WebSocket-Version: 13\r\n\r\n";
const MESSAGE = "x".repeat(256 * 1024);
/** Far more than the sockets' own buffers and what may wait. */
const MESSAGES_MAX = 200;

Deno.test("Connection cuts off a browser that does not read, and others go on hearing", async () => {
  const connections: Connection[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onopen = () =>
        connections.push(
          new Connection(socket, "1.0.0", { role: "anon", exp: 0 }),
        );
      return response;
    },
  );
  const { port } = server.addr;
  using frozen = await Deno.connect({ hostname: "127.0.0.1", port });
  await frozen.write(new TextEncoder().encode(HANDSHAKE));
  await until("the frozen one", () => isThere(connections, 1));
  const reader = new WebSocket(`ws://127.0.0.1:${port}`);
  let heard = 0;
  reader.onmessage = () => heard += 1;
  await until("the reader", () => isThere(connections, 2));
  const [slow, quick] = connections;
  assert.ok(slow !== undefined && quick !== undefined);
  let sent = 0;
  while (slow.isOpen && sent < MESSAGES_MAX) {
    slow.send(MESSAGE);
    quick.send(MESSAGE);
    sent += 1;
    const all = sent;
    await until(
      "the reader hears",
      () => Promise.resolve(heard === all ? true : null),
    );
  }
  assert.equal(slow.isOpen, false, `still served after ${sent} messages`);
  assert.equal(quick.isOpen, true);
  quick.send(MESSAGE);
  await until(
    "the reader hears on",
    () => Promise.resolve(heard === sent + 1 ? true : null),
  );
  const closed = Promise.withResolvers<void>();
  reader.onclose = () => closed.resolve();
  reader.close();
  await closed.promise;
});

function isThere(
  connections: readonly Connection[],
  count: number,
): Promise<true | null> {
  return Promise.resolve(connections.length === count ? true : null);
}
