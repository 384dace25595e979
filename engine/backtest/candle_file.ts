/**
 * Candle files on disk, read and written without ever being whole in memory.
 *
 * @module
 */
import {
  type CandleColumns,
  CandleError,
  CandleReader,
} from "@core/candles/mod.ts";
import { Sha256 } from "./sha256.ts";
import { UsageError } from "./usage_error.ts";

const CHUNK_BYTES = 65_536;
/** The shortest row there is in practice: room is made for at least as many. */
const ROW_BYTES_TYPICAL = 40;

/** A file's candles. */
export interface CandleFile {
  readonly candles: CandleColumns;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly dataHash: string;
}

/**
 * Reads the candle file that `--candles` names.
 *
 * @throws {UsageError} Naming file, line and field.
 */
export async function readCandleFile(
  path: string,
  { refusesQuiet = false }: { readonly refusesQuiet?: boolean } = {},
): Promise<CandleFile> {
  using file = await openToRead(path, "candles");
  const { size } = await file.stat();
  const capacity = size / ROW_BYTES_TYPICAL;
  const reader = new CandleReader({ capacity, refusesQuiet });
  const hash = new Sha256();
  const bytes = new Uint8Array(CHUNK_BYTES);
  try {
    for (;;) {
      const count = await file.read(bytes);
      if (count === null) break;
      const chunk = bytes.subarray(0, count);
      hash.update(chunk);
      reader.push(chunk);
    }
    return { candles: reader.finish(), dataHash: hash.hex() };
  } catch (error) {
    if (!(error instanceof CandleError)) throw error;
    throw new UsageError(`${error.message} (${path})`);
  }
}

/** Opens a file. @throws {UsageError} Where that cannot be done. */
async function openToRead(path: string, flag: string): Promise<Deno.FsFile> {
  try {
    const file = await Deno.open(path);
    if ((await file.stat()).isFile) return file;
    file.close();
    throw new UsageError(`Cannot read --${flag} ${path}: it is no file`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const isMissing = error instanceof Deno.errors.NotFound;
    throw new UsageError(
      `Cannot read --${flag} ${path}: ${isMissing ? "no such file" : error}`,
    );
  }
}
