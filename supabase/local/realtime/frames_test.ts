import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decodeFrame,
  encodeBroadcast,
  encodeFrame,
  ENCODING,
  jsonBroadcast,
} from "./frames.ts";

const frame = {
  joinRef: "1",
  ref: "2",
  topic: "realtime:user:a",
  event: "phx_join",
  payload: { config: {} },
};

/** A client's binary broadcast, as realtime-js writes it. */
function clientBroadcast(parts: {
  readonly joinRef: string;
  readonly ref: string;
  readonly topic: string;
  readonly event: string;
  readonly meta: string;
  readonly payload: Uint8Array;
}): ArrayBuffer {
  const encoder = new TextEncoder();
  const texts = [parts.joinRef, parts.ref, parts.topic, parts.event, parts.meta]
    .map((text) => encoder.encode(text));
  return Uint8Array.from([
    3,
    ...texts.map((text) => text.length),
    ENCODING.json,
    ...texts.flatMap((text) => [...text]),
    ...parts.payload,
  ]).buffer;
}

Deno.test("decodeFrame() reads what encodeFrame() writes, in both protocols", () => {
  for (const protocol of ["1.0.0", "2.0.0"] as const) {
    assert.deepEqual(decodeFrame(encodeFrame(frame, protocol)), frame);
  }
});

Deno.test("decodeFrame() reads a client's binary broadcast", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 20 });
  fc.assert(
    fc.property(
      fc.record({
        joinRef: text,
        ref: text,
        topic: text,
        event: text,
        meta: text,
        payload: fc.uint8Array(),
      }),
      (parts) => {
        const decoded = decodeFrame(clientBroadcast(parts));
        assert.ok("broadcast" in decoded);
        assert.equal(decoded.topic, parts.topic);
        assert.equal(decoded.joinRef, parts.joinRef || null);
        assert.equal(decoded.ref, parts.ref || null);
        assert.equal(decoded.broadcast.event, parts.event);
        assert.deepEqual([...decoded.broadcast.payload], [...parts.payload]);
      },
    ),
  );
});

Deno.test("decodeFrame() refuses what is no frame, whatever the bytes", () => {
  for (const text of ["{}", "[1,2]", "no json", "null"]) {
    assert.throws(() => decodeFrame(text), SyntaxError, text);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      try {
        decodeFrame(Uint8Array.from(bytes).buffer);
      } catch (error) {
        assert.ok(error instanceof SyntaxError);
      }
    }),
  );
});

Deno.test("encodeBroadcast() writes kind 4 with its lengths for protocol 2.0.0", () => {
  const broadcast = jsonBroadcast("fill", { price: 1 }, { id: "x" });
  const bytes = encodeBroadcast("realtime:t", broadcast, "2.0.0");
  assert.ok(bytes instanceof Uint8Array);
  assert.deepEqual([...bytes.subarray(0, 5)], [4, 10, 4, 10, ENCODING.json]);
  assert.equal(
    new TextDecoder().decode(bytes.subarray(5)),
    'realtime:tfill{"id":"x"}{"price":1}',
  );
});

Deno.test("encodeBroadcast() leaves out of protocol 1.0.0 what is not JSON", () => {
  const payload = new Uint8Array([1, 2, 3]);
  const binary = { event: "e", payload, encoding: ENCODING.binary, meta: null };
  assert.equal(encodeBroadcast("realtime:t", binary, "1.0.0"), null);
  const json = encodeBroadcast("realtime:t", jsonBroadcast("e", 5), "1.0.0");
  assert.deepEqual(JSON.parse(String(json)).payload, {
    type: "broadcast",
    event: "e",
    payload: 5,
  });
});

Deno.test("encodeBroadcast() refuses an event over 255 bytes", () => {
  const long = jsonBroadcast("e".repeat(256), {});
  assert.throws(() => encodeBroadcast("realtime:t", long, "2.0.0"), RangeError);
});
