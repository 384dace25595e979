import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Fixture, until } from "@engine/store/testing/fixture.ts";
import { generateVaultKeys } from "@engine/vault/mod.ts";

const LAUNCH = fileURLToPath(new URL("./launch.ts", import.meta.url));

/** As the image does it. */
function spawnLauncher(env: Record<string, string>): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--cached-only",
      "--no-prompt",
      "--allow-env",
      "--allow-read",
      "--allow-run",
      LAUNCH,
      "--json",
    ],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream).text();
}

Deno.test("launch.ts starts an engine with secrets from files, passes SIGTERM on and answers with its exit code", async () => {
  await using fixture = await Fixture.open();
  const { privateKeys } = await generateVaultKeys();
  const directory = await Deno.makeTempDir({ prefix: "trellis-launch-" });
  try {
    await Deno.writeTextFile(`${directory}/url`, `${fixture.engineUrl}\n`);
    await Deno.writeTextFile(
      `${directory}/keys`,
      JSON.stringify(privateKeys),
    );
    const launcher = spawnLauncher({
      "TRELLIS_DATABASE_URL_FILE": `${directory}/url`,
      "TRELLIS_VAULT_PRIVATE_KEYS_FILE": `${directory}/keys`,
      "TRELLIS_METRICS_PORT": "0",
      "TRELLIS_ENGINE_NAME": "launched",
    });
    const errors = textOf(launcher.stderr);
    const reader = launcher.stdout.getReader();
    const { value } = await reader.read();
    assert.match(new TextDecoder().decode(value), /"ready":true/);
    const statusOf = async () => {
      const [row] = await fixture.admin`
        select status from public.engines where name = 'launched'`;
      return row?.status;
    };
    assert.equal(await statusOf(), "running");
    launcher.kill("SIGTERM");
    assert.equal((await launcher.status).code, 0);
    await until("it has left", async () => await statusOf() === "stopped");
    await reader.cancel();
    assert.doesNotMatch(await errors, /"d":/, "no private key in the log");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("launch.ts says which file cannot be read, and which variable is missing, and starts nothing", async () => {
  const missing = await spawnLauncher({
    "TRELLIS_DATABASE_URL_FILE": "/nowhere/url",
  }).output();
  assert.equal(missing.code, 1);
  assert.match(
    new TextDecoder().decode(missing.stderr),
    /TRELLIS_DATABASE_URL_FILE names a file that cannot be read/,
  );
  const bare = await spawnLauncher({ "TRELLIS_DATABASE_URL": "" }).output();
  assert.equal(bare.code, 1);
  assert.match(
    new TextDecoder().decode(bare.stderr),
    /TRELLIS_DATABASE_URL is not set/,
  );
});
