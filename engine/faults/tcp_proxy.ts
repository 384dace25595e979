/**
 * A small TCP proxy that stands for the cable between an engine and its
 * database: it can be cut, or go silent with its connections open, as a dead
 * switch or a machine without power leaves them.
 *
 * @module
 */

/** What the cable does to bytes and connections. */
type Mode = "whole" | "silent" | "cut";

interface Link {
  readonly client: Deno.TcpConn;
  readonly server: Deno.TcpConn;
  /** Nothing more gets through, until the proxy itself goes. */
  isForgotten: boolean;
}

/** See the head of this file; disposing closes everything. */
export class TcpProxy implements AsyncDisposable {
  readonly #target: Deno.ConnectOptions;
  readonly #listener: Deno.TcpListener;
  readonly #accepting: Promise<void>;
  readonly #pumps = new Set<Promise<void>>();
  readonly #links = new Set<Link>();
  #mode: Mode = "whole";
  #delayMs = 0;
  #healed = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();

  constructor(target: Deno.ConnectOptions) {
    this.#target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#healed.resolve();
    this.#accepting = this.#accept();
  }

  /** Returns the address of a server behind this proxy. */
  through(url: string): string {
    const proxied = new URL(url);
    proxied.hostname = "127.0.0.1";
    proxied.port = String(this.#listener.addr.port);
    return proxied.href;
  }

  /** Connections open just now. */
  get connections(): number {
    return this.#links.size;
  }

  /** Resets every connection, and refuses new ones. */
  cut(): void {
    this.#mode = "cut";
    this.#healed.resolve();
    for (const link of this.#links) close(link);
  }

  /** Nothing gets through any more, neither bytes nor the ends of connections. */
  silence(): void {
    this.#mode = "silent";
    this.#healed = Promise.withResolvers();
  }

  /**
   * One connection goes silent for ever, the others stay as they are.
   *
   * @param serverSidePort The port by which the server knows it.
   */
  forgetOne(serverSidePort: number): void {
    for (const link of this.#links) {
      const { localAddr } = link.server;
      if (localAddr.transport !== "tcp") continue;
      if (localAddr.port === serverSidePort) link.isForgotten = true;
    }
  }

  /** From now on whatever passes takes so long, each way; 0: no time. */
  slowDown(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** Whole again; what waited in the silence arrives now, late. */
  heal(): void {
    this.#mode = "whole";
    this.#healed.resolve();
  }

  /**
   * Whole again for new connections; the old ones stay silent for ever, as
   * when a router has lost its memory of them.
   */
  forget(): void {
    for (const link of this.#links) link.isForgotten = true;
    this.heal();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gone.resolve();
    this.cut();
    this.#listener.close();
    await this.#accepting;
    await Promise.all(this.#pumps);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      if (this.#mode === "cut") client.close();
      else this.#track(this.#link(client));
    }
  }

  #track(work: Promise<void>): void {
    const pump = work.finally(() => this.#pumps.delete(pump));
    this.#pumps.add(pump);
  }

  async #link(client: Deno.TcpConn): Promise<void> {
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect(this.#target);
    } catch {
      return client.close(); // the server is down: so is this connection
    }
    const link = { client, server, isForgotten: false };
    this.#links.add(link);
    if (this.#isCut) close(link);
    await Promise.all([
      this.#pump(link, client, server),
      this.#pump(link, server, client),
    ]);
    this.#links.delete(link);
  }

  get #isCut(): boolean {
    return this.#mode === "cut";
  }

  async #pump(
    link: Link,
    from: Deno.TcpConn,
    to: Deno.TcpConn,
  ): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const size = await from.read(buffer);
        await this.#passage(link);
        if (size === null) break;
        for (let sent = 0; sent < size;) {
          sent += await to.write(buffer.subarray(sent, size));
        }
      }
    } catch {
      await this.#passage(link); // reset: seen by the other side, too
    }
    close(link);
  }

  async #passage(link: Link): Promise<void> {
    await this.#healed.promise;
    if (this.#delayMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
    }
    if (link.isForgotten) await this.#gone.promise;
  }
}

function close({ client, server }: Link): void {
  for (const connection of [client, server]) {
    try {
      connection.close();
    } catch {
      // closed already
    }
  }
}
