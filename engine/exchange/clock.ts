/**
 * Time as the exchange room sees it. It comes in as an argument, so that
 * limiter, sockets and deadlines can be tested without waiting.
 */
export interface Clock {
  /** Epoch ms. Runs evenly: it is never set, forward or back. */
  nowMs(): number;
  /** Calls back once after at least `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/**
 * Returns the machine's clock. For composition roots; everyone else is given one.
 *
 * It takes the wall clock's time once and counts on by the monotonic one: a
 * wall clock set forward by a minute would make an order still under way look
 * like one that can never arrive, and its slot would be filled twice. How far
 * it is off the exchange's time is learnt from the exchange.
 */
export function createSystemClock(): Clock {
  const startedAtMs = Date.now() - performance.now();
  return {
    nowMs: () => Math.floor(startedAtMs + performance.now()),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
