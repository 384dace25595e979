/** Requests' bodies and parameters, parsed once. @module */
import type { Context } from "hono";
import { z } from "zod";
import { ApiError, type ErrorCode } from "./errors.ts";
import { sentenceOf } from "./sentences.ts";

/**
 * Returns the JSON body as the schema describes it. An empty body counts as
 * `{}`, so that calls without arguments need none.
 *
 * @param codeOf The code for an issue; `validation_failed` without one.
 * @throws {ApiError} Naming the first wrong field and never quoting it.
 */
export async function readJson<T>(
  c: Context,
  schema: z.ZodType<T>,
  codeOf: (issue: z.core.$ZodIssue) => ErrorCode = () => "validation_failed",
): Promise<T> {
  const text = await c.req.text();
  let value: unknown;
  let hasNul = false;
  try {
    value = text.trim() === "" ? {} : JSON.parse(text, (_, part: unknown) => {
      hasNul ||= typeof part === "string" && part.includes("\0");
      return part;
    });
  } catch {
    throw new ApiError("validation_failed", {
      message: "The request is not valid JSON.",
    });
  }
  if (hasNul) {
    throw new ApiError("validation_failed", {
      message: "A text holds a character that cannot be kept (U+0000).",
    });
  }
  return parse(value, schema, codeOf);
}

/** Parses any value; see {@linkcode readJson}. */
export function parse<T>(
  value: unknown,
  schema: z.ZodType<T>,
  codeOf: (issue: z.core.$ZodIssue) => ErrorCode = () => "validation_failed",
): T {
  const parsed = schema.safeParse(value, { error: sentenceOf });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue === undefined) throw new ApiError("validation_failed");
  const code = codeOf(issue);
  const field = issue.path.join(".");
  throw new ApiError(code, {
    ...(field === "" ? {} : { field }),
    ...(code === "validation_failed"
      ? { message: field === "" ? issue.message : `${field}: ${issue.message}` }
      : {}),
  });
}

/**
 * Returns a row's id out of the path.
 *
 * @throws {ApiError} `not_found`: what is no id names nothing.
 */
export function parseId(text: string | undefined, what: string): string {
  const parsed = z.uuid().safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ApiError("not_found", { message: `There is no such ${what}.` });
}
