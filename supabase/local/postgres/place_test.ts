import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { canReach } from "./account.ts";
import { placePostgres } from "./place.ts";
import { temporaryDirectory } from "../testing/temporary_directory.ts";

const isRoot = Deno.uid() === 0;

Deno.test("placePostgres() uses the data directory where it can", async () => {
  await using directory = await temporaryDirectory();
  const told: string[] = [];
  const place = await placePostgres(directory.path, (text) => told.push(text));
  assert.equal(place.directory, join(directory.path, "db"));
  assert.ok(await canReach(place.account, place.binaries.postgres));
  assert.equal(place.account === undefined, !isRoot);
});

Deno.test({
  name: "placePostgres() goes elsewhere, and says so, where Postgres may not",
  ignore: !isRoot,
}, async () => {
  await using directory = await temporaryDirectory();
  await Deno.chmod(directory.path, 0o700);
  const data = join(directory.path, "data");
  await Deno.mkdir(data);
  const told: string[] = [];
  const tell = (text: string): void => void told.push(text);
  const place = await placePostgres(data, tell);
  const home = dirname(place.directory);
  try {
    assert.match(place.directory, /^\/var\/lib\/trellis\/[0-9a-f]{16}\/db$/);
    assert.ok(await canReach(place.account, home));
    assert.ok(told.some((text) => text.includes(place.directory)));
    await Deno.mkdir(place.directory);

    // Found again, as long as the data directory is the same one.
    assert.equal((await placePostgres(data, tell)).directory, place.directory);
    assert.ok((await Deno.stat(place.directory)).isDirectory);
    await Deno.remove(data, { recursive: true });
    await Deno.mkdir(data);
    await placePostgres(data, tell);
    await assert.rejects(Deno.stat(place.directory), Deno.errors.NotFound);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
