/** Requests' bodies and parameters, parsed once. @module */
import type { Context } from "hono";
import { z } from "zod";
import { ApiError, type ErrorCode } from "./errors.ts";

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
  try {
    value = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw new ApiError("validation_failed", {
      message: "The request is not valid JSON.",
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
  const parsed = schema.safeParse(value);
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
