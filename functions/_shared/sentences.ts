/**
 * What is wrong with a value, for people: used where a schema has no sentence
 * of its own. Never quotes what was sent.
 *
 * @module
 */
import type { z } from "zod";

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** Returns the sentence for an issue; undefined leaves zod's own. */
export function sentenceOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type": {
      if (issue.input === undefined) return "This is missing";
      const type = TYPES[issue.expected];
      return type === undefined ? undefined : `This must be ${type}`;
    }
    case "too_big":
      return limit(issue.origin, `at most ${issue.maximum}`);
    case "too_small":
      return limit(issue.origin, `at least ${issue.minimum}`);
    case "invalid_value":
      return `This must be one of ${issue.values.join(", ")}`;
    case "unrecognized_keys":
      // Its path names the object; keys are names a program chose.
      return "There is no field " +
        issue.keys.map((key) => `"${key.slice(0, 40)}"`).join(", ");
    default:
      return undefined;
  }
}

function limit(origin: string, bound: string): string {
  if (origin === "string") return `This must have ${bound} characters`;
  if (origin === "array") return `This must have ${bound} entries`;
  return `This must be ${bound}`;
}
