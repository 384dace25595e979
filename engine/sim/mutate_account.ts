/**
 * An account that betrays its caller: rules of the exchange's side taken away.
 *
 * @module
 */
import { formatClientOrderId, parseClientOrderId } from "@core/mod.ts";
import type {
  ExchangeAccount,
  NewOrder,
  PlaceOutcome,
} from "@engine/exchange/port.ts";
import type { Mutation } from "./mutations.ts";
import type { Random } from "./random.ts";

type Betrayal = (
  account: ExchangeAccount,
  random: Random,
) => Partial<ExchangeAccount>;

const BETRAYALS: Partial<Readonly<Record<Mutation, Betrayal>>> = {
  "resend_with_new_id": (account) => ({
    placeOrders: (orders) => placeAgain(account, orders),
  }),
  "random_ids": (account, random) => ({
    placeOrders: (orders) => placeRandomly(account, orders, random),
  }),
  "timeout_is_rejection": (account) => ({
    placeOrders: async (orders) =>
      (await account.placeOrders(orders)).map((outcome) =>
        outcome.kind === "unresolved"
          ? { ...outcome, kind: "rejected" }
          : outcome
      ),
  }),
  "error_is_not_found": (account) => ({
    fetchOrder: (symbol, id) =>
      account.fetchOrder(symbol, id).catch(() => null),
    cancelOrders: async (symbol, requests) =>
      (await account.cancelOrders(symbol, requests)).map((outcome) =>
        outcome.kind === "unresolved"
          ? { kind: "gone", clientOrderId: outcome.clientOrderId }
          : outcome
      ),
  }),
  "no_resync": (account) => ({
    listen: (listener) =>
      account.listen((event) => {
        const isNews = event.kind !== "connected" &&
          event.kind !== "disconnected";
        if (isNews) listener(event);
      }),
    fetchFills: () => Promise.resolve([]),
  }),
  "unknown_fee_is_zero": (account) => ({
    listen: (listener) =>
      account.listen((event) =>
        listener(
          event.kind === "fill"
            ? { ...event, fill: { ...event.fill, fee: event.fill.fee ?? "0" } }
            : event,
        )
      ),
  }),
  "fees_are_zero": (account) => ({
    fetchFills: async (symbol, sinceMs) =>
      (await account.fetchFills(symbol, sinceMs))
        .map((fill) => ({ ...fill, fee: "0" })),
  }),
  "tp_beyond_position": (account) => ({
    placeOrders: (orders) =>
      account.placeOrders(
        orders.map((order) =>
          order.purpose === "take_profit"
            ? { ...order, size: order.size + 1 }
            : order
        ),
      ),
  }),
  "cancels_all": (account) => ({
    cancelOrders: async (symbol, requests) => {
      const others = await account.fetchOpenOrders(symbol);
      await account.cancelOrders(
        symbol,
        others.map(({ clientOrderId, venueOrderId }) => ({
          clientOrderId: clientOrderId ?? "",
          venueOrderId,
        })),
      );
      return await account.cancelOrders(symbol, requests);
    },
  }),
};

/** Returns an account whose caller is betrayed in the way the mutation says. */
export function mutateAccount(
  account: ExchangeAccount,
  mutation: Mutation | null,
  random: Random,
): ExchangeAccount {
  const betrayal = mutation === null ? undefined : BETRAYALS[mutation];
  return betrayal === undefined
    ? account
    : override(account, betrayal(account, random));
}

function override(
  account: ExchangeAccount,
  methods: Partial<ExchangeAccount>,
): ExchangeAccount {
  const descriptors = Object.entries(methods)
    .map(([name, value]) => [name, { value }] as const);
  return Object.create(account, Object.fromEntries(descriptors));
}

async function placeAgain(
  account: ExchangeAccount,
  orders: readonly NewOrder[],
): Promise<PlaceOutcome[]> {
  const outcomes = await account.placeOrders(orders);
  const again = orders.filter((_, i) => outcomes[i]?.kind === "unresolved");
  if (again.length === 0) return outcomes;
  const second = await account.placeOrders(
    again.map((order) => renamed(order, 1_000)),
  );
  return outcomes.map((outcome) => {
    const i = again.findIndex((o) => o.clientOrderId === outcome.clientOrderId);
    const other = second[i];
    return other === undefined
      ? outcome
      : { ...other, clientOrderId: outcome.clientOrderId };
  });
}

async function placeRandomly(
  account: ExchangeAccount,
  orders: readonly NewOrder[],
  random: Random,
): Promise<PlaceOutcome[]> {
  const outcomes = await account.placeOrders(
    orders.map((order) => renamed(order, random.integer(1_000, 1_000_000))),
  );
  return outcomes.map((outcome, i) => ({
    ...outcome,
    clientOrderId: orders[i]?.clientOrderId ?? outcome.clientOrderId,
  }));
}

function renamed(order: NewOrder, revisionShift: number): NewOrder {
  const parts = parseClientOrderId(order.clientOrderId);
  if (parts === null) return order;
  const revision = parts.revision + revisionShift;
  return {
    ...order,
    clientOrderId: formatClientOrderId({ ...parts, revision }),
  };
}
