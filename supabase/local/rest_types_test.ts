import assert from "node:assert/strict";
import { restTypes } from "./rest_types.ts";

function parse(type: string, text: string): unknown {
  return restTypes[type]?.parse(text);
}

Deno.test("restTypes renders values as PostgREST does", () => {
  assert.equal(parse("numeric", "1.10"), 1.1);
  assert.equal(parse("numeric", "NaN"), "NaN");
  assert.equal(
    parse("timestamptz", "2026-11-22 14:32:45.5+00"),
    "2026-11-22T14:32:45.5+00:00",
  );
  assert.equal(
    parse("timestamptz", "2026-11-22 14:32:45+05:30"),
    "2026-11-22T14:32:45+05:30",
  );
  assert.equal(
    parse("timestamp", "2026-11-22 14:32:45"),
    "2026-11-22T14:32:45",
  );
  assert.equal(parse("bytea", "\\x0102"), "\\x0102");
});

Deno.test("restTypes writes json once, however it is handed over", () => {
  const write = (value: unknown): unknown => restTypes.jsonb?.serialize(value);
  assert.equal(write({ a: [1] }), '{"a":[1]}');
  assert.equal(write('{"a":[1]}'), '{"a":[1]}');
  assert.equal(write("some text"), '"some text"');
});
