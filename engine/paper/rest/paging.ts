import { invalid } from "../api_error.ts";
import type { Params } from "./params.ts";

/** A page, newest first. */
export interface Page<T> {
  readonly entries: readonly T[];
  /** The oldest id on the page: the next page's `idLessThan`; null when empty. */
  readonly endId: string | null;
}

/**
 * Cuts a page out of a history as Bitget does: `startTime` ≤ t ≤ `endTime`,
 * ids below `idLessThan`, newest first, at most `limit`.
 *
 * @param history Oldest first.
 */
export function pageOf<T>(
  history: readonly T[],
  params: Params,
  options: {
    readonly id: (entry: T) => string;
    readonly atMs: (entry: T) => number;
    readonly where: (entry: T) => boolean;
    readonly limitDefault: number;
    readonly limitMax: number;
    /** Ids do not rise along the history: sort by id first. */
    readonly isUnordered?: boolean;
  },
): Page<T> {
  const instant = { fallback: -1, min: 0, max: Number.MAX_SAFE_INTEGER };
  const startMs = params.integer("startTime", instant);
  const endMs = params.integer("endTime", instant);
  if (startMs >= 0 && endMs >= 0 && endMs < startMs) throw invalid("endTime");
  const limit = params.integer("limit", {
    fallback: options.limitDefault,
    min: 1,
    max: options.limitMax,
  });
  const before = params.optional("idLessThan");
  if (before !== null && !/^\d{1,19}$/.test(before)) {
    throw invalid("idLessThan");
  }
  const ordered = options.isUnordered
    ? [...history].sort((a, b) => options.id(a) < options.id(b) ? -1 : 1)
    : history;
  const entries: T[] = [];
  for (let i = ordered.length - 1; i >= 0 && entries.length < limit; i--) {
    const entry = ordered[i];
    if (entry === undefined) break;
    const atMs = options.atMs(entry);
    if (endMs >= 0 && atMs > endMs) continue;
    if (startMs >= 0 && atMs < startMs) continue;
    if (before !== null && !isLess(options.id(entry), before)) continue;
    if (options.where(entry)) entries.push(entry);
  }
  const last = entries.at(-1);
  return { entries, endId: last === undefined ? null : options.id(last) };
}

function isLess(id: string, bound: string): boolean {
  return id.length === bound.length ? id < bound : id.length < bound.length;
}
