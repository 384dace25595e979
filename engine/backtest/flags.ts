/** What the flags of all three programs have in common. @module */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./usage_error.ts";

/** Flags by name: texts, lists of texts and switches. */
export type FlagValues = Readonly<
  Record<string, string | boolean | (string | boolean)[] | undefined>
>;

/** Reads the flags. @throws {UsageError} On an unknown one or without value. */
export function readFlags(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig["options"]>,
): FlagValues {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : `${error}`);
  }
}

/** Returns a flag's text; null without it. */
export function textOf(flags: FlagValues, flag: string): string | null {
  const value = flags[flag];
  return typeof value === "string" ? value : null;
}

/** Returns a flag's texts. */
export function textsOf(flags: FlagValues, flag: string): readonly string[] {
  const value = flags[flag];
  return Array.isArray(value)
    ? value.filter((one) => typeof one === "string")
    : [];
}

/** Returns a flag's text. @throws {UsageError} Without it. */
export function requiredOf(flags: FlagValues, flag: string): string {
  const value = textOf(flags, flag);
  if (value !== null && value !== "") return value;
  throw new UsageError(`Cannot run without --${flag}`);
}

/** Returns one of a few words. @throws {UsageError} On any other. */
export function choiceOf<Choice extends string>(
  flags: FlagValues,
  flag: string,
  choices: readonly Choice[],
  fallback: Choice,
): Choice {
  const text = textOf(flags, flag) ?? fallback;
  const choice = choices.find((name) => name === text);
  if (choice !== undefined) return choice;
  throw new UsageError(
    `Cannot run --${flag} ${text}: wanted ${choices.join(" or ")}`,
  );
}

/** Which numbers a flag takes. */
export interface NumberRange {
  readonly fallback: number;
  /** Greater than this … */
  readonly above: number;
  /** … and at most this. */
  readonly to?: number;
  readonly isWhole?: boolean;
}

/** Returns a flag's number. @throws {UsageError} Where it is out of range. */
export function numberOf(
  flags: FlagValues,
  flag: string,
  { fallback, above, to = Number.MAX_VALUE, isWhole = false }: NumberRange,
): number {
  const text = textOf(flags, flag) ?? String(fallback);
  const value = text.trim() === "" ? NaN : Number(text);
  const fits = value > above && value <= to;
  if (fits && (!isWhole || Number.isInteger(value))) return value;
  throw new UsageError(
    `Cannot run --${flag} ${text}: wanted a ${
      isWhole ? "whole number" : "number"
    } above ${above}${to === Number.MAX_VALUE ? "" : `, at most ${to}`}`,
  );
}
