/**
 * Results as they come, one JSON line each, behind a first line that says what
 * they are about: candles (by hash), engine version, configuration, windows.
 * A sweep that is run again takes over what is about exactly the same.
 *
 * @module
 */
import type { SweepResult } from "@core/sweep/mod.ts";
import { UsageError, writeAll } from "../usage_error.ts";

const CHUNK_BYTES = 65_536;

/** What all results of a journal have in common. */
export type JournalHead = Readonly<Record<string, unknown>>;

/** See the header of this file; closes with its scope. */
export class Journal implements Disposable {
  readonly #file: Deno.FsFile;
  /** Results taken over, by number. */
  readonly known: Map<number, SweepResult>;

  private constructor(file: Deno.FsFile, known: Map<number, SweepResult>) {
    this.#file = file;
    this.known = known;
  }

  /**
   * Opens a journal, new or begun.
   *
   * @throws {UsageError} Where it is about something else or cannot be written.
   */
  static async open(path: string, head: JournalHead): Promise<Journal> {
    let file: Deno.FsFile;
    try {
      await Deno.mkdir(path.replace(/[^/\\]*$/, ""), { recursive: true });
      file = await Deno.open(path, { read: true, write: true, create: true });
    } catch (error) {
      throw new UsageError(`Cannot write ${path}: ${error}`);
    }
    try {
      const lines = await readLines(file);
      const journal = new Journal(file, new Map());
      await journal.#resume(path, lines, JSON.stringify(head));
      return journal;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Writes results in one piece. */
  async append(results: readonly SweepResult[]): Promise<void> {
    const text = results.map((one) => JSON.stringify(one) + "\n").join("");
    await writeAll(this.#file, new TextEncoder().encode(text));
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  async #resume(
    path: string,
    lines: readonly string[],
    head: string,
  ): Promise<void> {
    const [first, ...rest] = lines;
    if (first === undefined) {
      return await writeAll(this.#file, new TextEncoder().encode(`${head}\n`));
    }
    if (first !== head) {
      throw new UsageError(
        `Cannot continue ${path}: it is about ${
          differenceOf(first, head)
        }; choose another --out or remove it`,
      );
    }
    for (const [i, line] of rest.entries()) {
      const result = parseResult(line);
      if (result === null) {
        throw new UsageError(`Cannot continue ${path}: line ${i + 2} is torn`);
      }
      this.known.set(result.index, result);
    }
  }
}

/** Returns the whole lines, and cuts a torn one off the file. */
async function readLines(file: Deno.FsFile): Promise<string[]> {
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(CHUNK_BYTES);
  let text = "";
  for (;;) {
    const count = await file.read(bytes);
    if (count === null) break;
    text += decoder.decode(bytes.subarray(0, count), { stream: true });
  }
  const end = text.lastIndexOf("\n") + 1;
  if (end < text.length) {
    const whole = new TextEncoder().encode(text.slice(0, end)).length;
    await file.truncate(whole);
    await file.seek(whole, Deno.SeekMode.Start);
  }
  return text.slice(0, end).split("\n").slice(0, -1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function parseResult(line: string): SweepResult | null {
  const row = parseJson(line);
  if (typeof row !== "object" || row === null) return null;
  const { index, train, test } = row as Record<string, unknown>;
  const isResult = Number.isSafeInteger(index) && Array.isArray(train) &&
    Array.isArray(test);
  return isResult ? row as SweepResult : null;
}

/** Names the first thing in which two heads differ. */
function differenceOf(before: string, now: string): string {
  const [old, head] = [before, now].map(parseJson);
  if (typeof old !== "object" || old === null) return "something else";
  const rows = [old, head ?? {}].map((one) => one as JournalHead);
  const key = Object.keys({ ...rows[0], ...rows[1] }).find((one) =>
    JSON.stringify(rows[0]?.[one]) !== JSON.stringify(rows[1]?.[one])
  );
  return key === undefined ? "something else" : `another ${key}`;
}
