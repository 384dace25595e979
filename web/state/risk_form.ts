/**
 * The risk section, read off the strategies' own schemas: each object in `risk`
 * is a layer with a switch, each number beside them a setting that is always
 * on. A layer the core gains appears in the form by itself, with the schema's
 * defaults and ranges. Pure.
 *
 * @module
 */
import { AsGridConfigSchema } from "@core/strategy/as_grid/config.ts";
import { RangeGridConfigSchema } from "@core/strategy/range_grid/config.ts";
import { z } from "zod";
import { isRow, type OutsideRow } from "../data/row_reader.ts";
import type { Strategy } from "./bot_form_fields.ts";
import { parseNumber, parsePercent, percentText } from "./bot_form_fields.ts";

/** One setting of a layer. */
export interface RiskField {
  readonly name: string;
  /** `risk.marginGuard.entryLimit`: unique, and where its problems are told. */
  readonly path: string;
  readonly kind: "number" | "switch" | "choice";
  /** Typed and shown as a percentage, a fraction in the configuration. */
  readonly isPercent: boolean;
  /** Of a choice. */
  readonly options: readonly string[];
  /** May stay empty: then it is `emptyAs`. */
  readonly isOptional: boolean;
  /** Undefined: left out of the configuration. */
  readonly emptyAs: null | undefined;
  /** The schema's default as the form shows it; empty where it has none. */
  readonly initial: string;
  /** In the configuration's unit; null where the schema sets none. */
  readonly minimum: number | null;
  readonly maximum: number | null;
}

/** One protection or overlay that can be switched. */
export interface RiskLayer {
  readonly name: string;
  readonly fields: readonly RiskField[];
  /** Whether a new bot has it. */
  readonly isOnAtFirst: boolean;
  /** How the configuration says that it is off. Undefined: left out. */
  readonly offAs: null | undefined;
}

/** The whole section of one strategy. */
export interface RiskSection {
  readonly settings: readonly RiskField[];
  readonly layers: readonly RiskLayer[];
}

/** What the section holds: texts by path, switches by layer. */
export interface RiskValues {
  readonly texts: Readonly<Record<string, string>>;
  readonly isOn: Readonly<Record<string, boolean>>;
}

/** The schema below `optional`, `nullable`, `default` and the like. */
function bareOf(schema: unknown): unknown {
  if (
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault || schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodNullable
  ) return bareOf(schema.unwrap());
  return schema;
}

/** How a schema says that there is nothing. */
function nothingIn(schema: unknown): null | undefined {
  return schema instanceof z.ZodType && schema.safeParse(null).success
    ? null
    : undefined;
}

/** What a schema makes of nothing: its default. Undefined where it has none. */
function defaultOf(schema: unknown): unknown {
  if (!(schema instanceof z.ZodType)) return undefined;
  const parsed = schema.safeParse(undefined);
  return parsed.success ? parsed.data : undefined;
}

function limitOf(value: number | null): number | null {
  return value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER
    ? null
    : value;
}

/** Numbers that multiply something stay as they are. */
const FACTORS: readonly string[] = [
  "gamma",
  "max",
  "min",
  "payingFactor",
  "receivingFactor",
];

/** Tells whether a setting multiplies something. */
export function isFactor({ name }: RiskField): boolean {
  return FACTORS.includes(name);
}

/** Fractions are typed as percentages: numbers that may not pass one. */
function isFraction(name: string, schema: z.ZodNumber): boolean {
  const { minValue, maxValue } = schema;
  return !FACTORS.includes(name) && !schema.isInt && maxValue !== null &&
    Math.abs(maxValue) <= 1 &&
    (minValue === null || Math.abs(minValue) <= 1);
}

function textOf(value: unknown, isPercent: boolean): string {
  if (typeof value === "boolean" || typeof value === "string") {
    return String(value);
  }
  if (typeof value !== "number") return "";
  return isPercent ? percentText(value) : String(value);
}

function fieldOf(name: string, path: string, schema: unknown): RiskField[] {
  const bare = bareOf(schema);
  const initial = defaultOf(schema);
  const emptyAs = nothingIn(schema);
  const shared = {
    name,
    path,
    isOptional: emptyAs === null || schema instanceof z.ZodOptional,
    emptyAs,
    minimum: null,
    maximum: null,
    options: [],
    isPercent: false,
  };
  if (bare instanceof z.ZodNumber) {
    const isPercent = isFraction(name, bare);
    return [{
      ...shared,
      kind: "number",
      isPercent,
      initial: textOf(initial, isPercent),
      minimum: limitOf(bare.minValue),
      maximum: limitOf(bare.maxValue),
    }];
  }
  if (bare instanceof z.ZodBoolean) {
    return [{ ...shared, kind: "switch", initial: String(initial === true) }];
  }
  if (bare instanceof z.ZodEnum) {
    const options = bare.options.map(String);
    const first = textOf(initial, false) || (options[0] ?? "");
    return [{ ...shared, kind: "choice", options, initial: first }];
  }
  return [];
}

function sectionOf(schema: unknown): RiskSection {
  const bare = bareOf(schema);
  if (!(bare instanceof z.ZodObject)) return { settings: [], layers: [] };
  const settings: RiskField[] = [];
  const layers: RiskLayer[] = [];
  for (const [name, part] of Object.entries(bare.shape)) {
    const layer = bareOf(part);
    const path = `risk.${name}`;
    if (!(layer instanceof z.ZodObject)) {
      settings.push(...fieldOf(name, path, part));
      continue;
    }
    layers.push({
      name,
      isOnAtFirst: isRow(defaultOf(part)),
      offAs: nothingIn(part),
      fields: Object.entries(layer.shape).flatMap(([key, field]) =>
        fieldOf(key, `${path}.${key}`, field)
      ),
    });
  }
  return { settings, layers };
}

const SECTIONS: Readonly<Record<Strategy, RiskSection>> = {
  "as_grid": sectionOf(AsGridConfigSchema.shape.risk),
  // A schema with checks on the whole keeps its shape.
  "range_grid": sectionOf(RangeGridConfigSchema.shape.risk),
};

/** Returns the risk section of a strategy. */
export function riskSectionOf(strategy: Strategy): RiskSection {
  return SECTIONS[strategy];
}

/** Every setting of every strategy, each path once. */
export function allRiskFields(): readonly RiskField[] {
  const fields = Object.values(SECTIONS).flatMap(({ settings, layers }) => [
    ...settings,
    ...layers.flatMap((layer) => layer.fields),
  ]);
  return [...new Map(fields.map((field) => [field.path, field])).values()];
}

/** Every layer of every strategy, each name once. */
export function allRiskLayers(): readonly RiskLayer[] {
  const layers = Object.values(SECTIONS).flatMap((section) => section.layers);
  return [...new Map(layers.map((layer) => [layer.name, layer])).values()];
}

/** Returns what the section shows of a configuration that was parsed. */
export function riskValuesOf(risk: unknown): RiskValues {
  const given: OutsideRow | null = isRow(risk) ? risk : null;
  const texts: Record<string, string> = {};
  for (const field of allRiskFields()) {
    const [, layer = "", name] = field.path.split(".");
    const inside = name === undefined ? given : given?.[layer];
    const value = isRow(inside) ? inside[field.name] : undefined;
    texts[field.path] = value === undefined
      ? field.initial
      : textOf(value, field.isPercent);
  }
  const isOn: Record<string, boolean> = {};
  for (const { name, isOnAtFirst } of allRiskLayers()) {
    isOn[name] = given === null ? isOnAtFirst : isRow(given[name]);
  }
  return { texts, isOn };
}

function valueOf(field: RiskField, text: string): unknown {
  if (field.kind === "switch") return text === "true";
  if (field.kind === "choice") return text;
  if (field.isOptional && text.trim() === "") return field.emptyAs;
  return field.isPercent ? parsePercent(text) : parseNumber(text);
}

function known(entries: readonly (readonly [string, unknown])[]): OutsideRow {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Returns the `risk` that a strategy's schema is asked about. */
export function riskConfigOf(
  strategy: Strategy,
  values: RiskValues,
): OutsideRow {
  const { settings, layers } = SECTIONS[strategy];
  const read = (fields: readonly RiskField[]) =>
    fields.map((field) =>
      [
        field.name,
        valueOf(field, values.texts[field.path] ?? field.initial),
      ] as const
    );
  return known([
    ...read(settings),
    ...layers.map(({ name, fields, offAs }) =>
      [
        name,
        values.isOn[name] === true ? known(read(fields)) : offAs,
      ] as const
    ),
  ]);
}
