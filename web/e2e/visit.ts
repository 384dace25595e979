/// <reference lib="deno.ns" />
/**
 * A person at the app: one browser context with one page, and what went wrong
 * in it unseen: errors of scripts, and everything the content security policy
 * refused.
 *
 * @module
 */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { within } from "./within.ts";

const DEADLINE_MS = 30_000;
/** A context is made in milliseconds, or never. */
const BROWSER_MS_MAX = 20_000;
/** axe on a large page beside three other test processes. */
const AXE_MS_MAX = 90_000;
/** A refusal by the API is what some tests provoke; the browser logs each. */
const EXPECTED = /Failed to load resource/;
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
/** Taller pages are pictured as far as the first screen. */
const PICTURE_HEIGHT_MAX = 9_000;
/** Where pictures of all pages asserted usable go; none without. */
const PICTURES = Deno.env.get("TRELLIS_SCREENSHOTS") ?? "";

/** How somebody comes. */
export interface VisitOptions {
  /** Auth's answer to a sign-in, as JSON: the page finds it stored. */
  readonly session?: string;
  /** The browser's language, a BCP 47 tag; English without. */
  readonly locale?: string;
  /** On a phone from the start; assertUsable() looks at both anyway. */
  readonly isNarrow?: boolean;
  /** The page's sockets are remembered, and can be dropped. */
  readonly canDropSockets?: boolean;
  /** The page's clock can be put forward. */
  readonly canSkipTime?: boolean;
}

/** How the API behaves where a test breaks it. */
export type Breakage = "silent" | "unreachable" | 429 | 500;

/** See the header of this file. */
export class Visit implements AsyncDisposable {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #web: string;
  readonly #viewport: { readonly width: number; readonly height: number };
  readonly #errors: string[] = [];

  private constructor(
    context: BrowserContext,
    page: Page,
    web: string,
    isNarrow: boolean,
  ) {
    this.#context = context;
    this.page = page;
    this.#web = web;
    this.#viewport = isNarrow ? NARROW : WIDE;
    page.on("pageerror", (error) => this.#errors.push(error.message));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !EXPECTED.test(text)) {
        this.#errors.push(text);
      }
    });
  }

  /** Opens a page of the app in a context of its own. */
  static async begin(
    browser: Browser,
    web: string,
    path = "/",
    options: VisitOptions = {},
  ): Promise<Visit> {
    const { session, isNarrow = false, locale = "en-GB" } = options;
    const stored = session === undefined ? [] : [{
      origin: new URL(web).origin,
      localStorage: [{ name: "trellis.session", value: withExpiry(session) }],
    }];
    const context = await fromBrowser(browser.newContext({
      viewport: isNarrow ? NARROW : WIDE,
      reducedMotion: "reduce",
      locale,
      storageState: { cookies: [], origins: stored },
    }));
    context.setDefaultTimeout(DEADLINE_MS);
    const page = await fromBrowser(context.newPage());
    const visit = new Visit(context, page, web, isNarrow);
    if (options.canDropSockets === true) await visit.#holdSockets();
    if (options.canSkipTime === true) {
      await inTime("the clock", page.clock.install());
    }
    await visit.go(path);
    return visit;
  }

  async #holdSockets(): Promise<void> {
    await this.page.addInitScript(HOLD_SOCKETS);
  }

  /** Ends every realtime socket, as a network that changes does. */
  async dropSockets(): Promise<void> {
    const count = await inTime(
      "the sockets",
      this.page.evaluate<number>("globalThis.dropSockets()"),
    );
    assert.ok(count > 0, "No realtime socket is open");
  }

  /** Puts the page's clock forward: its timers that are due by then fire. */
  async skipTime(ms: number): Promise<void> {
    await inTime("the clock", this.page.clock.fastForward(ms));
  }

  /**
   * Breaks the API for this page until {@linkcode mend}.
   *
   * @param path Part of the address, `/rest/v1/bots`.
   * @param how A status, no answer ever, or no connection.
   */
  async break(path: string, how: Breakage): Promise<void> {
    await this.page.route((url) => url.href.includes(path), async (route) => {
      if (how === "silent") return;
      if (how === "unreachable") return await route.abort();
      await route.fulfill({
        status: how,
        headers: { "access-control-allow-origin": "*" },
        json: { message: "broken by a test" },
      });
    });
  }

  /** Lets the API be itself again. */
  async mend(): Promise<void> {
    await this.page.unrouteAll({ behavior: "ignoreErrors" });
  }

  /** Goes to a path of the app, as by typing it. */
  async go(path: string): Promise<void> {
    await this.page.goto(this.#web + path);
    await this.page.locator("main").waitFor();
  }

  /** Waits until the address is this path. */
  async arrive(path: string | RegExp): Promise<void> {
    await this.page.waitForURL((url) =>
      typeof path === "string" ? url.pathname === path : path.test(url.pathname)
    );
  }

  /** Waits until a text can be seen. */
  async see(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Clicks a button by its words. */
  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name }).first().click();
  }

  /** Fills in e-mail and password and sends them. */
  async enter(
    person: { readonly email: string; readonly password: string },
    submit: string,
  ): Promise<void> {
    await this.page.fill("[name=email]", person.email);
    await this.page.fill("[name=password]", person.password);
    await this.page.locator("form").getByRole("button", { name: submit })
      .click();
  }

  /** Opens the menu at the top right and takes an item. */
  async menu(name: string): Promise<void> {
    await this.press("Account menu");
    await this.page.locator(".menu__panel").getByText(name).click();
  }

  /** Cuts the network, or gives it back. */
  async goOffline(isOffline: boolean): Promise<void> {
    await this.#context.setOffline(isOffline);
  }

  /**
   * Asserts that everybody can use what is shown: axe finds nothing in light
   * and dark, and nothing has to be scrolled sideways, on a phone as little as
   * on a desk. With TRELLIS_SCREENSHOTS a picture of each goes there.
   */
  async assertUsable(what: string): Promise<void> {
    const { page } = this;
    await inTime("axe", page.evaluate(axe.source));
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Drawn in the new colours: a style is as old as the last frame.
      await inTime("two frames", page.evaluate(TWO_FRAMES));
      const violations = await inTime(
        "axe",
        page.evaluate<readonly string[]>(runAxe(RULES[colorScheme])),
        AXE_MS_MAX,
      );
      assert.deepEqual(violations, [], `${what}, ${colorScheme}`);
    }
    for (const viewport of [NARROW, WIDE]) {
      await page.setViewportSize(viewport);
      const overflow = await inTime(
        "the width",
        page.evaluate<number>(
          "document.documentElement.scrollWidth - innerWidth",
        ),
      );
      const { width } = viewport;
      assert.ok(overflow <= 0, `${what}: ${overflow} px too wide at ${width}`);
      if (PICTURES !== "") await this.#picture(what, width);
    }
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await page.setViewportSize(this.#viewport);
  }

  /** Takes a picture of the whole page in both themes. */
  async #picture(what: string, width: number): Promise<void> {
    const name = what.replaceAll(/[^\p{L}\p{N}]+/gu, "-");
    await Deno.mkdir(PICTURES, { recursive: true });
    const height = await inTime(
      "the height",
      this.page.evaluate<number>("document.documentElement.scrollHeight"),
    );
    // A head that sticks would otherwise lie across the middle.
    await inTime("the top", this.page.evaluate("scrollTo(0, 0)"));
    for (const colorScheme of ["light", "dark"] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await inTime("two frames", this.page.evaluate(TWO_FRAMES));
      await this.page.screenshot({
        path: `${PICTURES}/${name}-${width}-${colorScheme}.png`,
        // Of a hundred cards the first are enough.
        fullPage: height < PICTURE_HEIGHT_MAX,
      });
    }
  }

  /** Asserts that nothing went wrong unseen so far. */
  assertQuiet(): void {
    assert.deepEqual(this.#errors, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await inTime("the page's end", this.#context.close());
  }
}

/** What Playwright itself would wait for without end. */
async function inTime<T>(
  what: string,
  promise: Promise<T>,
  ms = DEADLINE_MS,
): Promise<T> {
  return await within(promise, { what, ms });
}

/** The browser itself does not answer any more: nothing the app could do. */
export class BrowserStuck extends Error {
  override readonly name = "BrowserStuck";
}

async function fromBrowser<T>(promise: Promise<T>): Promise<T> {
  try {
    return await within(promise, { what: "the browser", ms: BROWSER_MS_MAX });
  } catch (cause) {
    throw new BrowserStuck("The browser opens no page", { cause });
  }
}

/** supabase-js wants the end of a session as an instant. */
function withExpiry(session: string): string {
  const parsed: Readonly<Record<string, unknown>> = JSON.parse(session);
  const seconds = Number(parsed.expires_in ?? 3600);
  const expiresAt = Math.floor(Date.now() / 1000) + seconds;
  return JSON.stringify({ ...parsed, "expires_at": expiresAt });
}

/** Run in the page before its own scripts: remembers its realtime sockets. */
const HOLD_SOCKETS = `{
  const open = new Set();
  globalThis.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      if (!String(args[0]).includes("/realtime/")) return;
      open.add(this);
      this.addEventListener("close", () => open.delete(this));
    }
  };
  globalThis.dropSockets = () => {
    const count = open.size;
    for (const socket of open) socket.close(4000, "dropped by a test");
    return count;
  };
}`;

/** Run in the page: over when two frames have been drawn. */
const TWO_FRAMES =
  "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))";

/** The theme changes nothing but colours: the rest is looked at once. */
const RULES = {
  light: [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
  ],
  dark: ["color-contrast"],
} as const;

/** Run in the page: each violation with where it is. */
function runAxe(runOnly: readonly string[]): string {
  return `axe.run(document, {
    runOnly: ${JSON.stringify(runOnly)},
    resultTypes: ["violations"],
  }).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
    nodes.map((node) =>
      id + ": " + node.target.join(" ") + " " + (node.any[0]?.message ?? ""))))`;
}
