import assert from "node:assert/strict";
import { temporaryDirectory } from "../testing/temporary_directory.ts";
import { openDataDirectory } from "./data_directory.ts";
import { StartFailure } from "./failure.ts";
import { LogFile } from "./log_file.ts";
import { readSecrets } from "./secrets.ts";

Deno.test("openDataDirectory() lets one start in at a time", async () => {
  await using temporary = await temporaryDirectory();
  const directory = `${temporary.path}/new/data`;
  {
    using _first = await openDataDirectory(directory);
    await assert.rejects(
      openDataDirectory(directory),
      (error) =>
        error instanceof StartFailure &&
        error.message.includes(`(pid ${Deno.pid})`),
    );
  }
  using again = await openDataDirectory(directory);
  assert.equal(again.path("db"), `${directory}/db`);
});

Deno.test("openDataDirectory() refuses a file", async () => {
  await using temporary = await temporaryDirectory();
  const file = `${temporary.path}/file`;
  await Deno.writeTextFile(file, "");
  await assert.rejects(
    openDataDirectory(file),
    (error) =>
      error instanceof StartFailure && error.message.includes("--data"),
  );
  await assert.rejects(openDataDirectory("/proc/no/where"), StartFailure);
});

Deno.test({
  name: "openDataDirectory() leaves another user's data alone, root too",
  ignore: Deno.uid() !== 0, // nobody else may give files away
  fn: async () => {
    await using temporary = await temporaryDirectory();
    const directory = `${temporary.path}/data`;
    {
      using _first = await openDataDirectory(directory);
    }
    await readSecrets(`${directory}/secrets.json`);
    await Deno.chown(`${directory}/secrets.json`, 12_345, null);
    await assert.rejects(openDataDirectory(directory), (error) => {
      assert.ok(error instanceof StartFailure, String(error));
      assert.match(error.message, /another user \(uid 12345\).*--data/);
      return true;
    });
  },
});

Deno.test("readSecrets() makes them once, for their owner alone", async () => {
  await using temporary = await temporaryDirectory();
  const file = `${temporary.path}/secrets.json`;
  const made = await readSecrets(file);
  assert.deepEqual(await readSecrets(file), made);
  const { mode } = await Deno.stat(file);
  assert.equal((mode ?? 0) & 0o777, 0o600);
  const other = await readSecrets(`${temporary.path}/other.json`);
  for (const key of ["jwtSecret", "publishableKey", "secretKey"] as const) {
    assert.notEqual(made[key], other[key]);
  }
  assert.ok(made.publishableKey.startsWith("sb_publishable_"));
  assert.ok(made.secretKey.startsWith("sb_secret_"));
});

Deno.test("readSecrets() says what to do with a file that is broken", async () => {
  await using temporary = await temporaryDirectory();
  const file = `${temporary.path}/secrets.json`;
  for (const text of ["", '{"jwtSecr', "[]", '{"jwtSecret":"short"}', "null"]) {
    await Deno.writeTextFile(file, text);
    await assert.rejects(readSecrets(file), (error) => {
      assert.ok(error instanceof StartFailure, String(error));
      assert.ok(error.message.includes(file));
      assert.match(error.message, /put back|remove/);
      return true;
    });
    assert.equal(await Deno.readTextFile(file), text, "left as it is");
  }
  await Deno.remove(file);
  await Deno.mkdir(file);
  await assert.rejects(readSecrets(file), StartFailure);
});

Deno.test("LogFile sets a large file aside", async () => {
  await using temporary = await temporaryDirectory();
  const path = `${temporary.path}/a.log`;
  {
    using file = new LogFile(path, 10);
    for (const line of ["first line", "second line", "third line"]) {
      file.write(line);
    }
  }
  assert.equal(await Deno.readTextFile(path), "third line\n");
  assert.equal(await Deno.readTextFile(`${path}.1`), "second line\n");
});
