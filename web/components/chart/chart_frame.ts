/** What every canvas chart needs: its colours and its clock. @module */
import type { Time, UTCTimestamp } from "lightweight-charts";

/** The canvas needs colours, not custom properties: a probe resolves them. */
export function resolveColors<Token extends string>(
  element: HTMLElement,
  tokens: readonly Token[],
): Readonly<Record<Token, string>> {
  const probe = element.ownerDocument.createElement("span");
  element.append(probe);
  const entries = tokens.map((token) => {
    probe.style.color = `var(${token})`;
    return [token, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries);
}

/** Epoch ms → the library's seconds. */
export function toTime(atMs: number): UTCTimestamp {
  return Math.floor(atMs / 1000) as UTCTimestamp;
}

/** The library's time → epoch ms. */
export function fromTime(time: Time): number {
  return typeof time === "number" ? time * 1000 : Date.now();
}
