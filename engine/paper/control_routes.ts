/**
 * The control API: `/paper/…`, JSON in and out. Loopback only, and never from
 * a web page: requests that carry an `Origin`, or another host's name, are
 * refused, so that no site a developer visits can reach it.
 *
 * @module
 */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Control } from "./control.ts";
import { FAULT_SCHEMA } from "./faults.ts";
import type { ServerEnv } from "./server.ts";

const MONEY = z.union([z.string(), z.number()]).transform(String)
  .refine((text) => /^-?\d{1,12}(\.\d{1,8})?$/.test(text), "not an amount");
const BALANCE = MONEY.refine((text) => !text.startsWith("-"), "below zero");
const RATE = z.union([z.string(), z.number()]).transform(String)
  .refine((text) => /^-?\d(\.\d{1,10})?$/.test(text), "not a rate");
const AUTHORITIES = z.array(z.string().max(20)).max(50);

const ACCOUNT = z.strictObject({
  balance: BALANCE.optional(),
  authorities: AUTHORITIES.optional(),
  positionMode: z.enum(["hedge", "one_way"]).optional(),
  ips: z.string().optional(),
});
const KEYS = z.strictObject({
  authorities: AUTHORITIES.optional(),
  ips: z.string().optional(),
  isRevoked: z.boolean().optional(),
});
const TRANSFER = z.strictObject({ amount: MONEY });
const PRICE = z.strictObject({
  symbol: z.string(),
  price: z.coerce.number().positive(),
});
const SYMBOL = z.strictObject({ symbol: z.string().optional() });
const STEP = z.strictObject({
  playedMs: z.number().positive().max(86_400_000),
});
const SPEED = z.strictObject({ speed: z.number().positive().max(100_000) });
const FUNDING = z.strictObject({
  symbol: z.string(),
  rate: RATE.optional(),
  settle: z.boolean().default(false),
});
const KICK = z.strictObject({ uid: z.string().optional() });
const LIMITS = z.strictObject({ on: z.boolean() });

type ControlContext = Context<ServerEnv>;

const LOOPBACK: ReadonlySet<string> = new Set([
  "127.0.0.1",
  "::1",
  "::ffff:127.0.0.1",
]);

/** Adds the control API to the server. */
export function mountControl(
  app: Hono<ServerEnv>,
  parts: { readonly control: Control },
): void {
  const { control } = parts;
  app.use("/paper/*", (context, next) => guard(context, next));
  mountAccounts(app, control);
  mountPrices(app, control);
  app.get("/paper/faults", (context) => context.json(control.faults()));
  post(app, "/paper/faults", FAULT_SCHEMA, (fault) => ({
    id: control.addFault(fault),
  }));
  app.delete(
    "/paper/faults/:id?",
    (context) =>
      context.json({ cleared: control.clearFaults(context.req.param("id")) }),
  );
  post(app, "/paper/sockets/kick", KICK, ({ uid }) => ({
    kicked: control.kickSockets(uid),
  }));
  post(app, "/paper/limits", LIMITS, ({ on }) => {
    control.setLimits(on);
    return control.state();
  });
}

function mountAccounts(app: Hono<ServerEnv>, control: Control): void {
  post(
    app,
    "/paper/accounts",
    ACCOUNT,
    (opening) => control.createAccount(withoutUndefined(opening)),
  );
  app.get(
    "/paper/accounts/:uid",
    (context) => known(context, control, (uid) => control.books(uid)),
  );
  app.post("/paper/accounts/:uid/transfer", async (context) => {
    const { amount } = TRANSFER.parse(await bodyOf(context));
    return known(context, control, (uid) => {
      control.transfer(uid, amount);
      return { wallet: control.books(uid).wallet };
    });
  });
  app.post("/paper/accounts/:uid/keys", async (context) => {
    const change = KEYS.parse(await bodyOf(context));
    return known(context, control, (uid) => {
      control.changeKeys(uid, withoutUndefined(change));
      return { uid };
    });
  });
}

function mountPrices(app: Hono<ServerEnv>, control: Control): void {
  app.get("/paper/state", (context) => context.json(control.state()));
  const state = (change: () => void) => {
    change();
    return control.state();
  };
  post(
    app,
    "/paper/price",
    PRICE,
    ({ symbol, price }) => state(() => control.setPrice(symbol, price)),
  );
  post(app, "/paper/pause", z.object({}), () => state(() => control.pause()));
  post(
    app,
    "/paper/resume",
    SYMBOL,
    ({ symbol }) => state(() => control.resume(symbol)),
  );
  post(
    app,
    "/paper/step",
    STEP,
    ({ playedMs }) => state(() => control.step(playedMs)),
  );
  post(
    app,
    "/paper/speed",
    SPEED,
    ({ speed }) => state(() => control.setSpeed(speed)),
  );
  post(
    app,
    "/paper/funding",
    FUNDING,
    ({ symbol, rate, settle }) =>
      state(() => {
        if (rate !== undefined) control.setFundingRate(symbol, rate);
        if (settle) control.settleFunding(symbol);
      }),
  );
}

function post<S extends z.ZodType>(
  app: Hono<ServerEnv>,
  path: string,
  schema: S,
  handle: (input: z.infer<S>) => unknown,
): void {
  app.post(path, async (context) => {
    const input = schema.safeParse(await bodyOf(context));
    if (!input.success) return fail(context, z.prettifyError(input.error));
    try {
      return context.json(handle(input.data) as Record<string, unknown>);
    } catch (error) {
      return fail(context, error instanceof Error ? error.message : "refused");
    }
  });
}

function fail(context: ControlContext, message: string): Response {
  return context.json({ error: { code: "validation_failed", message } }, 400);
}

function known(
  context: ControlContext,
  control: Control,
  handle: (uid: string) => unknown,
): Response {
  const uid = context.req.param("uid") ?? "";
  if (!control.hasAccount(uid)) {
    return context.json({
      error: { code: "not_found", message: `No account ${uid}` },
    }, 404);
  }
  return context.json(handle(uid) as Record<string, unknown>);
}

async function bodyOf(context: ControlContext): Promise<unknown> {
  const text = await context.req.text();
  if (text === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

async function guard(
  context: ControlContext,
  next: () => Promise<void>,
): Promise<Response | void> {
  const host = new URL(context.req.url).hostname;
  const isLocal = LOOPBACK.has(context.env.remoteAddress) &&
    (LOOPBACK.has(host) || host === "localhost" || host === "[::1]") &&
    context.req.header("origin") === undefined;
  if (isLocal) return await next();
  return context.json({
    error: { code: "forbidden", message: "Control is for this machine only" },
  }, 403);
}

/** Optional fields that were left out are left out here too. */
function withoutUndefined<T extends object>(
  value: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined),
  ) as { [K in keyof T]: Exclude<T[K], undefined> };
}
