import type { Fixture, FixtureBot } from "@engine/store/testing/fixture.ts";
import { sealCredentials, type VaultPublicKeys } from "@engine/vault/mod.ts";
import type { PaperAccount } from "../paper/mod.ts";

/** A bot on a paper account of its own. */
export interface PaperBot extends FixtureBot {
  /** The paper account. */
  readonly uid: string;
}

/** Seals a paper account's key and adds a bot that should run on it. */
export async function addPaperBot(
  fixture: Fixture,
  options: {
    /** As the paper exchange opened it. */
    readonly account: PaperAccount;
    readonly publicKeys: VaultPublicKeys;
    readonly symbol?: string;
    readonly config?: Record<string, string | number | null>;
  },
): Promise<PaperBot> {
  const { uid, ...credentials } = options.account;
  const userId = await fixture.addTrader();
  const exchangeKeyId = await fixture.addKey({
    userId,
    exchangeUid: uid,
    sealed: (id) =>
      sealCredentials({
        credentials,
        publicKeys: options.publicKeys,
        userId,
        exchangeKeyId: id,
        venue: "paper",
      }),
  });
  const bot = await fixture.addBot({
    exchangeKeyId,
    ...options.symbol !== undefined && { symbol: options.symbol },
    config: options.config ?? { baseNotional: 20 },
  });
  return { ...bot, uid };
}
