/**
 * `/keys`: connect an exchange key, open a paper account, remove a key.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import {
  type App,
  type AppEnv,
  createApp,
  requireUser,
} from "../_shared/app.ts";
import {
  type Credentials,
  type Venue,
  VenueClient,
  VENUES,
} from "../_shared/bitget.ts";
import { parseId, readJson } from "../_shared/body.ts";
import { callRpc } from "../_shared/database.ts";
import type { Environment } from "../_shared/env.ts";
import { checkKey } from "./key_check.ts";
import { openPaperAccount } from "./paper_account.ts";
import { requireSameAccount, type StoredKey, storeKey } from "./store_key.ts";

const label = z.string().trim().min(1, "Give the key a name").max(80);
/** Copied text comes with blanks around it; inside there are none. */
const credentialText = (pattern: RegExp) => z.string().trim().regex(pattern);
const newKey = z.strictObject({
  label,
  venue: z.enum(VENUES),
  apiKey: credentialText(/^[\w-]{8,128}$/),
  apiSecret: credentialText(/^[\x21-\x7e]{16,256}$/),
  passphrase: credentialText(/^[\x21-\x7e]{1,64}$/),
  /** The connected key whose place it shall take: of the same account. */
  replaces: z.uuid().optional(),
});
const newPaperAccount = z.strictObject({
  label: label.default("Paper"),
  /** USDT, to the cent. */
  balance: z.number().min(10).max(10_000_000)
    .refine((amount) => Number(amount.toFixed(2)) === amount, "Two decimals")
    .default(10_000),
});
const SECRET_FIELDS: readonly unknown[] = ["apiKey", "apiSecret", "passphrase"];

/** Returns the function's app. */
export function createKeysApp(environment: () => Environment): App {
  const app = createApp({ name: "keys", environment });

  app.post("/", requireUser("keys", "session"), async (c) => {
    const { label, venue, replaces, ...credentials } = await readJson(
      c,
      newKey,
      (issue) =>
        SECRET_FIELDS.includes(issue.path[0])
          ? "key_malformed"
          : "validation_failed",
    );
    return c.json(
      await connect(c, { label, venue, credentials, replaces }),
      201,
    );
  });

  app.post("/paper", requireUser("keys", "session"), async (c) => {
    const { label, balance } = await readJson(c, newPaperAccount);
    const credentials = await openPaperAccount(c.var.env, balance);
    const key = await connect(c, { label, venue: "paper", credentials });
    return c.json(key, 201);
  });

  app.delete("/:id", requireUser("write", "session"), async (c) => {
    const id = parseId(c.req.param("id"), "key");
    const key = await callRpc(c.var.caller.db, {
      name: "revoke_exchange_key",
      args: { exchange_key_id: id },
      answer: z.object({ id: z.string(), status: z.string() }),
    });
    c.var.log.info("key_revoked", { exchangeKeyId: id });
    return c.json({ id: key.id, status: key.status });
  });

  return app;
}

interface NewKey {
  readonly label: string;
  readonly venue: Venue;
  readonly credentials: Credentials;
  /** Refused unless the new key is of this key's account. */
  readonly replaces?: string | undefined;
}

/** Asks the exchange who the key is, seals and stores it. */
async function connect(c: Context<AppEnv>, key: NewKey): Promise<StoredKey> {
  const { env, caller, log } = c.var;
  const client = new VenueClient(key.venue, env);
  const checked = await checkKey(client, key.credentials);
  if (key.replaces !== undefined) {
    await requireSameAccount(caller, key.replaces, {
      venue: key.venue,
      exchangeUid: checked.exchangeUid,
    });
  }
  const stored = await storeKey({ env, caller }, { ...key, ...checked });
  log.info("key_connected", { exchangeKeyId: stored.id, venue: key.venue });
  return stored;
}
