/** README.md names the tests that prove what it claims: they must be there. */
import assert from "node:assert/strict";
import { join } from "node:path";

const ROOT = join(import.meta.dirname ?? ".", "..");
const README = join(ROOT, "engine", "README.md");

interface Proof {
  readonly file: string;
  readonly name: string;
}

/** Tests of a table's line: a file in backticks, then its tests in “quotes”. */
function proofsOf(line: string): Proof[] {
  const proofs: Proof[] = [];
  let file = "";
  for (
    const [, path, name] of line.matchAll(/`([^`]+_test\.tsx?)`|“([^”]+)”/g)
  ) {
    if (path !== undefined) file = path;
    else if (name !== undefined) proofs.push({ file, name });
  }
  return proofs;
}

async function linesOf(heading: string): Promise<string[]> {
  const text = await Deno.readTextFile(README);
  const section = text.split(/^## /m).find((part) => part.startsWith(heading));
  assert.ok(section !== undefined, `README.md has no section "${heading}"`);
  return section.split("\n").filter((line) => /^\| [^-]/.test(line)).slice(1);
}

async function missingOf(lines: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const line of lines) {
    const proofs = proofsOf(line);
    if (proofs.length === 0) missing.push(`no test: ${line.slice(0, 60)}`);
    for (const { file, name } of proofs) {
      const source = await Deno.readTextFile(join(ROOT, file)).catch(() => "");
      // A name breaks over lines where it is long: blanks count for nothing.
      const isThere = source.replaceAll(/\s+/g, " ").includes(name);
      if (!isThere) missing.push(`${file}: ${name}`);
    }
  }
  return missing;
}

Deno.test("README.md names for each fault tests that exist", async () => {
  const lines = await linesOf("Proofs: fault");
  assert.ok(lines.length >= 30, `${lines.length} lines`);
  assert.deepEqual(await missingOf(lines), []);
});

Deno.test("README.md names for each of the 43 failures of the field tests that exist", async () => {
  const lines = await linesOf("Proofs: the 43 failures");
  assert.deepEqual(
    lines.map((line) => Number(line.split("|")[1])),
    Array.from({ length: 43 }, (_, i) => i + 1),
  );
  assert.deepEqual(await missingOf(lines), []);
});
