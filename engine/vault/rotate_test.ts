import type { Log } from "@core/model/log.ts";
import {
  createTestDatabase,
  type TestDatabase,
} from "@db/local/test_database.ts";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { generateVaultKeys, type VaultKeys } from "./generate.ts";
import { openCredentials } from "./open.ts";
import { rotateVault } from "./rotate.ts";
import { sealCredentials } from "./seal.ts";

const CREDENTIALS = {
  apiKey: "bg_marker_key",
  apiSecret: "marker-secret",
  passphrase: "marker-passphrase",
};
const SILENT: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => SILENT,
};

interface Row {
  readonly userId: string;
  readonly exchangeKeyId: string;
  readonly venue: "paper";
}

function connect(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return { sql, [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }) };
}

/** Stores paper keys as the keys function does, sealed under these keys. */
async function storeKeys(
  database: TestDatabase,
  keys: VaultKeys,
  count: number,
): Promise<Row[]> {
  await using admin = connect(database.urls.admin);
  const rows: Row[] = [];
  const userId = crypto.randomUUID();
  await admin
    .sql`insert into auth.users (id, email) values (${userId}, 'a@example.com')`;
  for (let n = 0; n < count; n++) {
    const row: Row = {
      userId,
      exchangeKeyId: crypto.randomUUID(),
      venue: "paper",
    };
    const sealed = await sealCredentials({
      ...row,
      credentials: CREDENTIALS,
      publicKeys: keys.publicKeys,
    });
    await admin.sql`
      select public.store_exchange_key(
        ${row.exchangeKeyId}, ${userId}, 'key', 'paper', ${`uid-${n}`}, 'hint',
        array['coow'], false, ${sealed}, ${
      keys.publicKeys.keys[0]?.kid ?? ""
    })`;
    rows.push(row);
  }
  return rows;
}

async function readSealed(database: TestDatabase) {
  await using engine = connect(database.urls.engine);
  const rows = await engine.sql<
    { id: string; sealed: string; kid: string }[]
  >`select exchange_key_id as id, sealed, kid from private.exchange_key_secrets`;
  return new Map(rows.map((row) => [row.id, row]));
}

Deno.test("rotateVault() re-seals every row under the newest key, once", async () => {
  await using database = await createTestDatabase();
  const old = await generateVaultKeys();
  const rows = await storeKeys(database, old, 5);
  const both = await generateVaultKeys(old.privateKeys);
  await using engine = connect(database.urls.engine);
  const options = {
    sql: engine.sql,
    privateKeys: both.privateKeys,
    log: SILENT,
  };
  assert.deepEqual(await rotateVault(options), {
    resealed: 5,
    overtaken: 0,
    failed: 0,
  });
  const onlyNewest = { keys: both.privateKeys.keys.slice(0, 1) };
  const sealed = await readSealed(database);
  for (const row of rows) {
    const now = sealed.get(row.exchangeKeyId);
    assert.ok(now !== undefined);
    assert.equal(now.kid, onlyNewest.keys[0]?.kid);
    assert.deepEqual(
      await openCredentials({
        ...row,
        sealed: now.sealed,
        privateKeys: onlyNewest,
      }),
      CREDENTIALS,
    );
  }
  assert.deepEqual(await rotateVault(options), {
    resealed: 0,
    overtaken: 0,
    failed: 0,
  });
  assert.deepEqual(await readSealed(database), sealed);
});

Deno.test("rotateVault() leaves what it cannot open as it is and says so", async () => {
  await using database = await createTestDatabase();
  const lost = await generateVaultKeys();
  const [strange] = await storeKeys(database, lost, 1);
  assert.ok(strange !== undefined);
  const before = await readSealed(database);
  const failures: unknown[] = [];
  await using engine = connect(database.urls.engine);
  const report = await rotateVault({
    sql: engine.sql,
    privateKeys: (await generateVaultKeys()).privateKeys,
    log: { ...SILENT, error: (code, fields) => failures.push([code, fields]) },
  });
  assert.deepEqual(report, { resealed: 0, overtaken: 0, failed: 1 });
  assert.deepEqual(failures, [[
    "vault_reseal_failed",
    { exchangeKeyId: strange.exchangeKeyId, error: "kid_unknown" },
  ]]);
  assert.deepEqual(await readSealed(database), before);
});

Deno.test("rotateVault() does not undo a key replaced meanwhile", async () => {
  await using database = await createTestDatabase();
  const old = await generateVaultKeys();
  const [row] = await storeKeys(database, old, 1);
  assert.ok(row !== undefined);
  const both = await generateVaultKeys(old.privateKeys);
  const replaced = await sealCredentials({
    ...row,
    credentials: { ...CREDENTIALS, passphrase: "new" },
    publicKeys: old.publicKeys,
  });
  await using engine = connect(database.urls.engine);
  await using admin = connect(database.urls.admin);
  let rotation: ReturnType<typeof rotateVault> | undefined;
  await admin.sql.begin(async (transaction) => {
    await transaction`update private.exchange_key_secrets set sealed = ${replaced}`;
    rotation = rotateVault({
      sql: engine.sql,
      privateKeys: both.privateKeys,
      log: SILENT,
    });
    await untilBlocked(database);
  });
  assert.deepEqual(await rotation, { resealed: 0, overtaken: 1, failed: 0 });
  const now = (await readSealed(database)).get(row.exchangeKeyId);
  assert.equal(now?.sealed, replaced);
});

Deno.test("vault:rotate ends with 0 when everything is re-sealed, with 1 when it cannot begin", async () => {
  await using database = await createTestDatabase();
  const old = await generateVaultKeys();
  await storeKeys(database, old, 2);
  const both = await generateVaultKeys(old.privateKeys);
  const done = await runProgram({
    "TRELLIS_DATABASE_URL": database.urls.engine,
    "TRELLIS_VAULT_PRIVATE_KEYS": JSON.stringify(both.privateKeys),
  });
  assert.equal(done.code, 0, done.output);
  assert.match(done.output, /"vault_rotated","resealed":2/);
  for (const { d } of both.privateKeys.keys) {
    assert.ok(!done.output.includes(d));
  }
  const missing = await runProgram({
    "TRELLIS_DATABASE_URL": database.urls.engine,
  });
  assert.equal(missing.code, 1);
  assert.match(missing.output, /environment_invalid/);
});

/** Runs the program with the permissions of its task. */
async function runProgram(env: Record<string, string>) {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-env",
      "--allow-net",
      fileURLToPath(new URL("./rotate.ts", import.meta.url)),
    ],
    clearEnv: true,
    env: {
      ...env,
      PATH: Deno.env.get("PATH") ?? "",
      HOME: Deno.env.get("HOME") ?? "",
    },
  }).output();
  return { code, output: new TextDecoder().decode(stderr) };
}

/** Waits until the engine's session waits for a lock. */
async function untilBlocked(database: TestDatabase): Promise<void> {
  await using watcher = connect(database.urls.admin);
  const deadline = Date.now() + 10_000;
  for (;;) {
    const [blocked] = await watcher.sql`
      select from pg_stat_activity
      where datname = current_database() and usename = 'engine'
        and wait_event_type = 'Lock'`;
    if (blocked !== undefined) return;
    assert.ok(Date.now() < deadline, "the rotation never waited for the row");
  }
}
