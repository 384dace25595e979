import assert from "node:assert/strict";
import { Subscriptions } from "./subscriptions.ts";

const ticker = (instId: string) => ({ channel: "ticker", instId });

function told(subscriptions: Subscriptions): readonly string[] {
  return subscriptions.takeMessages().map(({ op, args }) =>
    `${op} ${args.map((arg) => arg.instId ?? arg.coin).join(" ")}`
  );
}

Deno.test("Subscriptions tells the difference, and nothing twice", () => {
  const all = new Subscriptions([{ channel: "account", coin: "default" }]);
  all.add(ticker("A"));
  assert.deepEqual(told(all), ["subscribe default A"]);
  assert.deepEqual(told(all), []);
  all.add(ticker("A"));
  all.add(ticker("B"));
  all.remove(ticker("A"));
  assert.deepEqual(told(all), ["unsubscribe A", "subscribe B"]);
  // Added and dropped again before anything was sent.
  all.add(ticker("C"));
  all.remove(ticker("C"));
  all.remove(ticker("B"));
  all.add(ticker("B"));
  assert.deepEqual(told(all), []);
  all.reset();
  assert.deepEqual(told(all), ["subscribe default B"]);
});

Deno.test("Subscriptions is settled when everything told is acknowledged, refused or dropped", () => {
  const all = new Subscriptions([ticker("A"), ticker("B"), ticker("C")]);
  assert.equal(all.isSettled, true);
  assert.deepEqual(told(all), ["subscribe A B C"]);
  all.acknowledge(ticker("A"));
  all.refuse(ticker("B"));
  assert.deepEqual([all.isSettled, all.size], [false, 2]);
  all.remove(ticker("C"));
  assert.deepEqual(told(all), ["unsubscribe C"]);
  assert.deepEqual([all.isSettled, all.size], [true, 1]);
});

Deno.test("Subscriptions splits what is long into messages below 4 kB", () => {
  const all = new Subscriptions(
    Array.from({ length: 120 }, (_, i) => ticker(`1000000COIN${i}USDT`)),
  );
  const messages = all.takeMessages();
  assert.equal(messages.length, 3);
  assert.equal(messages.flatMap(({ args }) => args).length, 120);
  for (const message of messages) {
    assert.ok(JSON.stringify(message).length < 4_096);
  }
});
