/**
 * The file that is downloaded into: only whole lines count, so that a download
 * that was killed goes on behind the last of them.
 *
 * @module
 */
import {
  CANDLE_HEADER,
  CandleError,
  CandleReader,
  type CandleRow,
} from "@core/candles/mod.ts";
import { UsageError, writeAll } from "../usage_error.ts";

const CHUNK_BYTES = 65_536;
const NEWLINE = 10;

/** See the header of this file; closes with its scope. */
export class PartialFile implements Disposable {
  readonly #file: Deno.FsFile;
  readonly path: string;
  /** Candles in it. */
  count = 0;
  /** Opening times; NaN while it has none. */
  firstMs = NaN;
  lastMs = NaN;
  /** The newest row; null while it has none. */
  last: CandleRow | null = null;

  private constructor(path: string, file: Deno.FsFile) {
    this.path = path;
    this.#file = file;
  }

  /**
   * Opens a file, new or begun.
   *
   * @throws {UsageError} Where it cannot be written or is no candle file.
   */
  static async open(path: string): Promise<PartialFile> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path, { read: true, write: true, create: true });
    } catch (error) {
      throw new UsageError(`Cannot write --out ${path}: ${error}`);
    }
    const partial = new PartialFile(path, file);
    try {
      await partial.#resume();
      return partial;
    } catch (error) {
      file.close();
      if (!(error instanceof CandleError)) throw error;
      throw new UsageError(
        `Cannot continue --out: ${error.message} (${path}); remove it to begin anew`,
      );
    }
  }

  /** Appends rows in one write. */
  async append(rows: readonly CandleRow[]): Promise<void> {
    if (rows.length === 0) return;
    const text = rows.map((row) => row.slice(0, 6).join(",") + "\n").join("");
    await writeAll(this.#file, new TextEncoder().encode(text));
    this.count += rows.length;
    this.last = rows.at(-1) ?? this.last;
    if (Number.isNaN(this.firstMs)) this.firstMs = rows[0]?.[0] ?? NaN;
    this.lastMs = this.last?.[0] ?? NaN;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  /** Reads what is there, cuts a torn line off, stands behind the rest. */
  async #resume(): Promise<void> {
    const reader = new CandleReader({});
    const bytes = new Uint8Array(CHUNK_BYTES);
    let size = 0;
    let whole = 0;
    let tail = new Uint8Array(0);
    for (;;) {
      const count = await this.#file.read(bytes);
      if (count === null) break;
      const end = bytes.subarray(0, count).lastIndexOf(NEWLINE);
      if (end >= 0) {
        reader.push(tail);
        reader.push(bytes.slice(0, end + 1));
        tail = bytes.slice(end + 1, count);
        whole = size + end + 1;
      } else tail = Uint8Array.from([...tail, ...bytes.subarray(0, count)]);
      size += count;
    }
    if (whole < size) await this.#file.truncate(whole);
    await this.#file.seek(whole, Deno.SeekMode.Start);
    if (whole === 0) {
      const head = new TextEncoder().encode(`${CANDLE_HEADER}\n`);
      return await writeAll(this.#file, head);
    }
    if (reader.length === 0) return;
    const { openTimeMs, open, high, low, close, length } = reader.finish();
    const row = [openTimeMs, open, high, low, close].map((one) =>
      one.at(-1) ?? NaN
    );
    this.count = length;
    this.firstMs = openTimeMs[0] ?? NaN;
    this.lastMs = row[0] ?? NaN;
    this.last = row;
  }
}
