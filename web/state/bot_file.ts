/**
 * A bot's settings as a file: saved, shared, brought back. Checked like the
 * form itself when it is read, so that an error names the field. Pure.
 *
 * @module
 */
import { isRow, type OutsideRow } from "../data/row_reader.ts";
import type { Bot } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { parseConfig, valuesOf } from "./bot_form_config.ts";
import { type Strategy, strategyOf } from "./bot_form_fields.ts";
import { AsGridConfigSchema } from "@core/strategy/as_grid/config.ts";
import { RangeGridConfigSchema } from "@core/strategy/range_grid/config.ts";
import { issueWords } from "./bot_form_words.ts";

/** A file says what it is and since which version of it. */
const KIND = "trellis_bot";
const VERSION = 1;
/** Settings are a few hundred characters: anything larger is something else. */
const LENGTH_MAX = 100_000;
const SYMBOL = /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}:[A-Z0-9]{1,20}$/;
const NAME_MAX = 80;

/** What a file brings. */
export interface BotFile {
  readonly name: string;
  readonly symbol: string;
  readonly strategy: Strategy;
  readonly config: OutsideRow;
}

/** A file's content, or what is wrong with it in words. */
export type BotFileAnswer =
  | { readonly kind: "file"; readonly file: BotFile }
  | { readonly kind: "refused"; readonly words: readonly string[] };

/** Returns a bot's settings as the text of a file. */
export function botFileText(
  bot: Pick<Bot, "name" | "symbol" | "strategy" | "config">,
): string {
  const { name, symbol, strategy, config } = bot;
  const content = {
    kind: KIND,
    version: VERSION,
    name,
    symbol,
    strategy,
    config,
  };
  return JSON.stringify(content, null, 2) + "\n";
}

function refused(...words: readonly string[]): BotFileAnswer {
  return { kind: "refused", words };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Reads a file; everything that is wrong with its settings is told at once. */
export function parseBotFile(text: string): BotFileAnswer {
  const words = t.form.file;
  if (text.length > LENGTH_MAX) return refused(words.notOurs);
  const row = parseJson(text);
  if (row === undefined) return refused(words.notJson);
  if (!isRow(row) || row.kind !== KIND) return refused(words.notOurs);
  if (row.version !== VERSION) return refused(words.newer);
  const strategy = strategyOf(row.strategy);
  if (strategy === null) return refused(words.strategy(String(row.strategy)));
  const { symbol, config } = row;
  if (typeof symbol !== "string" || !SYMBOL.test(symbol)) {
    return refused(words.symbol(String(symbol)));
  }
  if (!isRow(config)) return refused(words.config);
  const problems = configProblems(strategy, config);
  if (problems.length > 0) return refused(...problems);
  const name = typeof row.name === "string" ? row.name.slice(0, NAME_MAX) : "";
  return { kind: "file", file: { name, symbol, strategy, config } };
}

/** The schema's own opinion, each issue with the field it is about. */
function configProblems(
  strategy: Strategy,
  config: OutsideRow,
): readonly string[] {
  const schema = strategy === "as_grid"
    ? AsGridConfigSchema
    : RangeGridConfigSchema;
  const { error } = schema.safeParse(config);
  if (error === undefined) {
    // What the form cannot show would be lost: it must come back the same.
    const values = valuesOf({ name: "", strategy, config });
    return parseConfig(values).result.success ? [] : [t.form.file.config];
  }
  const { choices } = valuesOf({ name: "", strategy, config: {} });
  return error.issues.map((issue) => {
    const path = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys") {
      return t.form.file.unknown(issue.keys.join(", "));
    }
    return `${path}: ${issueWords(path, issue, choices)}`;
  });
}
