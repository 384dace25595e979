/// <reference lib="deno.ns" />
/**
 * A real browser for the tests: the Chromium that comes as an npm package on
 * Linux, an installed Chrome or Chromium elsewhere.
 *
 * @module
 */
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

const INSTALLED = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * Arguments the package brings for its own home, a tiny cloud function, and
 * which would spoil a test: one process dies with the first page that is
 * closed, and without web security nothing would check CORS.
 */
const UNWANTED = [
  "--single-process",
  "--disable-web-security",
  "--allow-running-insecure-content",
  "--disable-site-isolation-trials",
];

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Launches the browser, headless; close it when done. */
export async function launchBrowser(): Promise<Browser> {
  if (Deno.build.os === "linux") {
    return await playwright.launch({
      executablePath: await chromium.executablePath(),
      args: chromium.args.filter((arg) => !UNWANTED.includes(arg)),
      headless: true,
    });
  }
  for (const executablePath of INSTALLED) {
    if (await exists(executablePath)) {
      return await playwright.launch({ executablePath, headless: true });
    }
  }
  throw new Error(
    `Cannot launch a browser: install Chrome, looked for ${
      INSTALLED.join(", ")
    }`,
  );
}
