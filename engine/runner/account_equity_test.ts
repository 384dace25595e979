import assert from "node:assert/strict";
import type { Balance, LegPositions } from "@core/mod.ts";
import { AccountEquity } from "./account_equity.ts";
import { Stage } from "./testing/stage.ts";

const BALANCE: Balance = {
  coin: "USDT",
  available: 900,
  equity: 1_000,
  unrealizedPnl: 0,
  marginRatio: null,
};

function legs(size: number): LegPositions {
  return {
    long: { size, entryPrice: 650, settled: true },
    short: { size: 0, entryPrice: null, settled: true },
  };
}

const own = (pnl: number | null, { size = 0.5, nowMs = 0 } = {}) => ({
  legs: legs(size),
  pnl,
  nowMs,
});

Deno.test("AccountEquity moves with our own legs, whatever our quote was when the balance was told", () => {
  const equity = new AccountEquity();
  equity.holdsOthers(false);
  equity.take({ ...BALANCE, equity: 994, unrealizedPnl: -6 }, own(0));
  assert.equal(equity.certain(own(-6)), 994);
  assert.equal(equity.certain(own(-9)), 991);
  assert.equal(equity.certain(own(null)), null);
});

Deno.test("AccountEquity is unknown while a fill is not in the balance yet", () => {
  const equity = new AccountEquity();
  equity.holdsOthers(false);
  equity.take({ ...BALANCE, equity: 1_030, unrealizedPnl: 30 }, own(30));
  assert.equal(equity.certain(own(0, { size: 0 })), null);
  equity.take({ ...BALANCE, equity: 1_029 }, own(0, { size: 0 }));
  assert.equal(equity.certain(own(0, { size: 0 })), 1_029);
});

Deno.test("AccountEquity never makes a loss larger than it is, with other symbols' positions beside ours", () => {
  const equity = new AccountEquity();
  equity.holdsOthers(true);
  // Ours had fallen by 6 when it was told, and our quote a moment later.
  equity.take({ ...BALANCE, equity: 984, unrealizedPnl: -16 }, own(0));
  equity.observe(own(-6, { nowMs: 300 }));
  assert.equal(equity.certain(own(-6)), 984);
  assert.equal(equity.certain(own(-8)), 982);
  equity.observe(own(-8, { nowMs: 5_000 }));
  assert.equal(equity.certain(own(-8)), 982, "no longer about that moment");
});

Deno.test("AccountEquity completes what was unknown when the balance was told", () => {
  const equity = new AccountEquity();
  equity.take({ ...BALANCE, equity: 990, unrealizedPnl: -10 }, own(null));
  assert.deepEqual([equity.certain(own(-4)), equity.othersPnl], [null, null]);
  equity.observe(own(-4, { nowMs: 60_000 }));
  assert.deepEqual([equity.certain(own(-5)), equity.othersPnl], [989, -6]);
});

/** Half a BNB long, bought at 649.99, and at most 8 USDT to be lost. */
async function openStage(): Promise<Stage> {
  const stage = new Stage({
    config: {
      baseSize: 0.5,
      legs: "long",
      gridSpacing: 0.2,
      takeProfitSpacing: 0.1,
      risk: { accountMaxLoss: { maxLoss: 8 } },
    },
    balance: "1000",
  });
  await stage.open();
  await stage.moveTo(649.9);
  return stage;
}

/** The account's balance as it is, or as it will be that much lower. */
async function tellBalance(stage: Stage, lower: number): Promise<void> {
  const { account } = stage.exchange;
  const balance = await account.fetchBalance();
  account.tell({
    kind: "balance",
    balance: {
      ...balance,
      equity: balance.equity - lower,
      unrealizedPnl: balance.unrealizedPnl - lower,
    },
  });
  await stage.settle();
}

const ETHER = {
  symbol: "ETH/USDT:USDT",
  positionSide: "long",
  size: 1,
  entryPrice: 3_000,
  unrealizedPnl: 0,
  liquidationPrice: null,
  breakEvenPrice: null,
  leverage: 10,
} as const;

Deno.test("createRunner() does not count a price twice that the balance knew before our feed", async () => {
  for (const others of [[], [ETHER]]) {
    await using stage = await openStage();
    stage.exchange.account.otherPositions = others;
    await tellBalance(stage, 5);
    await stage.moveTo(639.9);
    await stage.pass(3_000);
    assert.equal(stage.end, null, "5 of 8 are lost");
    await stage.moveTo(633.9);
    await stage.until("the end", () => stage.end !== null);
    assert.equal(stage.bot.statusCode, "account_max_loss");
  }
});

Deno.test("createRunner() sees a loss at once, or in seconds, that the balance did not know yet", async () => {
  for (const [others, withinMs] of [[[], 0], [[ETHER], 7_000]] as const) {
    await using stage = await openStage();
    const { account } = stage.exchange;
    account.otherPositions = others;
    const before = await account.fetchBalance();
    await stage.moveTo(639.9);
    account.tell({
      kind: "positions",
      positions: [...await account.fetchPositions(), ...others],
    });
    account.tell({ kind: "balance", balance: before });
    await stage.settle();
    await stage.moveTo(633.9);
    await stage.pass(withinMs);
    await stage.settle();
    assert.equal(stage.exchange.account.sizeOf("long"), 0);
  }
});

Deno.test("createRunner() sees what other symbols on the account have lost within seconds", async () => {
  await using stage = await openStage();
  const { account } = stage.exchange;
  const truth = account.fetchBalance.bind(account);
  account.fetchBalance = async () => {
    const balance = await truth();
    return {
      ...balance,
      equity: balance.equity - 9,
      unrealizedPnl: balance.unrealizedPnl - 9,
    };
  };
  account.tell({
    kind: "positions",
    positions: [...await account.fetchPositions(), ETHER],
  });
  await stage.pass(7_000);
  await stage.settle();
  assert.deepEqual(stage.end, { kind: "stopped" });
  assert.equal(stage.bot.statusCode, "account_max_loss");
});

Deno.test("createRunner() takes a profit that the balance does not hold yet for no loss", async () => {
  await using stage = await openStage();
  await stage.moveTo(700);
  stage.bot.desire({ desiredState: "stopped" });
  stage.runner.wake();
  await stage.until("the end", () => stage.end !== null);
  stage.bot.desire({ desiredState: "running" });
  stage.claimAgain();
  await stage.open();
  await stage.pass(1_500);
  // The account begins anew at 1025; the take-profit's balance never comes.
  stage.exchange.account.holdsPushes = true;
  stage.price = 715.1;
  stage.exchange.tick(715.1);
  stage.exchange.account.releaseOnly("order", "fill", "positions");
  await stage.settle();
  assert.equal(stage.exchange.account.sizeOf("long"), 0);
  await stage.pass(10_000);
  assert.equal(stage.end, null);
  assert.equal(stage.bot.row.status, "running");
});
