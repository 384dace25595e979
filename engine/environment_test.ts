import assert from "node:assert/strict";
import { generateVaultKeys } from "@engine/vault/mod.ts";
import { EnvironmentError, readEnvironment, VARIABLES } from "./environment.ts";

const { privateKeys } = await generateVaultKeys();
const COMPLETE: Readonly<Record<string, string>> = {
  TRELLIS_DATABASE_URL: "postgres://engine:hunter2@127.0.0.1:5432/postgres",
  TRELLIS_VAULT_PRIVATE_KEYS: JSON.stringify(privateKeys),
};

function read(change: Readonly<Record<string, string | undefined>>) {
  const values = { ...COMPLETE, ...change };
  return readEnvironment((name) => values[name]);
}

Deno.test("readEnvironment() fills in the defaults", () => {
  const environment = read({});
  assert.deepEqual(
    { ...environment, vaultKeys: environment.vaultKeys.keys.length },
    {
      databaseUrl: COMPLETE.TRELLIS_DATABASE_URL,
      vaultKeys: 1,
      paperUrl: null,
      metricsPort: 9464,
      name: null,
      capacity: 500,
      socketsMax: 100,
      logLevel: "info",
    },
  );
});

Deno.test("readEnvironment() names the variable at fault and quotes no secret", () => {
  const wrong = [
    ["TRELLIS_DATABASE_URL", undefined],
    ["TRELLIS_DATABASE_URL", " "],
    ["TRELLIS_DATABASE_URL", "hunter2"],
    ["TRELLIS_DATABASE_URL", "https://engine:hunter2@db"],
    ["TRELLIS_VAULT_PRIVATE_KEYS", undefined],
    ["TRELLIS_VAULT_PRIVATE_KEYS", "hunter2"],
    ["TRELLIS_VAULT_PRIVATE_KEYS", '{"keys":[{"d":"hunter2"}]}'],
    ["TRELLIS_PAPER_URL", "paper"],
    ["TRELLIS_METRICS_PORT", "65536"],
    ["TRELLIS_METRICS_PORT", "1.5"],
    ["TRELLIS_ENGINE_CAPACITY", "-1"],
    ["TRELLIS_ENGINE_SOCKETS", "many"],
    ["TRELLIS_LOG_LEVEL", "loud"],
  ] as const;
  for (const [name, value] of wrong) {
    assert.throws(
      () => read({ [name]: value }),
      (error) =>
        error instanceof EnvironmentError && error.message.includes(name) &&
        !error.message.includes("hunter2"),
      `${name}=${value}`,
    );
  }
});

Deno.test("VARIABLES are what is read, and all that the containers set", async () => {
  const names: string[] = VARIABLES.map((variable) => variable.name);
  const asked = new Set<string>();
  readEnvironment((name) => {
    asked.add(name);
    return COMPLETE[name];
  });
  assert.deepEqual([...asked].toSorted(), names.toSorted());
  for (const file of ["compose.yaml", "Dockerfile"]) {
    const text = await Deno.readTextFile(new URL(file, import.meta.url));
    const set = new Set(text.match(/TRELLIS_[A-Z_]+/g));
    assert.ok(set.size > 0, file);
    for (const name of set) {
      assert.ok(names.includes(name.replace(/_FILE$/, "")), `${file}: ${name}`);
    }
  }
});

Deno.test("VARIABLES describe each variable once", () => {
  const names = VARIABLES.map((variable) => variable.name);
  assert.equal(new Set(names).size, names.length);
});
