import { z } from "zod";
import { parse } from "../_shared/body.ts";
import { ApiError } from "../_shared/errors.ts";

/** A UID that is approved as soon as its key is connected. */
export interface AllowlistEntry {
  readonly uid: string;
  readonly note: string | null;
}

const ENTRIES_MAX = 10_000;
const uid = z.string().trim().regex(/^\d{1,32}$/, "A UID has digits only");
const note = z.string().trim().max(500);
const list = z.strictObject({
  uids: z.array(
    z.union([
      uid.transform((text) => ({ uid: text, note: null })),
      z.strictObject({ uid, note: note.nullish().transform((n) => n || null) }),
    ], { error: "A UID has digits only" }),
  ).min(1, "Give at least one UID").max(ENTRIES_MAX),
});

/**
 * Reads an allowlist: JSON `{"uids": ["123", {"uid": "456", "note": "…"}]}` or
 * CSV with the UID in the first column, a note in the second; a first line
 * that starts with `uid` is a heading. A UID that occurs twice counts once.
 *
 * @throws {ApiError} `validation_failed`, naming the line or index.
 */
export function parseAllowlist(
  text: string,
  contentType: string,
): AllowlistEntry[] {
  const entries = /\bcsv\b/i.test(contentType)
    ? parseCsv(text)
    : parse(parseJson(text), list).uids;
  return [...new Map(entries.map((entry) => [entry.uid, entry])).values()];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("validation_failed", {
      message:
        "The request is not valid JSON. A CSV file needs the content type text/csv.",
    });
  }
}

function parseCsv(text: string): AllowlistEntry[] {
  const entries: AllowlistEntry[] = [];
  let isFirst = true;
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const isHeading = isFirst && /^\s*"?uid\b/i.test(line);
    isFirst = false;
    if (isHeading) continue;
    const { first, rest } = partsOf(line);
    const parsed = z.object({ uid, note }).safeParse({
      uid: unquote(first),
      note: unquote(rest),
    });
    if (!parsed.success) {
      throw new ApiError("validation_failed", {
        message: `Line ${index + 1}: ${parsed.error.issues[0]?.message}`,
        field: `line ${index + 1}`,
      });
    }
    entries.push({ uid: parsed.data.uid, note: parsed.data.note || null });
  }
  return parse({ uids: entries }, list).uids;
}

/** The UID, and what follows it without empty columns. */
function partsOf(
  line: string,
): { readonly first: string; readonly rest: string } {
  const at = line.search(/[,;\t]/);
  if (at < 0) return { first: line, rest: "" };
  const separator = line.charAt(at);
  let rest = line.slice(at + 1).trimEnd();
  while (rest.endsWith(separator)) rest = rest.slice(0, -1).trimEnd();
  return { first: line.slice(0, at), rest };
}

/** `"a ""b"""` → `a "b"`. */
function unquote(cell: string): string {
  const text = cell.trim();
  return /^".*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;
}
