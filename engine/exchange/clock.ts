/**
 * Time as the exchange room sees it. It comes in as an argument, so that
 * limiter, sockets and deadlines can be tested without waiting.
 */
export interface Clock {
  /** Epoch ms by this machine's clock. */
  nowMs(): number;
  /** Calls back once after at least `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Returns the machine's clock. For composition roots; everyone else is given one. */
export function createSystemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
