/**
 * The local inbox: what Auth and alerts would have mailed, kept in memory.
 * Alerts come in as a mail API takes them: `POST /inbox` with a bearer key.
 *
 * @module
 */
import { z } from "zod";
import type { Mail } from "../mail.ts";
import { inboxPage } from "./page.ts";

/** A mail and when it came. */
export interface ReceivedMail extends Mail {
  readonly id: string;
  readonly receivedAt: Date;
}

/** Older mails than this many are forgotten. */
const MAILS_MAX = 200;
/** A page elsewhere must not read it under a name of its own (DNS rebinding). */
const HOSTS = ["127.0.0.1", "localhost"];

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const apiMail = z.object({
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
});

/** Receives mails and shows them at `/inbox` (and `/inbox.json`). */
export class Inbox {
  readonly #mails: ReceivedMail[] = [];
  readonly #apiKey: string | null;
  /** Of mails that came by the API: the same again is the same mail. */
  readonly #apiKeysSeen = new Set<string>();

  /** @param apiKey Who knows it may post mails; null: nobody. */
  constructor(apiKey: string | null = null) {
    this.#apiKey = apiKey;
  }

  /** Newest first. */
  get mails(): readonly ReceivedMail[] {
    return this.#mails;
  }

  receive(mail: Mail): void {
    this.#mails.unshift({
      ...mail,
      id: crypto.randomUUID(),
      receivedAt: new Date(),
    });
    this.#mails.length = Math.min(this.#mails.length, MAILS_MAX);
  }

  /** Answers `/inbox` and `/inbox.json`; takes a mail posted to `/inbox`. */
  async handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (!HOSTS.includes(url.hostname)) {
      return new Response("Not here", { status: 403, headers: HEADERS });
    }
    if (request.method === "POST") return await this.#take(request);
    if (url.pathname.endsWith(".json")) {
      return Response.json(this.#mails, { headers: HEADERS });
    }
    return new Response(inboxPage(this.#mails), {
      headers: { ...HEADERS, "content-type": "text/html; charset=utf-8" },
    });
  }

  async #take(request: Request): Promise<Response> {
    const isKnown = this.#apiKey !== null &&
      request.headers.get("authorization") === `Bearer ${this.#apiKey}`;
    if (!isKnown) {
      await request.body?.cancel();
      return new Response("Not here", { status: 401, headers: HEADERS });
    }
    const mail = apiMail.safeParse(await request.json().catch(() => null));
    if (!mail.success) {
      return new Response("No mail", { status: 422, headers: HEADERS });
    }
    const key = request.headers.get("idempotency-key");
    if (key === null || !this.#apiKeysSeen.has(key)) this.receive(mail.data);
    if (key !== null) this.#apiKeysSeen.add(key);
    return Response.json({ id: key }, { headers: HEADERS });
  }
}
