/**
 * The risk layers "maximum loss", of a bot and of its account: a loss of the
 * limit, or more, closes everything the bot holds and stops it.
 *
 * An account is guarded by each of its bots that has the layer on, against the
 * equity at that bot's own start: durable, and taken anew when it is started
 * again. So bots that share an account stop one by one, each at its own limit.
 *
 * @module
 */

/** Tells whether a loss has reached its limit; both quote, a loss > 0. */
export function reachesLoss(
  layer: { readonly maxLoss: number },
  loss: number,
): boolean {
  return loss >= layer.maxLoss;
}
