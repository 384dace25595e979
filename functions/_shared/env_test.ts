import { generateVaultKeys } from "@engine/vault/generate.ts";
import assert from "node:assert/strict";
import { EnvironmentError, readEnvironment } from "./env.ts";

const vault = await generateVaultKeys();
const COMPLETE: Readonly<Record<string, string>> = {
  "SUPABASE_URL": "https://project.example.test/",
  "SUPABASE_PUBLISHABLE_KEYS": '{"default":"sb_publishable_marker"}',
  "SUPABASE_SECRET_KEYS": '{"default":"sb_secret_marker"}',
  "TRELLIS_VAULT_PUBLIC_KEYS": JSON.stringify(vault.publicKeys),
  "TRELLIS_PAPER_URL": "http://127.0.0.1:54330/",
  "TRELLIS_ALLOWED_ORIGIN":
    "https://trellis.example.test/, http://localhost:8080",
};

function read(change: Readonly<Record<string, string | undefined>> = {}) {
  const variables: Record<string, string | undefined> = {
    ...COMPLETE,
    ...change,
  };
  return readEnvironment((name) => variables[name]);
}

Deno.test("readEnvironment() reads the platform's names", () => {
  assert.deepEqual(read(), {
    supabaseUrl: "https://project.example.test",
    publishableKey: "sb_publishable_marker",
    secretKey: "sb_secret_marker",
    vaultPublicKeys: vault.publicKeys,
    paperUrl: "http://127.0.0.1:54330",
    allowedOrigins: ["https://trellis.example.test", "http://localhost:8080"],
    alerts: {
      key: null,
      mail: null,
      telegram: null,
      allowsLocalTargets: false,
    },
  });
});

Deno.test("readEnvironment() offers the alerts it has the means for", () => {
  const { alerts } = read({
    "SUPABASE_URL": "http://127.0.0.1:54321",
    "TRELLIS_ALERTS_KEY": "A".repeat(43),
    "TRELLIS_MAIL_API_URL": "https://mail.example.test/emails",
    "TRELLIS_MAIL_API_KEY": "key",
    "TRELLIS_MAIL_FROM": "Trellis <alerts@example.test>",
    "TRELLIS_TELEGRAM_TOKEN": "12345:abcdefghijklmnopqrstuvwx",
    "TRELLIS_ALERTS_LOCAL_TARGETS": "1",
  });
  assert.deepEqual(alerts, {
    key: new Uint8Array(32),
    mail: {
      url: "https://mail.example.test/emails",
      key: "key",
      from: "Trellis <alerts@example.test>",
    },
    telegram: {
      token: "12345:abcdefghijklmnopqrstuvwx",
      url: "https://api.telegram.org",
    },
    allowsLocalTargets: true,
  });
});

Deno.test("readEnvironment() wants all of the mail API or nothing of it", () => {
  const mail = {
    "TRELLIS_MAIL_API_URL": "https://mail.example.test/emails",
    "TRELLIS_MAIL_API_KEY": "key",
    "TRELLIS_MAIL_FROM": "Trellis <alerts@example.test>",
  };
  for (const missing of ["TRELLIS_MAIL_API_KEY", "TRELLIS_MAIL_FROM"]) {
    assert.throws(
      () => read({ ...mail, [missing]: undefined }),
      new RegExp(missing),
    );
  }
});

Deno.test("readEnvironment() knows no local targets beside a real project", () => {
  assert.throws(
    () => read({ "TRELLIS_ALERTS_LOCAL_TARGETS": "1" }),
    /TRELLIS_ALERTS_LOCAL_TARGETS/,
  );
});

Deno.test("readEnvironment() falls back to the legacy keys", () => {
  const environment = read({
    "SUPABASE_PUBLISHABLE_KEYS": undefined,
    "SUPABASE_ANON_KEY": "anon",
    "SUPABASE_SECRET_KEYS": undefined,
    "SUPABASE_SERVICE_ROLE_KEY": "service",
  });
  assert.equal(environment.publishableKey, "anon");
  assert.equal(environment.secretKey, "service");
});

Deno.test("readEnvironment() has no paper exchange and no origin by default", () => {
  const environment = read({
    "TRELLIS_PAPER_URL": undefined,
    "TRELLIS_ALLOWED_ORIGIN": undefined,
  });
  assert.equal(environment.paperUrl, null);
  assert.deepEqual(environment.allowedOrigins, []);
});

Deno.test("readEnvironment() refuses what is missing or wrong, naming it and never its value", () => {
  const wrong = [
    ["SUPABASE_URL", undefined],
    ["SUPABASE_URL", ""],
    ["SUPABASE_URL", "marker"],
    ["SUPABASE_PUBLISHABLE_KEYS", undefined],
    ["SUPABASE_PUBLISHABLE_KEYS", "marker"],
    ["SUPABASE_SECRET_KEYS", undefined],
    ["SUPABASE_SECRET_KEYS", '{"other":"marker"}'],
    ["TRELLIS_VAULT_PUBLIC_KEYS", undefined],
    ["TRELLIS_VAULT_PUBLIC_KEYS", "marker"],
    ["TRELLIS_VAULT_PUBLIC_KEYS", JSON.stringify(vault.privateKeys)],
    ["TRELLIS_PAPER_URL", "file:///etc/marker"],
    ["TRELLIS_ALERTS_KEY", "marker"],
    ["TRELLIS_ALERTS_KEY", "marker!".repeat(9)],
    ["TRELLIS_TELEGRAM_TOKEN", "marker"],
    ["TRELLIS_MAIL_API_URL", "smtp://marker"],
  ] as const;
  for (const [name, value] of wrong) {
    assert.throws(() => read({ [name]: value }), (error: unknown) => {
      assert.ok(error instanceof EnvironmentError);
      assert.match(error.message, new RegExp(name));
      assert.doesNotMatch(error.message, /marker|"d"/);
      return true;
    });
  }
});
