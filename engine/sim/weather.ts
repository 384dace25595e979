import type { Random } from "./random.ts";

/** How often things go wrong: probabilities, of each request, push or minute. */
export interface Weather {
  /** Of a request. */
  readonly unreachable: number;
  readonly requestLost: number;
  readonly answerLost: number;
  readonly delayed: number;
  readonly serverError: number;
  readonly outcomeUnknown: number;
  readonly throttled: number;
  readonly refused: number;
  readonly postOnlyCanceled: number;
  /** How old at most what REST shows is, ms. */
  readonly restBehindMs: number;
  /** Of a push. */
  readonly pushLost: number;
  readonly pushTwice: number;
  readonly pushLate: number;
  readonly pushLateMs: number;
  /** A fill is told without what it cost. */
  readonly feeUnknown: number;
  /** Of a call to the database. */
  readonly databaseFails: number;
  readonly databaseSlow: number;
  /** Of each disturbance, relative to the others. */
  readonly crash: number;
  readonly pause: number;
  readonly socket: number;
  readonly database: number;
  readonly takeover: number;
  readonly clock: number;
  readonly user: number;
  readonly market: number;
  readonly account: number;
  readonly outage: number;
  readonly rules: number;
  /** Of a request that writes: it arrives twice, and the second is answered. */
  readonly requestTwice: number;
  /** Of a request that writes: the exchange breaks off half way. */
  readonly halfDone: number;
  /** Of asking for an order that was canceled unfilled: it is forgotten. */
  readonly forgotten: number;
  /** Of a NOTIFY. */
  readonly notifyLost: number;
  /** Of each disturbance, relative to the others. */
  readonly drain: number;
  readonly edit: number;
  readonly reduce: number;
}

/** Nothing goes wrong. */
export const CALM: Weather = {
  unreachable: 0,
  requestLost: 0,
  answerLost: 0,
  delayed: 0,
  serverError: 0,
  outcomeUnknown: 0,
  throttled: 0,
  refused: 0,
  postOnlyCanceled: 0,
  restBehindMs: 0,
  pushLost: 0,
  pushTwice: 0,
  pushLate: 0,
  pushLateMs: 0,
  feeUnknown: 0,
  databaseFails: 0,
  databaseSlow: 0,
  crash: 0,
  pause: 0,
  socket: 0,
  database: 0,
  takeover: 0,
  clock: 0,
  user: 0,
  market: 0,
  account: 0,
  outage: 0,
  rules: 0,
  requestTwice: 0,
  halfDone: 0,
  forgotten: 0,
  notifyLost: 0,
  drain: 0,
  edit: 0,
  reduce: 0,
};

/** The worst of each. */
const WORST: Weather = {
  unreachable: 0.05,
  requestLost: 0.08,
  answerLost: 0.10,
  delayed: 0.05,
  serverError: 0.06,
  outcomeUnknown: 0.06,
  throttled: 0.06,
  refused: 0.02,
  postOnlyCanceled: 0.2,
  restBehindMs: 60_000,
  pushLost: 0.1,
  pushTwice: 0.2,
  pushLate: 0.15,
  pushLateMs: 60_000,
  feeUnknown: 0.3,
  databaseFails: 0.03,
  databaseSlow: 0.05,
  crash: 1,
  pause: 1,
  socket: 1,
  database: 1,
  takeover: 1,
  clock: 1,
  user: 1,
  market: 1,
  account: 1,
  outage: 1,
  rules: 1,
  // Last, so that runs without them stay what they were.
  requestTwice: 0.1,
  halfDone: 0.1,
  forgotten: 1,
  notifyLost: 0.5,
  drain: 1,
  edit: 1,
  reduce: 1,
};

/** What a run may be spared. */
export type Kind = keyof Weather;

/**
 * Draws a run's weather: about half of all faults happen in it, each as often
 * as it pleases. Faults that always come together hide what each does alone.
 */
export function drawWeather(
  random: Random,
  without: ReadonlySet<Kind> = new Set(),
): Weather {
  const entries = Object.entries(WORST).map(([kind, worst]) => {
    const isOn = random.chance(0.5);
    const share = random.next();
    // Squared: mild ones are more common, so that runs get somewhere.
    return [kind, isOn ? worst * share * share : 0] as const;
  });
  const drawn: Record<string, number> = Object.fromEntries(entries);
  for (const kind of without) drawn[kind] = 0;
  return { ...CALM, ...drawn };
}
