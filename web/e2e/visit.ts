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

const DEADLINE_MS = 30_000;
/** A refusal by the API is what some tests provoke; the browser logs each. */
const EXPECTED = /Failed to load resource: the server responded with a status/;

/** See the header of this file. */
export class Visit implements AsyncDisposable {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #web: string;
  readonly #errors: string[] = [];

  private constructor(context: BrowserContext, page: Page, web: string) {
    this.#context = context;
    this.page = page;
    this.#web = web;
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
  ): Promise<Visit> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(DEADLINE_MS);
    const visit = new Visit(context, await context.newPage(), web);
    await visit.go(path);
    return visit;
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
   * and dark, and at 390 px nothing has to be scrolled sideways.
   */
  async assertUsable(what: string): Promise<void> {
    const { page } = this;
    await page.evaluate(axe.source);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Drawn in the new colours: a style is as old as the last frame.
      await page.evaluate(TWO_FRAMES);
      const violations = await page.evaluate<readonly string[]>(
        runAxe(RULES[colorScheme]),
      );
      assert.deepEqual(violations, [], `${what}, ${colorScheme}`);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate<number>(
      "document.documentElement.scrollWidth - innerWidth",
    );
    assert.ok(overflow <= 0, `${what} is ${overflow} px too wide at 390 px`);
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  /** Asserts that nothing went wrong unseen so far. */
  assertQuiet(): void {
    assert.deepEqual(this.#errors, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}

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
