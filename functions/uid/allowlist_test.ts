import assert from "node:assert/strict";
import { ApiError } from "../_shared/errors.ts";
import { parseAllowlist } from "./allowlist.ts";

const ENTRIES = [{ uid: "123", note: null }, { uid: "456", note: "friend" }];

Deno.test("parseAllowlist() reads JSON, bare and with notes, each UID once", () => {
  const body = { uids: ["123", " 123 ", { uid: "456", note: " friend " }] };
  assert.deepEqual(
    parseAllowlist(JSON.stringify(body), "application/json"),
    ENTRIES,
  );
});

Deno.test("parseAllowlist() reads CSV as spreadsheets write it", () => {
  for (
    const text of [
      "123\n456,friend",
      "uid,note\r\n123,\r\n456,friend\r\n",
      "\ufeffUID;Note\n123;\n\n456;friend\n",
      '"uid"\t"note"\n"123"\t""\n"456"\t"friend"\n123\n',
    ]
  ) {
    assert.deepEqual(parseAllowlist(text, "text/csv; charset=utf-8"), ENTRIES);
  }
  assert.deepEqual(parseAllowlist('7,"a ""b"", c"', "text/csv"), [
    { uid: "7", note: 'a "b", c' },
  ]);
});

Deno.test("parseAllowlist() takes a note as it is written, and a heading where it comes", () => {
  const text = '\n"UID";"Note"\r123;"a;b\tc"\r456;x, y;\r';
  assert.deepEqual(parseAllowlist(text, "text/csv"), [
    { uid: "123", note: "a;b\tc" },
    { uid: "456", note: "x, y" },
  ]);
  const rows = Array.from({ length: 5_000 }, (_, i) => `${700_000 + i},n${i}`);
  const many = parseAllowlist(
    `\ufeffuid,note\r\n${rows.join("\r\n")}`,
    "text/csv",
  );
  assert.equal(many.length, 5_000);
  assert.deepEqual(many.at(-1), { uid: "704999", note: "n4999" });
});

Deno.test("parseAllowlist() names the line that is wrong", () => {
  assert.throws(() => parseAllowlist("uid\n123\n12x4\n", "text/csv"), {
    code: "validation_failed",
    message: "Line 3: A UID has digits only",
  });
});

Deno.test("parseAllowlist() refuses what is no allowlist", () => {
  const wrong = [
    ["", "application/json"],
    ["123", "application/json"],
    ['{"uids":[]}', "application/json"],
    ['{"uids":["12x"]}', "application/json"],
    ['{"uids":[5]}', "application/json"],
    ["", "text/csv"],
    ["uid,note\n", "text/csv"],
    [`7,${"x".repeat(501)}`, "text/csv"],
  ] as const;
  for (const [text, type] of wrong) {
    assert.throws(() => parseAllowlist(text, type), ApiError);
  }
});
