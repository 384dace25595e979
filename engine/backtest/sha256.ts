/**
 * SHA-256 (FIPS 180-4) over data that comes in pieces: the platform's own
 * digest wants all of it at once, and Node's costs ten megabytes to load. Here
 * it only names a file's content; nothing secret goes through it.
 *
 * @module
 */
const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

/** The first 32 bits of the fractional parts of roots of the first primes. */
function fractionOf(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}

const PRIMES = firstPrimes(64);
const ROUNDS = Int32Array.from(PRIMES, (n) => fractionOf(Math.cbrt(n)));
const START = PRIMES.slice(0, 8).map((n) => fractionOf(Math.sqrt(n)));

const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by));

/** One digest: `update` the bytes in order, then `hex` once. */
export class Sha256 {
  readonly #state = Int32Array.from(START);
  readonly #words = new Int32Array(64);
  readonly #block = new Uint8Array(BLOCK_BYTES);
  readonly #view = new DataView(this.#block.buffer);
  #filled = 0;
  #bytes = 0;

  /** Takes up the next bytes. */
  update(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + BLOCK_BYTES - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === BLOCK_BYTES) this.#compress();
    }
  }

  /** Returns the digest, hexadecimal; nothing may follow. */
  hex(): string {
    const bits = this.#bytes * 8;
    this.#block[this.#filled++] = 0x80;
    if (this.#filled > BLOCK_BYTES - LENGTH_BYTES) {
      this.#block.fill(0, this.#filled);
      this.#compress();
    }
    this.#block.fill(0, this.#filled);
    this.#view.setUint32(BLOCK_BYTES - 8, Math.floor(bits / 2 ** 32));
    this.#view.setUint32(BLOCK_BYTES - 4, bits >>> 0);
    this.#compress();
    return Array.from(
      this.#state,
      (word) => (word >>> 0).toString(16).padStart(8, "0"),
    ).join("");
  }

  #compress(): void {
    this.#filled = 0;
    const w = this.#words;
    for (let i = 0; i < 16; i++) w[i] = this.#view.getInt32(4 * i);
    for (let i = 16; i < 64; i++) {
      const early = w[i - 15] ?? 0;
      const late = w[i - 2] ?? 0;
      const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
      const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
      w[i] = (w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = this.#state;
    for (let i = 0; i < 64; i++) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const choice = (e & f) ^ (~e & g);
      const one = (h + s1 + choice + (ROUNDS[i] ?? 0) + (w[i] ?? 0)) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + s0 + majority) | 0;
    }
    this.#add(0, a, b);
    this.#add(2, c, d);
    this.#add(4, e, f);
    this.#add(6, g, h);
  }

  #add(at: number, one: number, two: number): void {
    const state = this.#state;
    state[at] = (state[at] ?? 0) + one;
    state[at + 1] = (state[at + 1] ?? 0) + two;
  }
}
