/**
 * The way between an engine and the exchange: where requests are lost, late,
 * refused or left unanswered. What becomes of a request at the exchange and
 * what its sender learns of it are two different things.
 *
 * @module
 */
import type { Answer, Params, Send } from "@engine/exchange/ccxt_bitget.ts";
import {
  type Endpoint,
  type EndpointName,
  ENDPOINTS,
} from "@engine/exchange/endpoints.ts";
import { localError, unansweredError } from "@engine/exchange/errors.ts";
import type { SimProcess } from "./process.ts";
import type { Random } from "./random.ts";
import { answer, type Reply } from "./rest_api.ts";
import type { SimVenue } from "./venue.ts";
import type { Weather } from "./weather.ts";

/** As the transport's own. */
const WRITE_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 10_000;
/** The exchange refuses what was signed longer ago, or this far ahead. */
const SIGNATURE_MS = 30_000;
/** What the exchange may still take to carry out what it has let in, ms. */
const CARRIED_OUT_WITHIN_MS = 7_000;
/** Documented refusals of an order, and one nobody has documented. */
const REFUSALS: readonly [string, ...string[]] = [
  "40762",
  ...["40754", "43012", "40711", "45002", "22020"],
  ...["45115", "41103", "40808", "43028", "40108"],
  ...["45110", "45111", "45112", "45113"],
  ...["22002", "40939", "40757", "45003"],
  ...["40774", "40786", "43118", "45034", "40304"],
  ...["40930", "40815", "40816", "43008", "22006"],
  ...["43005", "43128", "45118", "40723", "40912"],
  ...["40017", "40019", "40308", "41114", "43115", "40200"],
  ...["40725", "40015", "40604", "99999"],
];
/** Those that stop a bot until its trader has acted. */
const FATAL = ["40014", "40018", "40038", "40031", "40037"] as const;

/** What may happen, read anew for each request. */
export interface WireConditions {
  readonly weather: Weather;
  readonly venue: SimVenue;
  /** Hardly anything comes through. */
  readonly isOut: boolean;
  /** Told of each request as it leaves. */
  readonly onLeave: (name: EndpointName, params: Params) => void;
}

type Fate =
  | "answered"
  | "unreachable"
  | "request_lost"
  | "answer_lost"
  | "delayed"
  | "server_error"
  | "outcome_unknown"
  | "throttled"
  | "twice"
  | "half";

const NAMES = new Map<Endpoint, EndpointName>(
  Object.entries(ENDPOINTS).map(([name, endpoint]) => [
    endpoint,
    name as EndpointName,
  ]),
);

/** Returns how one process's requests travel; `signedAtMs` is its idea of the exchange's time. */
export function createSend(
  process: SimProcess,
  conditions: WireConditions,
  signedAtMs: () => number,
): Send {
  return (endpoint, params, datedBackMs = 0) => {
    const name = NAMES.get(endpoint);
    if (name === undefined) throw new TypeError("Unknown endpoint");
    return send(process, conditions, {
      name,
      params,
      isWrite: endpoint.effect === "write",
      signedAtMs: signedAtMs() - datedBackMs,
    });
  };
}

interface Request {
  readonly name: EndpointName;
  readonly params: Params;
  readonly isWrite: boolean;
  readonly signedAtMs: number;
  /**
   * It has arrived just before: what let that in lets this in, and what it asks
   * for is refused by the rules alone.
   */
  readonly isAgain?: boolean;
}

const OUTAGE: readonly [Fate, ...Fate[]] = [
  "unreachable",
  "request_lost",
  "server_error",
];

function send(
  process: SimProcess,
  conditions: WireConditions,
  request: Request,
): Promise<Answer> {
  const { random, timeline } = process;
  const { weather } = conditions;
  const fate = conditions.isOut && random.chance(0.9)
    ? random.pick(OUTAGE)
    : drawFate(random, weather, request.isWrite);
  const effect = request.isWrite ? "write" : "read";
  return new Promise((resolve, reject) => {
    const departure = process.depart();
    if (departure === null) return;
    const cancelTimeout = process.clock.after(
      request.isWrite ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS,
      () => reject(unansweredError("timeout", { effect })),
    );
    const settle = (delayMs: number, run: () => void) =>
      void timeline.after(delayMs, () =>
        process.deliver(() => {
          cancelTimeout();
          run();
        }));
    if (fate === "unreachable") {
      return settle(5, () => reject(localError("unreachable")));
    }
    conditions.onLeave(request.name, request.params);
    if (fate === "request_lost") return;
    const thereMs = fate === "delayed"
      ? random.between(500, 29_000)
      : random.between(1, 40);
    const isCarriedOut = fate !== "throttled" &&
      (isDoubtless(fate) || random.chance(0.5));
    const lagMs = fate === "outcome_unknown"
      ? random.between(0, CARRIED_OUT_WITHIN_MS)
      : 0;
    const carried = fate === "half" ? halve(random, request) : request;
    const replyMs = random.between(1, 40);
    const isReset = random.chance(0.3);
    const againMs = fate === "twice" ? random.between(0, 200) : 0;
    timeline.after(thereMs, () => {
      if (departure.isLast) process.kill();
      const refused = refuseEntry(conditions, request, timeline.nowMs);
      if (fate === "twice") {
        timeline.after(againMs, () => {
          const reply = refused ??
            carryOut(process, conditions, { ...request, isAgain: true });
          settle(replyMs, () => resolve(toAnswer(fate, reply)));
        });
      }
      const reply = refused ??
        (isCarriedOut && lagMs === 0
          ? carryOut(process, conditions, carried)
          : null);
      if (refused === null && isCarriedOut && lagMs > 0) {
        timeline.after(lagMs, () => carryOut(process, conditions, request));
      }
      if (fate === "answer_lost") {
        if (!isReset) return;
        return settle(
          replyMs,
          () => reject(unansweredError("network", { effect })),
        );
      }
      if (fate === "twice") return;
      settle(replyMs, () => resolve(toAnswer(fate, reply)));
    });
  });
}

function isDoubtless(fate: Fate): boolean {
  return fate === "answered" || fate === "answer_lost" ||
    fate === "delayed" || fate === "twice" || fate === "half";
}

/** What of a batch is carried out before the exchange breaks off. */
function halve(random: Random, request: Request): Request {
  const { params } = request;
  const [name, list] = Object.entries(params)
    .find(([, value]) => Array.isArray(value)) ?? [];
  if (name === undefined || !Array.isArray(list)) return request;
  const part = list.slice(0, random.integer(0, list.length));
  return { ...request, params: { ...params, [name]: part } };
}

/** What is signed out of time or with a revoked key is not let in. */
function refuseEntry(
  { venue }: WireConditions,
  { signedAtMs }: Request,
  nowMs: number,
): Reply | null {
  if (Math.abs(nowMs - signedAtMs) > SIGNATURE_MS) {
    return { status: 400, code: "40008", data: null };
  }
  return venue.isKeyRevoked ? { status: 400, code: "40037", data: null } : null;
}

function carryOut(
  process: SimProcess,
  { venue, weather }: WireConditions,
  request: Request,
): Reply {
  const { random, timeline } = process;
  const behindMs = request.isWrite
    ? 0
    : random.next() * random.next() * weather.restBehindMs;
  return answer(venue, request, {
    seenAtMs: timeline.nowMs - behindMs,
    refuses: () =>
      request.isAgain === true || !random.chance(weather.refused)
        ? null
        : random.chance(0.02)
        ? random.pick(FATAL)
        : random.pick(REFUSALS),
    // Canceled twice within a second, says the exchange.
    refusesCancel: () => random.chance(weather.refused) ? "45129" : null,
    cancelsPostOnly: () => random.chance(weather.postOnlyCanceled),
    forgets: () => random.chance(weather.forgotten),
  });
}

function drawFate(random: Random, weather: Weather, isWrite: boolean): Fate {
  let roll = random.next();
  const fates = [
    ["unreachable", weather.unreachable],
    ["request_lost", weather.requestLost],
    ["answer_lost", weather.answerLost],
    ["delayed", weather.delayed],
    ["server_error", weather.serverError],
    ["outcome_unknown", weather.outcomeUnknown],
    ["throttled", weather.throttled],
    ["twice", isWrite ? weather.requestTwice : 0],
    ["half", isWrite ? weather.halfDone : 0],
  ] as const;
  for (const [fate, probability] of fates) {
    if (roll < probability) return fate;
    roll -= probability;
  }
  return "answered";
}

function toAnswer(fate: Fate, reply: Reply | null): Answer {
  switch (fate) {
    case "server_error":
    case "half":
      return { status: 503, retryAfterMs: null, body: undefined };
    case "outcome_unknown":
      return envelope({ status: 400, code: "40010", data: null });
    case "throttled":
      return envelope({ status: 429, code: "429", data: null });
    default:
      return envelope(reply ?? { status: 400, code: "40010", data: null });
  }
}

function envelope({ status, code, data }: Reply): Answer {
  return { status, retryAfterMs: null, body: { code, msg: "", data } };
}
