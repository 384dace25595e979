/**
 * The wire of Supabase Realtime, as realtime-js 2.x speaks it: Phoenix frames as
 * JSON text (an array in protocol 2.0.0, an object in 1.0.0), and broadcasts as
 * binary in 2.0.0.
 *
 * Binary, from the client (kind 3): `03 |joinRef| |ref| |topic| |event| |meta|
 * encoding`, each length one byte, then those five and the payload. To the client
 * (kind 4): `04 |topic| |event| |meta| encoding`, then those three and the
 * payload. Encoding 1 is JSON, 0 the application's own bytes.
 *
 * @module
 */
import { z } from "zod";

/** Which protocol a socket asked for by `vsn`. */
export type Protocol = "1.0.0" | "2.0.0";
/** How a broadcast's payload is written. */
export const ENCODING = { binary: 0, json: 1 } as const;

/** A Phoenix message, in either direction. `topic` begins with `realtime:`. */
export interface Frame {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

/** A client's broadcast; its payload stays bytes, it is only passed on. */
export interface BroadcastFrame {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly broadcast: Broadcast;
}

/** What is passed on to the members of a room. */
export interface Broadcast {
  readonly event: string;
  readonly payload: Uint8Array;
  readonly encoding: number;
  /** For messages from the database: `{ id }`. */
  readonly meta: Readonly<Record<string, unknown>> | null;
}

const KIND_PUSH = 3;
const KIND_BROADCAST = 4;
const LENGTH_MAX = 255;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const id = z.union([z.string(), z.number().transform(String), z.null()])
  .default(null);
const textFrame = z.union([
  z.tuple([id, id, z.string(), z.string(), z.unknown()]),
  z.object({
    "join_ref": id,
    ref: id,
    topic: z.string(),
    event: z.string(),
    payload: z.unknown(),
  }).transform((f) =>
    [f.join_ref, f.ref, f.topic, f.event, f.payload] as const
  ),
]);

/**
 * Reads what a client sent.
 *
 * @throws {SyntaxError} When it is no frame.
 */
export function decodeFrame(
  data: string | ArrayBuffer,
): Frame | BroadcastFrame {
  if (typeof data !== "string") return decodeBinary(new Uint8Array(data));
  const parsed = textFrame.safeParse(JSON.parse(data));
  if (!parsed.success) throw new SyntaxError("Cannot read frame: wrong shape");
  const [joinRef, ref, topic, event, payload] = parsed.data;
  return { joinRef, ref, topic, event, payload };
}

/** Writes a message for a client. */
export function encodeFrame(frame: Frame, protocol: Protocol): string {
  const { joinRef, ref, topic, event, payload } = frame;
  return JSON.stringify(
    protocol === "1.0.0"
      ? { "join_ref": joinRef, ref, topic, event, payload }
      : [joinRef, ref, topic, event, payload],
  );
}

/**
 * Writes a broadcast for the members of a room.
 *
 * @returns Null where the protocol cannot carry it: bytes that are not JSON, to
 * a client of protocol 1.0.0.
 * @throws {RangeError} When topic, event or meta is over 255 bytes.
 */
export function encodeBroadcast(
  topic: string,
  broadcast: Broadcast,
  protocol: Protocol,
): string | Uint8Array<ArrayBuffer> | null {
  if (protocol === "2.0.0") return encodeBinary(topic, broadcast);
  if (broadcast.encoding !== ENCODING.json) return null;
  const { event, meta, payload } = broadcast;
  return encodeFrame({
    joinRef: null,
    ref: null,
    topic,
    event: "broadcast",
    payload: {
      type: "broadcast",
      event,
      payload: JSON.parse(decoder.decode(payload)),
      ...(meta && { meta }),
    },
  }, protocol);
}

/** A broadcast whose payload is a JSON value. */
export function jsonBroadcast(
  event: string,
  payload: unknown,
  meta: Broadcast["meta"] = null,
): Broadcast {
  return {
    event,
    payload: encoder.encode(JSON.stringify(payload ?? {})),
    encoding: ENCODING.json,
    meta,
  };
}

function decodeBinary(bytes: Uint8Array): BroadcastFrame {
  const [kind, joinLength, refLength, topicLength, eventLength, metaLength] =
    bytes;
  const encoding = bytes[6];
  if (
    kind !== KIND_PUSH || joinLength === undefined ||
    refLength === undefined || topicLength === undefined ||
    eventLength === undefined || metaLength === undefined ||
    encoding === undefined
  ) throw new SyntaxError("Cannot read frame: not a broadcast");
  let at = 7;
  const take = (length: number): string =>
    decoder.decode(bytes.subarray(at, at += length));
  const joinRef = take(joinLength) || null;
  const ref = take(refLength) || null;
  const topic = take(topicLength);
  const event = take(eventLength);
  at += metaLength;
  if (at > bytes.length) throw new SyntaxError("Cannot read frame: cut off");
  const payload = bytes.slice(at);
  return {
    joinRef,
    ref,
    topic,
    broadcast: { event, payload, encoding, meta: null },
  };
}

function encodeBinary(
  topic: string,
  { event, payload, encoding, meta }: Broadcast,
): Uint8Array<ArrayBuffer> {
  const parts = [topic, event, meta === null ? "" : JSON.stringify(meta)]
    .map((part) => encoder.encode(part));
  if (parts.some((part) => part.length > LENGTH_MAX)) {
    throw new RangeError(
      `Cannot broadcast "${event}" on ${topic}: topic, event and meta are limited to ${LENGTH_MAX} bytes each`,
    );
  }
  const header = [
    KIND_BROADCAST,
    ...parts.map((part) => part.length),
    encoding,
  ];
  const all = [Uint8Array.from(header), ...parts, payload];
  const out = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
