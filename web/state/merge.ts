/** A row that says when it last changed. */
interface Dated {
  readonly updatedAtMs: number;
}

/**
 * Returns the map with these rows in it, a row only where it is not older than
 * the one we have: broadcasts and reloads overtake each other.
 */
export function mergeNewer<T extends Dated>(
  known: ReadonlyMap<string, T>,
  rows: readonly T[],
  idOf: (row: T) => string,
): ReadonlyMap<string, T> {
  const merged = new Map(known);
  for (const row of rows) {
    const before = merged.get(idOf(row));
    if (before === undefined || row.updatedAtMs >= before.updatedAtMs) {
      merged.set(idOf(row), row);
    }
  }
  return merged;
}

/** Like {@linkcode mergeNewer}, for a full list: rows not in it are gone. */
export function replaceAll<T extends Dated>(
  known: ReadonlyMap<string, T>,
  rows: readonly T[],
  idOf: (row: T) => string,
): ReadonlyMap<string, T> {
  const ids = new Set(rows.map(idOf));
  const kept = new Map([...known].filter(([id]) => ids.has(id)));
  return mergeNewer(kept, rows, idOf);
}

/**
 * Returns the lists as one, each id once, newest first, at most `max` rows.
 *
 * @param incoming Wins over `known` where both have an id.
 */
export function mergeList<T extends { readonly id: string }>(
  known: readonly T[],
  incoming: readonly T[],
  options: { readonly atOf: (row: T) => number; readonly max: number },
): readonly T[] {
  const byId = new Map(known.map((row) => [row.id, row]));
  for (const row of incoming) byId.set(row.id, row);
  return [...byId.values()]
    .sort((a, b) => options.atOf(b) - options.atOf(a))
    .slice(0, options.max);
}
