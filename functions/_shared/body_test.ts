import assert from "node:assert/strict";
import { Hono } from "hono";
import { z } from "zod";
import { parse, readJson } from "./body.ts";
import { ApiError } from "./errors.ts";

const schema = z.strictObject({
  name: z.string().max(5),
  count: z.number().int().min(2),
  kind: z.enum(["a", "b"]),
  list: z.array(z.string()).max(1),
});
const GOOD = { name: "x", count: 2, kind: "a", list: [] };

function refusalOf(value: unknown): ApiError {
  try {
    parse(value, schema);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("It was taken");
}

Deno.test("parse() says what is wrong in a sentence, and never quotes it", () => {
  const table: readonly (readonly [object, string])[] = [
    [{ name: undefined }, "name: This is missing"],
    [{ name: 5 }, "name: This must be a text"],
    [{ name: "secret" }, "name: This must have at most 5 characters"],
    [{ count: "2" }, "count: This must be a number"],
    [{ count: 2.5 }, "count: This must be a whole number"],
    [{ count: 1 }, "count: This must be at least 2"],
    [{ kind: "c" }, "kind: This must be one of a, b"],
    [{ list: ["a", "b"] }, "list: This must have at most 1 entries"],
    [{ other: 1 }, 'There is no field "other"'],
  ];
  for (const [change, message] of table) {
    assert.equal(refusalOf({ ...GOOD, ...change }).message, message);
  }
  assert.equal(refusalOf([]).message, "This must be an object");
});

Deno.test("readJson() refuses a text that a database cannot keep", async () => {
  const app = new Hono();
  app.post("/", async (c) => c.json(await readJson(c, z.unknown())));
  app.onError((error, c) =>
    c.text(error instanceof ApiError ? error.code : "internal", 400)
  );
  for (const body of ['{"name":"a\\u0000b"}', '[{"deep":["\\u0000"]}]']) {
    const reply = await app.request("/", { method: "POST", body });
    assert.equal(await reply.text(), "validation_failed");
  }
  const body = String.raw`{"name":"a\\u0000"}`; // a backslash, then letters
  const reply = await app.request("/", { method: "POST", body });
  assert.deepEqual(await reply.json(), { name: String.raw`a\u0000` });
});
