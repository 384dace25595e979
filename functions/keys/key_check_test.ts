import assert from "node:assert/strict";
import { VenueClient } from "../_shared/bitget.ts";
import { ApiError, type ErrorCode } from "../_shared/errors.ts";
import { testEnvironment } from "../_shared/testing/environment.ts";
import {
  refusal,
  startVenueStub,
  success,
} from "../_shared/testing/venue_stub.ts";
import { checkKey } from "./key_check.ts";

const CREDENTIALS = {
  apiKey: "bg_marker_key",
  apiSecret: "marker-secret",
  passphrase: "marker-passphrase",
};
const FUTURES = ["coor", "coow", "cpor", "cpow"];

interface Answers {
  readonly info?: Response;
  readonly accounts?: Response;
}

async function check(answers: Answers) {
  await using stub = startVenueStub(({ target }) =>
    target.includes("/account/info")
      ? answers.info ?? success(info(FUTURES))
      : answers.accounts ?? success([{ marginCoin: "USDT" }])
  );
  const client = new VenueClient(
    "paper",
    testEnvironment({ paperUrl: stub.url }),
    0,
  );
  return await checkKey(client, CREDENTIALS);
}

function info(authorities: readonly string[], ips = "") {
  return { userId: "1234567890", inviterId: "1", ips, authorities };
}

async function assertRefused(
  answers: Answers,
  code: ErrorCode,
  sentence = /^[A-Z].+\.$/,
): Promise<void> {
  await assert.rejects(check(answers), (error: unknown) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.code, code);
    assert.match(error.message, sentence);
    assert.doesNotMatch(Deno.inspect(error), /marker/);
    return true;
  });
}

Deno.test("checkKey() takes who the key is from the exchange alone", async () => {
  assert.deepEqual(await check({}), {
    exchangeUid: "1234567890",
    permissions: FUTURES,
    ipRestricted: false,
  });
  const restricted = { ...info(FUTURES, "203.0.113.7"), userId: 42 };
  const checked = await check({ info: success(restricted) });
  assert.equal(checked.exchangeUid, "42");
  assert.equal(checked.ipRestricted, true);
  const blank = await check({ info: success(info(FUTURES, " ")) });
  assert.equal(blank.ipRestricted, false, "a blank is no address");
});

Deno.test("checkKey() takes keys that read anything and write inside the account", async () => {
  const harmless = [
    "stor",
    "stow",
    "smor",
    "smow",
    "wtor",
    "taxr",
    "chor",
    "p2pr",
    "pllr",
    "newr",
    "readonly",
  ];
  const authorities = [...FUTURES, ...harmless];
  const checked = await check({ info: success(info(authorities)) });
  assert.deepEqual(checked.permissions, authorities.sort());
});

Deno.test("checkKey() refuses keys that may move money, by name", async () => {
  for (
    const [authority, words] of [
      ["wwow", /may withdraw/],
      ["wtow", /may transfer funds/],
      ["chow", /sub-accounts/],
      ["p2p", /peer to peer/],
    ] as const
  ) {
    const answer = success(info([...FUTURES, authority]));
    await assertRefused({ info: answer }, "key_can_withdraw", words);
  }
});

Deno.test("checkKey() refuses a permission it does not know", async () => {
  for (const authority of ["neww", "trade", "withdraw", "WWOW", "xr", ""]) {
    const answer = success(info([...FUTURES, authority]));
    await assertRefused({ info: answer }, "key_can_withdraw", /do not know/);
  }
});

Deno.test("checkKey() refuses keys that cannot trade futures", async () => {
  for (
    const authorities of [[], ["coor", "cpor"], ["coow"], ["cpow", "stow"]]
  ) {
    const answer = success(info(authorities));
    await assertRefused({ info: answer }, "key_cannot_trade");
  }
});

Deno.test("checkKey() gives each refusal of the exchange its own code", async () => {
  const table: readonly (readonly [string, ErrorCode, RegExp?])[] = [
    ["40006", "key_invalid"],
    ["40037", "key_invalid", /does not know/],
    ["40009", "key_invalid", /secret does not belong/],
    ["40099", "key_invalid", /demo/],
    ["40011", "passphrase_invalid"],
    ["40012", "passphrase_invalid"],
    ["40036", "passphrase_invalid"],
    ["40018", "key_ip_refused"],
    ["40038", "key_ip_refused"],
    ["22010", "key_ip_refused"],
    ["40014", "key_cannot_trade"],
    ["40085", "account_unified", /Unified Trading Account/],
    ["429", "paper_unavailable"],
    ["99999", "exchange_unavailable", /99999/],
  ];
  for (const [venueCode, code, sentence] of table) {
    await assertRefused({ info: refusal(venueCode) }, code, sentence);
    await assertRefused({ accounts: refusal(venueCode) }, code, sentence);
  }
});

Deno.test("checkKey() refuses an answer that does not say who the key is", async () => {
  for (
    const answer of [
      {},
      { ...info(FUTURES), userId: "" },
      { ...info(FUTURES), userId: "a b" },
      { userId: "1" },
    ]
  ) {
    await assertRefused({ info: success(answer) }, "paper_unavailable");
  }
});
