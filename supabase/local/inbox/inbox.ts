/** The local inbox: what Auth would have mailed, kept in memory. @module */
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

/** Receives mails and shows them at `/inbox` (and `/inbox.json`). */
export class Inbox {
  readonly #mails: ReceivedMail[] = [];

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

  /** Answers `/inbox` and `/inbox.json`. */
  handle(request: Request): Response {
    const url = new URL(request.url);
    if (!HOSTS.includes(url.hostname)) {
      return new Response("Not here", { status: 403, headers: HEADERS });
    }
    if (url.pathname.endsWith(".json")) {
      return Response.json(this.#mails, { headers: HEADERS });
    }
    return new Response(inboxPage(this.#mails), {
      headers: { ...HEADERS, "content-type": "text/html; charset=utf-8" },
    });
  }
}
