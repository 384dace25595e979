/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decodeText } from "./decode_text.ts";

Deno.test("decodeText() reads what spreadsheets save", () => {
  const text = "uid,note\r\n1,會員\r\n";
  assert.equal(decodeText(Buffer.from(text)), text);
  assert.equal(decodeText(Buffer.from(`\ufeff${text}`)), text);
  const marked = Buffer.from(`\ufeff${text}`, "utf16le");
  assert.equal(decodeText(marked), text);
  assert.equal(decodeText(marked.swap16()), text);
  // 會員 in Big5.
  const big5 = Uint8Array.of(0x31, 0x2c, 0xb7, 0x7c, 0xad, 0xfb);
  assert.equal(decodeText(big5), "1,會員");
  assert.equal(decodeText(new Uint8Array()), "");
});
