import assert from "node:assert/strict";
import { silentLog } from "../testing/silent_log.ts";
import { temporaryDirectory } from "../testing/temporary_directory.ts";
import { openDataDirectory } from "./data_directory.ts";
import { StartFailure } from "./failure.ts";
import { startPostgresProgram } from "./postgres_program.ts";
import { readSecrets } from "./secrets.ts";

Deno.test("startPostgresProgram() says what to do with a cluster that is broken", async () => {
  await using temporary = await temporaryDirectory();
  using directory = await openDataDirectory(`${temporary.path}/data`);
  await Deno.mkdir(directory.path("db"));
  await Deno.writeTextFile(directory.path("db", "PG_VERSION"), "17\n");
  const secrets = await readSecrets(directory.path("secrets.json"));
  const started = startPostgresProgram({
    directory,
    secrets,
    port: 0,
    log: silentLog(),
    tell: () => {},
  });
  await assert.rejects(started, (error) => {
    assert.ok(error instanceof StartFailure, String(error));
    assert.match(error.message, /^Postgres did not start in .*db/);
    assert.ok(error.message.includes(`remove ${directory.path()}`));
    return true;
  });
});
