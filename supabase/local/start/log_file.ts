/** Where the output of one child goes. @module */

/** A file is set aside as `NAME.1` above this many bytes. */
const BYTES_MAX = 20 * 1024 * 1024;

/** Appends lines to a file that does not grow without end. */
export class LogFile implements Disposable {
  readonly #path: string;
  readonly #bytesMax: number;
  #file: Deno.FsFile;
  #bytes: number;

  constructor(path: string, bytesMax: number = BYTES_MAX) {
    this.#path = path;
    this.#bytesMax = bytesMax;
    this.#file = open(path);
    this.#bytes = this.#file.statSync().size;
  }

  /** Writes one line, at once. */
  write(line: string): void {
    if (this.#bytes > this.#bytesMax) this.#rotate();
    this.#bytes += this.#file.writeSync(new TextEncoder().encode(line + "\n"));
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #rotate(): void {
    this.#file.close();
    Deno.renameSync(this.#path, `${this.#path}.1`);
    this.#file = open(this.#path);
    this.#bytes = 0;
  }
}

function open(path: string): Deno.FsFile {
  return Deno.openSync(path, { append: true, create: true, mode: 0o600 });
}
