/** The trigger that makes a profile for each user. @module */
import assert from "node:assert/strict";
import { addUser } from "./people.ts";
import { openTestSql } from "./test_sql.ts";

Deno.test("create_profile() takes name and language from the sign-up and nothing else", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql, {
    "display_name": " Ada ",
    "locale": "zh-TW",
    "status": "active",
    "exchange_uid": "1",
  });
  const [profile] = await test.sql`
    select display_name, locale, status, exchange_uid from public.profiles
    where user_id = ${userId}`;
  assert.deepEqual({ ...profile }, {
    "display_name": "Ada",
    "locale": "zh-TW",
    "status": "pending_key",
    "exchange_uid": null,
  });
});

Deno.test("create_profile() lets no text make a sign-up fail", async () => {
  await using test = await openTestSql();
  const texts = ["", "   ", "x".repeat(5_000), "'; drop table", "\u{1F600}"];
  for (const text of texts) {
    const userId = await addUser(test.sql, {
      "display_name": text,
      "locale": text,
    });
    const [profile] = await test.sql`
      select char_length(display_name) as length, locale from public.profiles
      where user_id = ${userId}`;
    assert.ok(profile?.length === null || profile?.length <= 80);
    assert.equal(profile?.locale, "en");
  }
  await test.sql`
    insert into auth.users (id, email) values (gen_random_uuid(), 'a@test.local')`;
});
