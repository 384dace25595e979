import type { MarketFeed, Venue } from "@engine/exchange/port.ts";

/** Public prices, one feed a venue, shared by all its bots; kept until the end. */
export class FeedPool implements AsyncDisposable {
  readonly #openFeed: (venue: Venue) => MarketFeed;
  readonly #feeds = new Map<Venue, MarketFeed>();

  constructor(openFeed: (venue: Venue) => MarketFeed) {
    this.#openFeed = openFeed;
  }

  /** Returns the venue's feed; the first call opens it. */
  get(venue: Venue): MarketFeed {
    const known = this.#feeds.get(venue);
    if (known !== undefined) return known;
    const feed = this.#openFeed(venue);
    this.#feeds.set(venue, feed);
    return feed;
  }

  /** Closes all feeds. Safe twice. */
  async close(): Promise<void> {
    const feeds = [...this.#feeds.values()];
    this.#feeds.clear();
    await Promise.all(feeds.map((feed) => feed.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
