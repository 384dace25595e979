import type { EndpointName } from "./endpoints.ts";
import { malformedError } from "./errors.ts";
import {
  readRow,
  readRows,
  readText,
  readTextOrNull,
  type Row,
} from "./fields.ts";
import type { RequestParams } from "./requests.ts";
import type { RestSession } from "./rest.ts";

/** Bitget's largest page. */
const PAGE_MAX = 100;
/** More pages than this are a loop of ours, or an account no bot made. */
const PAGES_MAX = 1_000;
/** Bitget answers at most a week of fills or bills at once … */
const WINDOW_MS = 7 * 86_400_000;
/** … and nothing older than this. */
const HORIZON_MS = 90 * 86_400_000;

/** A list that Bitget pages backwards in time. */
export interface PagedSource {
  readonly endpoint: EndpointName;
  readonly params: RequestParams;
  /** The field that holds the rows. */
  readonly list: string;
  /** The rows' own id: a row met twice counts once. */
  readonly id: string;
  /** Only rows since then (exchange clock); without it all that there are. */
  readonly since?: { readonly sinceMs: number; readonly nowMs: number };
}

/**
 * Fetches a list completely: every week since the start, every page of it.
 * Pages hang on ids, not on offsets, so what happens meanwhile shifts nothing.
 *
 * @returns Each row once, in no particular order.
 */
export async function fetchNewestFirst(
  rest: RestSession,
  source: PagedSource,
): Promise<readonly Row[]> {
  const rows = new Map<string, Row>();
  for (const window of windowsOf(source)) {
    const params = { ...source.params, ...window, limit: `${PAGE_MAX}` };
    let cursor: string | null = null;
    for (let page = 1;; page++) {
      const answer = readRow(
        await rest.request(
          source.endpoint,
          cursor === null ? params : { ...params, idLessThan: cursor },
        ),
        source.list,
      );
      const fresh = readRows(answer[source.list] ?? null, source.list);
      const sizeBefore = rows.size;
      for (const row of fresh) rows.set(readText(row, source.id), row);
      const next = readTextOrNull(answer, "endId");
      if (fresh.length < PAGE_MAX || next === null) break;
      if (next === cursor || rows.size === sizeBefore || page >= PAGES_MAX) {
        throw malformedError(`Cannot read ${source.list}: paging does not end`);
      }
      cursor = next;
    }
  }
  return [...rows.values()];
}

/** The last window has no end: what happens while we page belongs to it. */
function windowsOf(source: PagedSource): readonly RequestParams[] {
  if (source.since === undefined) return [{}];
  const { nowMs } = source.since;
  const windows: RequestParams[] = [];
  let startMs = Math.max(source.since.sinceMs, nowMs - HORIZON_MS);
  while (startMs + WINDOW_MS < nowMs) {
    windows.push({
      startTime: `${startMs}`,
      endTime: `${startMs + WINDOW_MS}`,
    });
    startMs += WINDOW_MS;
  }
  return [...windows, { startTime: `${startMs}` }];
}
