/**
 * One POST over HTTP/1.1 to an address that was checked. `fetch` resolves the
 * name itself, after our check: this connects to the address and presents the
 * name, for the certificate and the Host header. Only the head of the answer
 * is read; a redirect is an answer like any other.
 *
 * @module
 */
import type { Target } from "./egress.ts";

/** What was answered. */
export interface PostAnswer {
  readonly status: number;
  /** Of `Retry-After` in seconds; null without. */
  readonly retryAfterSeconds: number | null;
}

/** No answer came. */
export class PostError extends Error {
  override readonly name = "PostError";
  constructor(readonly code: "timeout" | "unreachable" | "answer_unreadable") {
    super(code);
  }
}

const HEAD_BYTES_MAX = 16 * 1024;
const RETRY_AFTER_MAX = 24 * 3_600;

/**
 * Sends a body and returns the status.
 *
 * @throws {PostError} If no answer came in time.
 */
export async function post(
  target: Target,
  message: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly timeoutMs: number;
  },
): Promise<PostAnswer> {
  const connection = new Connection();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new PostError("timeout"));
      connection.close();
    }, message.timeoutMs);
  });
  try {
    const exchange = exchangeOver(connection, target, message);
    // Closed under its feet by the timer, it fails; the race has told already.
    exchange.catch(() => {});
    return await Promise.race([exchange, late]);
  } catch (error) {
    throw error instanceof PostError ? error : new PostError("unreachable");
  } finally {
    clearTimeout(timer);
    connection.close();
  }
}

/** A connection that can be closed while it is still being made. */
class Connection {
  #open: Deno.Conn | null = null;
  #isClosed = false;

  /** Takes a connection over, or closes it where nobody waits any more. */
  hold<C extends Deno.Conn>(connection: C): C {
    if (this.#isClosed) {
      connection.close();
      throw new PostError("timeout");
    }
    this.#open = connection;
    return connection;
  }

  close(): void {
    this.#isClosed = true;
    try {
      this.#open?.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    this.#open = null;
  }
}

async function exchangeOver(
  connection: Connection,
  target: Target,
  { headers, body }: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  },
): Promise<PostAnswer> {
  const plain = connection.hold(
    await Deno.connect({ hostname: target.address, port: target.port }),
  );
  const stream = target.isTls
    ? connection.hold(
      await Deno.startTls(plain, {
        hostname: target.hostname,
        alpnProtocols: ["http/1.1"],
      }),
    )
    : plain;
  const bytes = new TextEncoder().encode(body);
  const head = [
    `POST ${target.url.pathname}${target.url.search} HTTP/1.1`,
    `host: ${target.url.host}`,
    "connection: close",
    "user-agent: Trellis-Alerts/1",
    `content-length: ${bytes.length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const request = new Uint8Array([
    ...new TextEncoder().encode(head.join("\r\n") + "\r\n\r\n"),
    ...bytes,
  ]);
  for (let sent = 0; sent < request.length;) {
    sent += await stream.write(request.subarray(sent));
  }
  return parseHead(await readHead(stream));
}

async function readHead(stream: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder("latin1");
  const chunk = new Uint8Array(4_096);
  let text = "";
  while (text.length < HEAD_BYTES_MAX) {
    const length = await stream.read(chunk);
    if (length === null) break;
    text += decoder.decode(chunk.subarray(0, length), { stream: true });
    // "100 Continue" is no answer yet; we never ask for it.
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) return text.slice(0, end);
  }
  throw new PostError("answer_unreadable");
}

function parseHead(head: string): PostAnswer {
  const [first = "", ...lines] = head.split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) throw new PostError("answer_unreadable");
  const retryAfter = lines.map((line) =>
    /^retry-after:\s*(\d+)\s*$/i.exec(line)
  )
    .find((match) => match !== null)?.[1];
  return {
    status: Number(status),
    retryAfterSeconds: retryAfter === undefined
      ? null
      : Math.min(Number(retryAfter), RETRY_AFTER_MAX),
  };
}
