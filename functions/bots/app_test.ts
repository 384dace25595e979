import assert from "node:assert/strict";
import {
  type Connected,
  openPaperKey,
  startConnected,
} from "../_shared/testing/connected.ts";
import type { ErrorCode } from "../_shared/errors.ts";

const CONFIG = { baseSize: 0.05, leverage: 20 };

interface Desk extends Connected {
  readonly keyId: string;
}

async function startDesk(): Promise<Desk> {
  const connected = await startConnected();
  const { harness, trader } = connected;
  return { ...connected, keyId: await openPaperKey(harness, trader) };
}

function newBot(keyId: string, change: Record<string, unknown> = {}) {
  return {
    exchangeKeyId: keyId,
    name: "grid",
    symbol: "BNB/USDT:USDT",
    strategy: "as_grid",
    config: CONFIG,
    ...change,
  };
}

/** Creates a bot and returns its row. */
async function createBot(
  { harness, trader, keyId }: Desk,
  change: Record<string, unknown> = {},
) {
  const body = newBot(keyId, change);
  const reply = await harness.call({ path: "/bots", as: trader, body });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  return reply.body;
}

/** What an engine does with an intent: carries it out and says so. */
async function carryOut(desk: Desk, status: string): Promise<void> {
  await desk.harness.sql`
    update public.bots
    set status = ${status}, acknowledged_version = desired_version`;
}

Deno.test("POST /bots answers the row as the Data API shows it, defaults filled in", async () => {
  await using desk = await startDesk();
  const row = await createBot(desk);
  const { data } = await desk.trader.client.from("bots").select("*").single();
  assert.deepEqual(row, data);
  assert.equal(row.status, "idle");
  assert.equal(row.config.takeProfitSpacing, 0.004);
  assert.equal(row.config.baseSize, 0.05);
});

/** What is wrong with a configuration, by code and field. */
const BAD_CONFIGS: readonly (readonly [ErrorCode, string, object])[] = [
  ["spacing_below_fees", "config.takeProfitSpacing", {
    takeProfitSpacing: 0.0003,
  }],
  ["spacing_below_fees", "config.gridSpacing", { gridSpacing: 0 }],
  ["size_below_minimum", "config.baseSize", { baseSize: 0.001 }],
  ["size_below_minimum", "config.baseSize", { baseSize: 0 }],
  ["size_below_minimum", "config.baseNotional", {
    baseSize: undefined,
    baseNotional: 3,
  }],
  ["size_above_maximum", "config.baseSize", { baseSize: 9_000 }],
  ["leverage_out_of_range", "config.leverage", { leverage: 76 }],
  ["leverage_out_of_range", "config.leverage", { leverage: 0 }],
  ["leverage_out_of_range", "config.leverage", { leverage: 1_000 }],
  ["validation_failed", "config.baseSize", { baseNotional: 30 }],
  ["validation_failed", "config.baseSize", { baseSize: "0.05" }],
  ["validation_failed", "config.legs", { legs: "sideways" }],
  ["validation_failed", "config.maxEntryMultiplier", {
    maxEntryMultiplier: 2,
  }],
  ["validation_failed", "config", { misspelt: 1 }],
];

Deno.test("POST /bots refuses what the market or the strategy cannot bear", async () => {
  await using desk = await startDesk();
  const { harness, trader, keyId } = desk;
  for (const [code, field, change] of BAD_CONFIGS) {
    const body = newBot(keyId, { config: { ...CONFIG, ...change } });
    await harness.refuses({ path: "/bots", as: trader, body }, {
      code,
      field,
      status: code === "validation_failed" ? 400 : 422,
    });
  }
});

/** Around the paper exchange's BNB; 50 USDT an order. */
const RANGE = {
  lowerPrice: 400,
  upperPrice: 900,
  levels: 20,
  investment: 200,
  leverage: 5,
};

/** What is wrong with a range grid, by code and field. */
const BAD_RANGES: readonly (readonly [ErrorCode, string, object])[] = [
  ["spacing_below_fees", "config.levels", {
    lowerPrice: 649,
    upperPrice: 651,
    levels: 100,
  }],
  ["size_below_minimum", "config.investment", { investment: 5 }],
  ["size_below_minimum", "config.investment", { investment: 0 }],
  ["size_above_maximum", "config.investment", { investment: 1e8 }],
  ["leverage_out_of_range", "config.leverage", { leverage: 76 }],
  ["validation_failed", "config.upperPrice", { upperPrice: 300 }],
  ["validation_failed", "config.levels", { levels: 201 }],
  ["validation_failed", "config.stopLossPrice", { stopLossPrice: 650 }],
  ["validation_failed", "config.direction", { direction: "sideways" }],
];

Deno.test("POST /bots makes range grids, and refuses what they cannot bear", async () => {
  await using desk = await startDesk();
  const { harness, trader, keyId } = desk;
  const strategy = "range_grid";
  const row = await createBot(desk, { strategy, config: RANGE });
  assert.equal(row.strategy, strategy);
  assert.equal(row.config.direction, "neutral");
  assert.equal(row.config.openingPosition, true);
  for (const [code, field, change] of BAD_RANGES) {
    const body = newBot(keyId, { strategy, config: { ...RANGE, ...change } });
    await harness.refuses({ path: "/bots", as: trader, body }, {
      code,
      field,
      status: code === "validation_failed" ? 400 : 422,
    });
  }
  const preview = await harness.call({
    path: "/bots/preview",
    as: trader,
    body: {
      exchangeKeyId: keyId,
      symbol: "BNB/USDT:USDT",
      strategy,
      config: { ...RANGE, direction: "long" },
    },
  });
  assert.equal(preview.status, 200, JSON.stringify(preview.body));
  assert.equal(preview.body.lines.length, 21);
  assert.equal(preview.body.orders.length, 21, "one each, and the opening");
  assert.ok(preview.body.worstMargin <= 200);
  assert.ok(preview.body.minimumInvestment < 200);
});

Deno.test("POST /bots refuses unknown symbols, keys, strategies and names", async () => {
  await using desk = await startDesk();
  const { harness, trader, keyId } = desk;
  const unknown = { code: "symbol_unknown", status: 422, field: "symbol" };
  for (
    const symbol of [
      "NOPE/USDT:USDT",
      "BNB/USDC:USDC",
      "BNBUSDT",
      "bnb/usdt:usdt",
      "",
      "../../BNB/USDT:USDT",
    ]
  ) {
    const body = newBot(keyId, { symbol });
    await harness.refuses(
      { path: "/bots", as: trader, body },
      { ...unknown, code: "symbol_unknown" },
    );
  }
  const failed = { code: "validation_failed", status: 400 } as const;
  for (
    const [field, change] of [
      ["name", { name: " " }],
      ["name", { name: "x".repeat(81) }],
      ["strategy", { strategy: "martingale" }],
      ["exchangeKeyId", { exchangeKeyId: "mine" }],
      ["config", { config: [] }],
      ["config", { config: undefined }],
    ] as const
  ) {
    const body = newBot(keyId, change);
    await harness.refuses({ path: "/bots", as: trader, body }, {
      ...failed,
      field,
    });
  }
  const stranger = await harness.signUp();
  for (
    const [as, id] of [[stranger, keyId], [
      trader,
      crypto.randomUUID(),
    ]] as const
  ) {
    await harness.refuses({ path: "/bots", as, body: newBot(id) }, {
      code: "not_found",
      status: 404,
      field: "exchangeKeyId",
    });
  }
});

Deno.test("POST /bots says so when the exchange does not answer", async () => {
  await using desk = await startDesk();
  const { harness, trader, keyId, paper } = desk;
  paper.control.addFault({ kind: "server_error", path: "/market/" });
  // A symbol nobody has asked for yet: known markets are remembered.
  const body = newBot(keyId, { symbol: "SOL/USDT:USDT" });
  await harness.refuses({ path: "/bots", as: trader, body }, {
    code: "paper_unavailable",
    status: 503,
  });
});

Deno.test("POST /bots/preview answers what the configuration would do, changing nothing", async () => {
  await using desk = await startDesk();
  const { harness, trader, keyId } = desk;
  const { name: _name, ...body } = newBot(keyId);
  const before = await harness.snapshot();
  const request = { path: "/bots/preview", as: trader };
  const reply = await harness.call({ ...request, body });
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
  const { orders, legs, minimumInvestment, profitPerGrid } = reply.body;
  assert.equal(orders.length, 6);
  assert.equal(legs.length, 2);
  assert.ok(minimumInvestment > 0 && profitPerGrid.net > 0);
  const rich = { ...body, equity: 1e6 };
  const safe = await harness.call({ ...request, body: rich });
  assert.equal(safe.body.legs[0].liquidationPrice, null);
  assert.deepEqual(await harness.snapshot(), before);
  const small = { ...body, config: { baseSize: 0.001 } };
  const warned = await harness.call({ ...request, body: small });
  assert.equal(warned.status, 200);
  assert.equal(warned.body.issues[0].code, "size_below_minimum");
  for (const equity of [0, -1, "1", null]) {
    await harness.refuses({ ...request, body: { ...body, equity } }, {
      code: "validation_failed",
      status: 400,
      field: "equity",
    });
  }
});

Deno.test("PATCH /bots/:id renames, or changes the configuration and its version", async () => {
  await using desk = await startDesk();
  const { harness, trader } = desk;
  const bot = await createBot(desk);
  const patch = { method: "PATCH", path: `/bots/${bot.id}`, as: trader };
  const renamed = await harness.call({ ...patch, body: { name: "other" } });
  assert.equal(renamed.body.name, "other");
  assert.equal(renamed.body.config_version, 1);
  const config = { ...CONFIG, gridSpacing: 0.01 };
  const changed = await harness.call({ ...patch, body: { config } });
  assert.equal(changed.body.config.gridSpacing, 0.01);
  assert.equal(changed.body.config_version, 2);
  assert.equal(changed.body.name, "other");
  const old = { config: CONFIG, configVersion: 1 };
  await harness.refuses({ ...patch, body: old }, {
    code: "config_changed",
    status: 409,
  });
  const again = await harness.call({
    ...patch,
    body: { config, configVersion: 1 },
  });
  assert.equal(again.body.config_version, 2);
  const bad = { config: { ...CONFIG, leverage: 76 } };
  await harness.refuses({ ...patch, body: bad }, {
    code: "leverage_out_of_range",
    status: 422,
    field: "config.leverage",
  });
  for (const body of [{}, { name: "" }, { symbol: "ETH/USDT:USDT" }]) {
    const reply = await harness.call({ ...patch, body });
    assert.equal(reply.body.error.code, "validation_failed");
  }
  await carryOut(desk, "stopping");
  await harness.refuses({ ...patch, body: { name: "late" } }, {
    code: "bot_not_editable",
    status: 409,
  });
});

Deno.test("POST /bots/:id/start writes the intent once", async () => {
  await using desk = await startDesk();
  const { harness, trader } = desk;
  const bot = await createBot(desk);
  const start = { path: `/bots/${bot.id}/start`, as: trader };
  const reply = await harness.call(start);
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
  assert.equal(reply.body.desired_state, "running");
  assert.equal(reply.body.desired_version, 1);
  const already = {
    code: "bot_already_running",
    status: 409,
    sentence: /running already/,
  } as const;
  await harness.refuses(start, already);
  await carryOut(desk, "running");
  await harness.refuses(start, already);
  const twin = await createBot(desk, { name: "twin" });
  await harness.refuses({ path: `/bots/${twin.id}/start`, as: trader }, {
    code: "symbol_in_use",
    status: 409,
    sentence: /BNB\/USDT:USDT/,
  });
});

Deno.test("POST /bots/:id/stop takes the policy, and says when nothing runs", async () => {
  await using desk = await startDesk();
  const { harness, trader } = desk;
  const bot = await createBot(desk);
  const stop = { path: `/bots/${bot.id}/stop`, as: trader };
  const idle = {
    code: "bot_not_running",
    status: 409,
    sentence: /not running/,
  } as const;
  await harness.refuses(stop, idle);
  await harness.call({ path: `/bots/${bot.id}/start`, as: trader });
  await carryOut(desk, "running");
  await harness.refuses({ ...stop, body: { stopPolicy: "panic" } }, {
    code: "validation_failed",
    status: 400,
    field: "stopPolicy",
  });
  const body = { stopPolicy: "cancel_orders" };
  const reply = await harness.call({ ...stop, body });
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
  assert.equal(reply.body.desired_state, "stopped");
  assert.equal(reply.body.stop_policy, "cancel_orders");
  await carryOut(desk, "stopped");
  await harness.refuses({ ...stop, body }, idle);
});

Deno.test("POST /bots/:id/close closes what a stopped bot left behind", async () => {
  await using desk = await startDesk();
  const { harness, trader } = desk;
  const bot = await createBot(desk);
  const close = { path: `/bots/${bot.id}/close`, as: trader };
  await harness.refuses(close, { code: "bot_not_running", status: 409 });
  await harness.call({ path: `/bots/${bot.id}/start`, as: trader });
  await carryOut(desk, "running");
  const reply = await harness.call(close);
  assert.equal(reply.body.desired_state, "stopped");
  assert.equal(reply.body.stop_policy, "close_positions");
});

Deno.test("stopping and closing need no exchange", async () => {
  await using desk = await startDesk();
  const { harness, trader, paper } = desk;
  const bot = await createBot(desk);
  await harness.call({ path: `/bots/${bot.id}/start`, as: trader });
  await carryOut(desk, "running");
  paper.control.addFault({ kind: "server_error" });
  for (const intent of ["stop", "close"]) {
    const reply = await harness.call({
      path: `/bots/${bot.id}/${intent}`,
      as: trader,
    });
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
  }
});

Deno.test("/bots/:id is the owner's alone", async () => {
  await using desk = await startDesk();
  const { harness, trader } = desk;
  const bot = await createBot(desk);
  const stranger = await harness.signUp();
  const admin = await harness.signUpAdmin();
  const missing = { code: "not_found", status: 404 } as const;
  const body = { name: "mine now" };
  for (const as of [stranger, admin]) {
    for (const intent of ["start", "stop", "close"]) {
      await harness.refuses({ path: `/bots/${bot.id}/${intent}`, as }, missing);
    }
    const patch = { method: "PATCH", path: `/bots/${bot.id}`, as, body };
    await harness.refuses(patch, missing);
  }
  for (const id of ["x", crypto.randomUUID()]) {
    const path = `/bots/${id}/start`;
    await harness.refuses({ path, as: trader }, missing);
  }
});

Deno.test("POST /bots/:id/start is refused to who may not trade", async () => {
  await using desk = await startDesk();
  const { harness, trader, exchange } = desk;
  const { uid: _uid, ...credentials } = exchange.openAccount();
  harness.secrets.push(...Object.values(credentials));
  const { body: key } = await harness.call({
    path: "/keys",
    as: trader,
    body: { label: "real", venue: "bitget", ...credentials },
  });
  assert.equal(key.status, "pending_review");
  const bot = await createBot(desk, { exchangeKeyId: key.id });
  const start = { path: `/bots/${bot.id}/start`, as: trader };
  await harness.refuses(start, {
    code: "profile_not_active",
    status: 403,
    sentence: /paper account/,
  });
  await harness.sql`
    update public.profiles set status = 'suspended', status_reason = 'abuse'`;
  await harness.refuses(start, {
    code: "profile_suspended",
    status: 403,
    sentence: /abuse/,
  });
});

Deno.test("POST /bots/:id/start checks the configuration against today's market", async () => {
  await using desk = await startDesk();
  const { harness, trader } = desk;
  const bot = await createBot(desk);
  await harness.sql`
    update public.bots set config = config || '{"leverage": 100}'`;
  await harness.refuses({ path: `/bots/${bot.id}/start`, as: trader }, {
    code: "leverage_out_of_range",
    status: 422,
    field: "config.leverage",
  });
});

Deno.test("POST /bots/kill stops everything, for admins alone", async () => {
  await using desk = await startDesk();
  const { harness, trader } = desk;
  const bot = await createBot(desk);
  await harness.call({ path: `/bots/${bot.id}/start`, as: trader });
  await carryOut(desk, "running");
  const body = { stopPolicy: "cancel_orders", confirmation: "STOP ALL" };
  await harness.refuses({ path: "/bots/kill", as: trader, body }, {
    code: "forbidden",
    status: 403,
  });
  const admin = await harness.signUpAdmin();
  for (const confirmation of [undefined, "stop all", ""]) {
    await harness.refuses(
      { path: "/bots/kill", as: admin, body: { ...body, confirmation } },
      { code: "validation_failed", status: 400, field: "confirmation" },
    );
  }
  const reply = await harness.call({ path: "/bots/kill", as: admin, body });
  assert.deepEqual(reply.body, { stopped: 1 });
  const [row] = await harness.sql`
    select desired_state, stop_policy from public.bots`;
  assert.deepEqual({ ...row }, {
    "desired_state": "stopped",
    "stop_policy": "cancel_orders",
  });
});
