/** Time for the supervisor: wall clock and a clock that never jumps. */
export interface SupervisorClock {
  /** Epoch ms. */
  nowMs(): number;
  /** Ms since an arbitrary moment; never falls, may stand still while the machine sleeps. */
  monotonicMs(): number;
}

/** The machine's clocks. For the composition root. */
export function createSupervisorClock(): SupervisorClock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
  };
}
