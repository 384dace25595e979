import { type ReadonlySignal, signal } from "@preact/signals";
import type { ApiHealth } from "../data/api_fetch.ts";

/** Of several calls at once one may fail: the others do not take it back. */
const REMEMBERED_MS = 10_000;

/** How the server does, for whoever shows a failure. */
export interface ServerHealth {
  readonly health: ReadonlySignal<ApiHealth>;
  /** Takes what the newest answer was like. */
  readonly hear: (next: ApiHealth) => void;
}

/**
 * Returns the server's health: the last trouble, until all has gone well for a
 * while.
 *
 * @param now The time, epoch ms.
 */
export function createServerHealth(now: () => number): ServerHealth {
  const health = signal<ApiHealth>("well");
  let troubledAtMs = -Infinity;
  return {
    health,
    hear(next) {
      if (next === "well" && now() - troubledAtMs < REMEMBERED_MS) return;
      if (next !== "well") troubledAtMs = now();
      health.value = next;
    },
  };
}
