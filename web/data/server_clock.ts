/**
 * The time as the server tells it. A device's clock may be wrong by an hour:
 * bots that are in step would be called silent, silent ones would not, and a
 * grace would end when nobody meant it to.
 *
 * @module
 */

/** Less is the answer's way, whole seconds, and a clock like any other. */
const WRONG_MS_MIN = 30_000;

/** What is added to this device's clock, ms. */
let offsetMs = 0;

/** Returns the time, epoch ms, by the server's clock as far as it is known. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

/**
 * Sets the clock by an answer.
 *
 * @param date The answer's `Date`; without one the device's clock is believed.
 * @param askedAtMs When it was asked for, by the device's clock, epoch ms.
 */
export function setServerClock(date: string | null, askedAtMs: number): void {
  const saidMs = Date.parse(date ?? "");
  const differenceMs = saidMs - (askedAtMs + Date.now()) / 2;
  offsetMs = Math.abs(differenceMs) >= WRONG_MS_MIN ? differenceMs : 0;
}
