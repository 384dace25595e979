import assert from "node:assert/strict";
import type { Target } from "./egress.ts";
import { post, PostError } from "./post.ts";

interface Receiver extends Disposable {
  readonly target: Target;
  /** What arrived, one text a connection. */
  readonly requests: string[];
}

/** Speaks raw TCP: answers what a real server would never let a test say. */
function startReceiver(answer: string | null): Receiver {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const requests: string[] = [];
  const open = new Set<Deno.Conn>();
  const serve = async () => {
    for await (const connection of listener) {
      open.add(connection);
      void read(connection);
    }
  };
  const read = async (connection: Deno.Conn) => {
    const chunk = new Uint8Array(64 * 1024);
    let text = "";
    try {
      for (;;) {
        const length = await connection.read(chunk);
        if (length === null) break;
        text += new TextDecoder().decode(chunk.subarray(0, length));
        const wanted = /content-length: (\d+)/.exec(text)?.[1];
        const body = text.split("\r\n\r\n")[1] ?? "";
        if (new TextEncoder().encode(body).length < Number(wanted)) continue;
        requests.push(text);
        if (answer === null) continue;
        await connection.write(new TextEncoder().encode(answer));
        break;
      }
    } catch {
      // The other side hung up: what a test may want.
    }
    if (answer !== null && open.delete(connection)) connection.close();
  };
  void serve();
  const url = new URL(`http://localhost:${port}/hook?a=1`);
  return {
    target: {
      url,
      hostname: "localhost",
      port,
      address: "127.0.0.1",
      isTls: false,
    },
    requests,
    [Symbol.dispose]() {
      listener.close();
      for (const connection of open) connection.close();
    },
  };
}

const message = (timeoutMs = 5_000) => ({
  headers: { "content-type": "application/json", "webhook-id": "msg_1" },
  body: '{"text":"網格"}',
  timeoutMs,
});

async function codeOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
  } catch (error) {
    assert.ok(error instanceof PostError, String(error));
    return error.code;
  }
  throw new Error("There was an answer");
}

Deno.test("post() sends one whole request and reads the status", async () => {
  using receiver = startReceiver("HTTP/1.1 204 No Content\r\n\r\n");
  assert.deepEqual(await post(receiver.target, message()), {
    status: 204,
    retryAfterSeconds: null,
  });
  const [request = ""] = receiver.requests;
  assert.match(request, /^POST \/hook\?a=1 HTTP\/1\.1\r\n/);
  assert.match(request, new RegExp(`host: localhost:${receiver.target.port}`));
  assert.match(request, /webhook-id: msg_1\r\n/);
  assert.ok(request.endsWith('\r\n\r\n{"text":"網格"}'));
  assert.match(request, /content-length: 17\r\n/, "bytes, not characters");
});

Deno.test("post() connects to the address that was checked, whatever the name leads to", async () => {
  using receiver = startReceiver("HTTP/1.1 200 OK\r\n\r\n");
  const { port } = receiver.target;
  const answer = await post({
    ...receiver.target,
    url: new URL(`http://nowhere.invalid:${port}/hook`),
    hostname: "nowhere.invalid",
  }, message());
  assert.equal(answer.status, 200);
  assert.match(receiver.requests[0] ?? "", /host: nowhere\.invalid:\d+\r\n/);
});

Deno.test("post() tells a redirect and a pause, and follows nothing", async () => {
  using moved = startReceiver(
    "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n",
  );
  assert.equal((await post(moved.target, message())).status, 302);
  assert.equal(moved.requests.length, 1);
  using busy = startReceiver(
    "HTTP/1.1 429 Too Many\r\nRetry-After: 999999999\r\n\r\nbody",
  );
  assert.deepEqual(await post(busy.target, message()), {
    status: 429,
    retryAfterSeconds: 86_400,
  });
});

Deno.test("post() gives up on silence, nonsense, endless heads and nobody there", async () => {
  using silent = startReceiver(null);
  assert.equal(await codeOf(post(silent.target, message(200))), "timeout");
  using nonsense = startReceiver("SSH-2.0-OpenSSH\r\n\r\n");
  assert.equal(
    await codeOf(post(nonsense.target, message())),
    "answer_unreadable",
  );
  using endless = startReceiver(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(40_000)}`);
  assert.equal(
    await codeOf(post(endless.target, message())),
    "answer_unreadable",
  );
  // What comes after the limit is not waited for.
  const late = `x: ${"x".repeat(20_000)}\r\n\r\n`;
  using large = startReceiver(`HTTP/1.1 200 OK\r\n${late}`);
  assert.equal(
    await codeOf(post(large.target, message())),
    "answer_unreadable",
  );
  const gone = startReceiver("");
  gone[Symbol.dispose]();
  assert.equal(await codeOf(post(gone.target, message())), "unreachable");
});

Deno.test("post() speaks TLS to the name, not to the address, and takes no certificate it cannot trust", async () => {
  using plain = startReceiver("HTTP/1.1 200 OK\r\n\r\n");
  const tls = { ...plain.target, isTls: true };
  assert.equal(await codeOf(post(tls, message(3_000))), "unreachable");
});
