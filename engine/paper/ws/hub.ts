/**
 * The sockets: who is connected, logged in, subscribed to what. One path
 * serves every channel; private ones need a login. A frame is built once a
 * topic and sent to each subscriber with his own `arg`.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { FaultBoard } from "../faults.ts";
import type { ApiKey } from "../keys.ts";
import { isPermitted } from "../keys.ts";
import {
  isPublicChannel,
  PRIVATE_CHANNELS,
  type Subscription,
  topicOf,
} from "./channels.ts";
import { Connection, SILENCE_MAX_MS } from "./connection.ts";
import { checkLogin } from "./login.ts";

/** A push without its `arg`. */
export interface Push {
  readonly action: "snapshot" | "update";
  readonly data: unknown;
  readonly atMs: number;
}

/** What the hub needs to know of the exchange. */
export interface HubContext {
  readonly faults: FaultBoard;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly findKey: (apiKey: string) => ApiKey | undefined;
  readonly hasSymbol: (symbol: string) => boolean;
  /** Whether the limit on messages received is enforced. */
  readonly isLimited: () => boolean;
  /** Called after a subscription was acknowledged: send what it starts with. */
  readonly onSubscribed: (
    connection: Connection,
    subscription: Subscription,
  ) => void;
}

const ARGS_MAX = 1_000;
const SWEEP_MS = 10_000;

/** All client sockets. */
export class Hub {
  readonly #context: HubContext;
  readonly #connections: Set<Connection> = new Set();
  /** Public topic → subscribers. */
  readonly #subscribers: Map<string, Set<Connection>> = new Map();
  /** UID → logged-in sockets. */
  readonly #accounts: Map<string, Set<Connection>> = new Map();
  readonly #timers: Set<ReturnType<typeof setTimeout>> = new Set();
  readonly #sweeper: ReturnType<typeof setInterval>;

  constructor(context: HubContext) {
    this.#context = context;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
  }

  /** Sockets connected. */
  get size(): number {
    return this.#connections.size;
  }

  /** Channels subscribed, over all sockets. */
  get subscriptions(): number {
    let count = 0;
    for (const { subscriptions } of this.#connections) {
      count += subscriptions.size;
    }
    return count;
  }

  /** Takes over a socket that was just upgraded. */
  accept(socket: WebSocket, remoteAddress: string): void {
    const connection = new Connection(socket, {
      remoteAddress,
      atMs: this.#context.nowMs(),
    });
    socket.onopen = () => this.#connections.add(connection);
    socket.onmessage = (event) => this.#receive(connection, event.data);
    socket.onclose = () => this.#forget(connection);
    socket.onerror = () => this.#forget(connection);
  }

  /** Tells whether anyone listens to a public topic. */
  hasSubscribers(topic: string): boolean {
    return this.#subscribers.has(topic);
  }

  /** Tells whether an account has a socket. */
  hasAccount(uid: string): boolean {
    return this.#accounts.has(uid);
  }

  /** Sends to the subscribers of a public topic. */
  pushPublic(topic: string, push: Push): void {
    const subscribers = this.#subscribers.get(topic);
    if (subscribers === undefined) return;
    this.#deliver([...subscribers], topic, push);
  }

  /** Sends to an account's subscribers of a private channel, for one symbol or all. */
  pushPrivate(
    uid: string,
    channel: string,
    push: Push,
    symbol?: string,
  ): void {
    const sockets = this.#accounts.get(uid);
    if (sockets === undefined) return;
    const topics = [`${channel}:default`];
    if (symbol !== undefined) topics.push(`${channel}:${symbol}`);
    for (const topic of topics) {
      const listening = [...sockets].filter((c) => c.subscriptions.has(topic));
      if (listening.length > 0) this.#deliver(listening, topic, push);
    }
  }

  /** Sends to one socket. */
  pushTo(connection: Connection, subscription: Subscription, push: Push): void {
    this.#deliver([connection], topicOf(subscription), push);
  }

  /** Closes sockets: all, or an account's. @returns How many. */
  kick(uid?: string): number {
    const connections = [...this.#connections]
      .filter((connection) => uid === undefined || connection.uid === uid);
    for (const connection of connections) connection.close(1000, "kicked");
    return connections.length;
  }

  /** Closes everything; the hub is of no use afterwards. */
  close(): void {
    clearInterval(this.#sweeper);
    for (const timer of this.#timers) clearTimeout(timer);
    this.kick();
  }

  #deliver(
    connections: readonly Connection[],
    topic: string,
    push: Push,
  ): void {
    const dataJson = JSON.stringify(push.data);
    for (const connection of connections) {
      const subscription = connection.subscriptions.get(topic);
      if (subscription === undefined) continue;
      const text =
        `{"action":"${push.action}","arg":${subscription.argJson},"data":${dataJson},"ts":${push.atMs}}`;
      this.#sendWithFaults(connection, subscription.channel, text);
    }
  }

  #sendWithFaults(connection: Connection, channel: string, text: string): void {
    const { faults } = this.#context;
    const target = { uid: connection.uid, channel };
    if (faults.strike(["drop_pushes"], target) !== null) return;
    const copies = faults.strike(["duplicate_pushes"], target) === null ? 1 : 2;
    const delay = faults.strike(["delay_pushes"], target);
    for (let i = 0; i < copies; i++) {
      if (delay === null) connection.send(text);
      else this.#later(delay.delayMs, () => connection.send(text));
    }
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }

  #receive(connection: Connection, message: unknown): void {
    const isWithinLimit = connection.admit(this.#context.nowMs());
    if (!isWithinLimit && this.#context.isLimited()) {
      connection.sendError(30006, "request too many");
      connection.close(1008, "request too many");
      return;
    }
    if (message === "ping") {
      const muted = this.#context.faults.strike(["mute_pongs"], {
        uid: connection.uid,
      });
      if (muted === null) connection.send("pong");
      return;
    }
    const frame = typeof message === "string" ? parseFrame(message) : null;
    if (frame === null) {
      return connection.sendError(30003, "request is malformed");
    }
    this.#handle(connection, frame);
  }

  #handle(connection: Connection, frame: Frame): void {
    switch (frame.op) {
      case "login":
        return this.#login(connection, frame.args[0] ?? {});
      case "subscribe":
        for (const arg of frame.args) this.#subscribe(connection, arg);
        return;
      case "unsubscribe":
        for (const arg of frame.args) this.#unsubscribe(connection, arg);
        return;
      default:
        return connection.sendError(30003, "Illegal request");
    }
  }

  #login(connection: Connection, arg: Readonly<Record<string, unknown>>): void {
    const { nowMs, findKey } = this.#context;
    const { remoteAddress } = connection;
    const result = checkLogin(arg, { nowMs: nowMs(), remoteAddress, findKey });
    if (result.kind === "refused") {
      connection.sendError(result.code, result.message);
      return;
    }
    const { uid } = result.key;
    if (!isPermitted(result.key, "read_account")) {
      return connection.sendError(30005, "Incorrect permissions");
    }
    connection.uid = uid;
    const sockets = this.#accounts.get(uid) ?? new Set();
    sockets.add(connection);
    this.#accounts.set(uid, sockets);
    connection.sendEvent({ event: "login", code: 0, msg: "" });
  }

  #subscribe(
    connection: Connection,
    arg: Readonly<Record<string, unknown>>,
  ): void {
    const argJson = JSON.stringify(arg);
    const subscription = this.#readSubscription(arg, argJson);
    if (typeof subscription === "string") {
      return connection.sendError(30001, subscription, argJson);
    }
    const { channel } = subscription;
    const isPrivate = PRIVATE_CHANNELS.has(channel);
    if (isPrivate && connection.uid === null) {
      return connection.sendError(30004, "User needs to log in", argJson);
    }
    const topic = topicOf(subscription);
    connection.subscriptions.set(topic, subscription);
    if (!isPrivate) {
      const subscribers = this.#subscribers.get(topic) ?? new Set();
      subscribers.add(connection);
      this.#subscribers.set(topic, subscribers);
    }
    connection.sendEvent({ event: "subscribe", arg });
    this.#context.onSubscribed(connection, subscription);
  }

  #readSubscription(
    arg: Readonly<Record<string, unknown>>,
    argJson: string,
  ): Subscription | string {
    const channel = String(arg.channel ?? "");
    const instType = String(arg.instType ?? "").toUpperCase();
    const unknown =
      `instType:${instType},channel:${channel},instId:${arg.instId} doesn't exist`;
    if (instType !== "USDT-FUTURES") return unknown;
    if (PRIVATE_CHANNELS.has(channel)) {
      const instId = arg.coin === undefined ? arg.instId : "default";
      const name = String(instId ?? "default");
      return name === "default" || this.#context.hasSymbol(name)
        ? { channel, instId: name, argJson }
        : unknown;
    }
    const instId = String(arg.instId ?? "");
    return isPublicChannel(channel) && this.#context.hasSymbol(instId)
      ? { channel, instId, argJson }
      : unknown;
  }

  #unsubscribe(
    connection: Connection,
    arg: Readonly<Record<string, unknown>>,
  ): void {
    const subscription = this.#readSubscription(arg, JSON.stringify(arg));
    if (typeof subscription !== "string") {
      this.#drop(connection, topicOf(subscription));
    }
    connection.sendEvent({ event: "unsubscribe", arg });
  }

  #drop(connection: Connection, topic: string): void {
    connection.subscriptions.delete(topic);
    const subscribers = this.#subscribers.get(topic);
    subscribers?.delete(connection);
    if (subscribers?.size === 0) this.#subscribers.delete(topic);
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    for (const topic of [...connection.subscriptions.keys()]) {
      this.#drop(connection, topic);
    }
    if (connection.uid === null) return;
    const sockets = this.#accounts.get(connection.uid);
    sockets?.delete(connection);
    if (sockets?.size === 0) this.#accounts.delete(connection.uid);
  }

  #sweep(): void {
    const nowMs = this.#context.nowMs();
    for (const connection of this.#connections) {
      if (nowMs - connection.lastMessageMs > SILENCE_MAX_MS) {
        connection.close(1000, "no ping");
      }
    }
  }
}

interface Frame {
  readonly op: string;
  readonly args: readonly Readonly<Record<string, unknown>>[];
}

function parseFrame(text: string): Frame | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { op, args } = value as Record<string, unknown>;
    if (typeof op !== "string" || !Array.isArray(args)) return null;
    if (args.length > ARGS_MAX) return null;
    const isObjects = args.every((arg) =>
      typeof arg === "object" && arg !== null
    );
    return isObjects ? { op, args } : null;
  } catch {
    return null;
  }
}
