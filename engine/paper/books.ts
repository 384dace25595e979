/**
 * The books on disk: one file of JSON lines, each line all records of one
 * command or step, so that a line is there as a whole or not at all. A record
 * is written before anyone is told: the process may be killed at any instant
 * (the writes survive it; only the machine's own death may lose the last).
 *
 * Opening reads the file, forgets a torn last line, and writes a fresh file
 * that starts with a snapshot; so does {@linkcode Books.compact} when the file
 * has grown past {@linkcode COMPACT_BYTES}.
 *
 * @module
 */
import type {
  AccountSnapshot,
  Bill,
  ClosedLeg,
  Fill,
  Order,
} from "@core/matching/mod.ts";
import type { ContractTerms } from "./contracts.ts";
import { PaperFailure } from "./failure.ts";
import type { ApiKey } from "./keys.ts";
import type { PlayerPlace } from "./prices/player.ts";

/** A symbol's market, as stored. */
export interface MarketRecord {
  readonly symbol: string;
  /** Units. */
  readonly lastPrice: number;
  readonly isRising: boolean;
  readonly isHeld: boolean;
  readonly place: PlayerPlace | null;
  /** Decimal text, fraction an interval. */
  readonly fundingRate: string;
  readonly nextFundingMs: number;
}

/** One settled funding interval. */
export interface FundingRecord {
  readonly symbol: string;
  /** Decimal text. */
  readonly rate: string;
  readonly atMs: number;
}

/** One line's part. Bars are [openTimeMs, o, h, l, c, volume, quoteVolume]. */
export type BookRecord =
  | { readonly t: "contract"; readonly contract: ContractTerms }
  | { readonly t: "key"; readonly key: ApiKey }
  | { readonly t: "account"; readonly account: AccountSnapshot }
  | { readonly t: "order"; readonly order: Order }
  | { readonly t: "fill"; readonly fill: Fill }
  | { readonly t: "bill"; readonly bill: Bill }
  | { readonly t: "closed"; readonly uid: string; readonly leg: ClosedLeg }
  | { readonly t: "bars"; readonly symbol: string; readonly bars: number[][] }
  | { readonly t: "market"; readonly market: MarketRecord }
  | { readonly t: "funding"; readonly funding: FundingRecord };

/** Where records go. */
export interface Books {
  append(records: readonly BookRecord[]): void;
  /** True once it should be compacted. */
  readonly isLarge: boolean;
  /** Starts the file anew with these lines. */
  compact(lines: Iterable<readonly BookRecord[]>): void;
  close(): void;
}

/** A file of this size is rewritten from a snapshot. */
export const COMPACT_BYTES = 64 * 1024 * 1024;

/** The books hold keys: nobody else may read them. */
const PRIVATE = 0o600;

/** Fields that hold bigints; everything else in a record is plain JSON. */
const MONEY_FIELDS: ReadonlySet<string> = new Set([
  "wallet",
  "cost",
  "realizedPnl",
  "openFee",
  "closeFee",
  "funding",
  "openedNotional",
  "closedNotional",
  "filledNotional",
  "notional",
  "fee",
  "amount",
]);

function encodeLine(records: readonly BookRecord[]): string {
  return JSON.stringify(
    records,
    (_, value: unknown) => typeof value === "bigint" ? `${value}` : value,
  ) + "\n";
}

function decodeLine(line: string): BookRecord[] {
  return JSON.parse(
    line,
    (name, value: unknown) =>
      MONEY_FIELDS.has(name) && typeof value === "string"
        ? BigInt(value)
        : value,
  ) as BookRecord[];
}

/** Books that forget: for tests and throw-away servers. */
export const MEMORY_BOOKS: Books = {
  append: () => {},
  isLarge: false,
  compact: () => {},
  close: () => {},
};

const CHUNK_BYTES = 1024 * 1024;

/** Yields a file's complete lines; what follows the last line break is torn. */
function* linesOf(path: string): Generator<string> {
  const file = Deno.openSync(path);
  try {
    const decoder = new TextDecoder();
    const chunk = new Uint8Array(CHUNK_BYTES);
    let rest = "";
    for (;;) {
      const length = file.readSync(chunk);
      if (length === null) return;
      const text = decoder.decode(chunk.subarray(0, length), { stream: true });
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } finally {
    file.close();
  }
}

/**
 * Reads a books file line by line, in the order written; a torn last line is
 * left out, and a missing file is empty.
 *
 * @throws {PaperFailure} If another line cannot be read.
 */
export function* readBooks(path: string): Generator<BookRecord[]> {
  let lineNumber = 0;
  try {
    for (const line of linesOf(path)) {
      lineNumber++;
      yield decodeLine(line);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (!(error instanceof SyntaxError)) throw error;
    throw new PaperFailure(
      `Cannot read the paper exchange's books: line ${lineNumber} of ${path} is broken: put back a whole copy, or move the file away and every paper account begins anew`,
      { cause: error },
    );
  }
}

/** Books in a file. Only one process may hold a directory at a time. */
export class FileBooks implements Books {
  readonly #path: string;
  readonly #lock: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  #file: Deno.FsFile;
  #bytes = 0;

  /** @throws {PaperFailure} If another process holds the directory. */
  constructor(directory: string) {
    Deno.mkdirSync(directory, { recursive: true });
    this.#path = `${directory}/books.jsonl`;
    this.#lock = lockDirectory(directory);
    this.#file = Deno.openSync(this.#path, {
      append: true,
      create: true,
      mode: PRIVATE,
    });
  }

  /** The file's lines so far. */
  read(): Generator<BookRecord[]> {
    return readBooks(this.#path);
  }

  get isLarge(): boolean {
    return this.#bytes > COMPACT_BYTES;
  }

  append(records: readonly BookRecord[]): void {
    this.#write(this.#file, encodeLine(records));
  }

  compact(lines: Iterable<readonly BookRecord[]>): void {
    const path = `${this.#path}.new`;
    const file = Deno.openSync(path, {
      write: true,
      create: true,
      truncate: true,
      mode: PRIVATE,
    });
    this.#bytes = 0;
    for (const records of lines) this.#write(file, encodeLine(records));
    file.syncSync();
    Deno.renameSync(path, this.#path);
    this.#file.close();
    this.#file = file;
    this.#bytes = 0;
  }

  close(): void {
    this.#file.close();
    this.#lock.close();
  }

  #write(file: Deno.FsFile, text: string): void {
    let bytes = this.#encoder.encode(text);
    this.#bytes += bytes.length;
    while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
  }
}

function lockDirectory(directory: string): Deno.FsFile {
  const lock = Deno.openSync(`${directory}/lock`, {
    write: true,
    create: true,
  });
  if (!lock.tryLockSync(true)) {
    lock.close();
    throw new PaperFailure(
      `Cannot open the books in ${directory}: another paper exchange runs on them: end it first`,
    );
  }
  return lock;
}
