/**
 * Flags, for all three programs: `--name value`, `--name=value`, `--switch`.
 * Node's parser would do, and takes six megabytes to load.
 *
 * @module
 */
import { UsageError } from "./usage_error.ts";

/** What a program takes: `text` once, `texts` several times, `switch`. */
export type FlagKinds = Readonly<Record<string, "text" | "texts" | "switch">>;

/** Flags by name. */
export type FlagValues = Readonly<
  Record<string, string | boolean | readonly string[] | undefined>
>;

/** Reads the flags. @throws {UsageError} On an unknown one or without value. */
export function readFlags(
  args: readonly string[],
  kinds: FlagKinds,
): FlagValues {
  const values: Record<string, string | boolean | readonly string[]> = {};
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const [, name = "", inline] = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(arg) ??
      [];
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) {
      throw new UsageError(`Cannot run with ${arg}: no such flag; see --help`);
    }
    if (kind === "switch") {
      if (inline !== undefined) {
        throw new UsageError(`Cannot run ${arg}: --${name} takes no value`);
      }
      values[name] = true;
      continue;
    }
    const value = inline ?? args[++i];
    if (value === undefined) {
      throw new UsageError(`Cannot run --${name}: it needs a value`);
    }
    if (kind === "text") {
      if (name in values) {
        throw new UsageError(`Cannot run --${name}: it is given twice`);
      }
      values[name] = value;
    } else {
      const before = values[name];
      values[name] = [...Array.isArray(before) ? before : [], value];
    }
  }
  return values;
}

/** Returns a flag's text; null without it. */
export function textOf(flags: FlagValues, flag: string): string | null {
  const value = flags[flag];
  return typeof value === "string" ? value : null;
}

/** Returns a flag's texts. */
export function textsOf(flags: FlagValues, flag: string): readonly string[] {
  const value = flags[flag];
  return Array.isArray(value) ? value : [];
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
