import assert from "node:assert/strict";
import { TcpProxy } from "./tcp_proxy.ts";

/** Says back what it hears. */
class Echo implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving = this.#serve();

  get address(): Deno.ConnectOptions {
    const { hostname, port } = this.#listener.addr;
    return { hostname, port };
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      await connection.readable.pipeTo(connection.writable).catch(() => {});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }
}

async function connect(proxy: TcpProxy): Promise<Deno.TcpConn> {
  const { port } = new URL(proxy.through("tcp://host:1"));
  return await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
}

async function read(connection: Deno.TcpConn): Promise<string | null> {
  const buffer = new Uint8Array(16);
  const size = await connection.read(buffer);
  return size === null
    ? null
    : new TextDecoder().decode(buffer.subarray(0, size));
}

const write = (connection: Deno.TcpConn, text: string) =>
  connection.write(new TextEncoder().encode(text));

Deno.test("TcpProxy delivers late what was sent into its silence", async () => {
  await using echo = new Echo();
  await using proxy = new TcpProxy(echo.address);
  using connection = await connect(proxy);
  await write(connection, "one");
  assert.equal(await read(connection), "one");
  proxy.silence();
  await write(connection, "two");
  const late = read(connection);
  const first = await Promise.race([
    late,
    new Promise((resolve) => setTimeout(resolve, 50, "silence")),
  ]);
  assert.equal(first, "silence");
  proxy.heal();
  assert.equal(await late, "two");
});

Deno.test("TcpProxy cut ends connections and lets no new one live", async () => {
  await using echo = new Echo();
  await using proxy = new TcpProxy(echo.address);
  using connection = await connect(proxy);
  await write(connection, "one");
  assert.equal(await read(connection), "one");
  proxy.cut();
  assert.equal(await read(connection).catch(() => null), null);
  using refused = await connect(proxy);
  assert.equal(await read(refused).catch(() => null), null);
  proxy.heal();
  using again = await connect(proxy);
  await write(again, "two");
  assert.equal(await read(again), "two");
});
