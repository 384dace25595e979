/** Marks at a file's beginning that name its encoding. */
const MARKS: readonly (readonly [encoding: string, ...mark: number[]])[] = [
  ["utf-16le", 0xff, 0xfe],
  ["utf-16be", 0xfe, 0xff],
];

/**
 * Decodes a text file as spreadsheets save them: UTF-8 and UTF-16 with a mark,
 * UTF-8 without, else Big5, in which a Taiwanese Excel writes CSV.
 */
export function decodeText(bytes: Uint8Array): string {
  for (const [encoding, ...mark] of MARKS) {
    if (mark.every((byte, i) => bytes[i] === byte)) {
      return new TextDecoder(encoding).decode(bytes);
    }
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("big5").decode(bytes);
  }
}
