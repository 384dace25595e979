/** One bot under one claim: what every write of an engine names. */
export interface Claim {
  readonly botId: string;
  /** `bots.claim_epoch` when we claimed it. */
  readonly epoch: number;
}

/** Sends rows as one parameter: one prepared statement whatever their number. */
export function toJsonParameter(rows: unknown): string {
  return JSON.stringify(rows ?? null);
}
