import { signText } from "../auth.ts";
import type { PaperAccount } from "../control.ts";

/** A frame as it came. */
export interface RawFrame {
  readonly event?: string;
  readonly code?: number;
  readonly action?: string;
  readonly arg?: { readonly channel?: string; readonly instId?: string };
  // deno-lint-ignore no-explicit-any -- tests look into pushes of any shape
  readonly data?: any;
  readonly text?: string;
}

const DEADLINE_MS = 5_000;

/** A socket that remembers what it was sent. */
export class RawSocket implements AsyncDisposable {
  readonly frames: RawFrame[] = [];
  readonly #socket: WebSocket;
  readonly #closed: Promise<void>;
  #wake: () => void = () => {};
  isClosed = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) =>
      socket.addEventListener("close", () => {
        this.isClosed = true;
        this.#wake();
        resolve();
      })
    );
    socket.addEventListener("message", (event) => {
      const text = String(event.data);
      this.frames.push(
        text.startsWith("{") ? JSON.parse(text) as RawFrame : { text },
      );
      this.#wake();
    });
  }

  /** Opens a socket. */
  static async open(url: string): Promise<RawSocket> {
    const socket = new WebSocket(url);
    const raw = new RawSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve(), { once: true });
      socket.addEventListener("error", () => reject(new Error("no socket")), {
        once: true,
      });
    });
    return raw;
  }

  /** Opens a socket and logs in. */
  static async login(url: string, account: PaperAccount): Promise<RawSocket> {
    const raw = await RawSocket.open(`${url}/v2/ws/private`);
    raw.sendLogin(account);
    await raw.next((frame) => frame.event === "login");
    return raw;
  }

  sendLogin(
    account: PaperAccount,
    timestamp = Math.floor(Date.now() / 1_000),
  ): void {
    const sign = signText(account.apiSecret, `${timestamp}GET/user/verify`);
    const { apiKey, passphrase } = account;
    this.send({
      op: "login",
      args: [{ apiKey, passphrase, timestamp: String(timestamp), sign }],
    });
  }

  send(frame: unknown): void {
    this.#socket.send(
      typeof frame === "string" ? frame : JSON.stringify(frame),
    );
  }

  /** Subscribes and waits for the acknowledgement. */
  async subscribe(channel: string, instId = "default"): Promise<void> {
    const arg = channel === "account"
      ? { instType: "USDT-FUTURES", channel, coin: instId }
      : { instType: "USDT-FUTURES", channel, instId };
    this.send({ op: "subscribe", args: [arg] });
    await this.next((frame) =>
      frame.event === "subscribe" && frame.arg?.channel === channel
    );
  }

  /** Removes and returns the first frame that fits, waiting for it. */
  async next(fits: (frame: RawFrame) => boolean): Promise<RawFrame> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    for (;;) {
      const index = this.frames.findIndex(fits);
      const frame = this.frames[index];
      if (frame !== undefined) {
        this.frames.splice(index, 1);
        return frame;
      }
      if (this.isClosed) throw new Error("The socket was closed");
      await this.#change(deadline);
    }
  }

  /** Waits for a push of a channel. */
  push(channel: string): Promise<RawFrame> {
    return this.next((frame) =>
      frame.data !== undefined && frame.arg?.channel === channel
    );
  }

  /** Waits until the other side closes. */
  closed(): Promise<void> {
    return this.#closed;
  }

  #change(deadline: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = () => {
        const seen = JSON.stringify(this.frames.slice(-5));
        reject(new Error(`No such frame within the deadline; saw ${seen}`));
      };
      deadline.addEventListener("abort", fail, { once: true });
      this.#wake = () => {
        deadline.removeEventListener("abort", fail);
        resolve();
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isClosed) this.#socket.close();
    await this.#closed;
  }
}
