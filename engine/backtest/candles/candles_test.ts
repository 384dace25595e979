import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { PaperProcess } from "@engine/paper/testing/process.ts";
import { drawBar } from "../progress_bar.ts";
import { readCandleFile } from "../candle_file.ts";
import { UsageError } from "../usage_error.ts";
import { download } from "./download.ts";
import { downloadFunding } from "./funding.ts";
import { parseCandlesOptions } from "./options.ts";
import { Venue } from "./venue.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const MINUTE = 60_000;
const NOW = Date.parse("2026-11-22T12:00:00Z");

async function candles(...args: string[]) {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", MAIN, ...args],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    code: output.code,
    stdout: text(output.stdout),
    stderr: text(output.stderr),
  };
}

async function withDirectory(
  body: (path: (name: string) => string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body((name) => `${directory}/${name}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** A minute of the past as the command line wants it. */
function minutesAgo(minutes: number): string {
  const now = Math.floor(Date.now() / MINUTE);
  return new Date((now - minutes) * MINUTE).toISOString().slice(0, 16);
}

Deno.test("candles downloads from the paper exchange, is killed, goes on", async () => {
  await using paper = await PaperProcess.start([
    "--prices",
    "synthetic:3",
    "--symbols",
    "BNBUSDT,ETHUSDT",
    "--paused",
  ]);
  await withDirectory(async (path) => {
    const flags = [
      "--url",
      paper.url,
      "--from",
      minutesAgo(700),
      "--to",
      minutesAgo(20),
      "--rate",
      "20",
    ];
    const bnb = [...flags, "--symbol", "BNB/USDT:USDT"];
    const done = await candles(...bnb, "--out", path("whole.csv"));
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /^680 minutes in .*, no gap/);
    assert.equal(done.stderr, "");
    const whole = await Deno.readTextFile(path("whole.csv"));
    const read = await readCandleFile(path("whole.csv"));
    assert.equal(read.candles.length, 680);
    assert.match(read.dataHash, /^[0-9a-f]{64}$/);

    // Killed in the middle of a line: what is torn is loaded again.
    await Deno.writeTextFile(path("part.csv"), whole.slice(0, 20_011));
    const again = await candles(...bnb, "--out", path("part.csv"));
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /were there already/);
    assert.equal(await Deno.readTextFile(path("part.csv")), whole);
    const nothing = await candles(...bnb, "--out", path("part.csv"));
    assert.match(nothing.stdout, /680 were there already/);

    await Deno.writeTextFile(path("part.csv"), whole.slice(0, 20_011));
    const other = [...flags, "--symbol", "ETHUSDT", "--out", path("part.csv")];
    const mixed = await candles(...other);
    assert.equal(mixed.code, 2);
    assert.match(mixed.stderr, /another symbol or exchange/);

    const old = await candles(
      "--url",
      paper.url,
      "--symbol",
      "BNBUSDT",
      "--from",
      minutesAgo(60_000),
      "--out",
      path("old.csv"),
    );
    assert.equal(old.code, 2);
    assert.match(old.stderr, /no candles at .*: its minutes begin at 20/);

    const unknown = ["--symbol", "NOPEUSDT", "--out", path("unknown.csv")];
    const refused = await candles(...flags, ...unknown);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /refuses candles of NOPEUSDT: \d+/);
  });
});

/** Bitget's answers, as far as candles go. */
function exchange(
  options: {
    readonly isThere: (atMs: number) => boolean;
    readonly stumbles?: number;
  },
) {
  let stumbles = options.stumbles ?? 0;
  let requests = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (
    request,
  ) => {
    requests++;
    if (stumbles-- > 0) return new Response("busy", { status: 429 });
    const { searchParams } = new URL(request.url);
    const rows: string[][] = [];
    const end = Number(searchParams.get("endTime"));
    let at = Math.ceil(Number(searchParams.get("startTime")) / MINUTE) * MINUTE;
    for (; at < end; at += MINUTE) {
      const price = (600 + Math.sin(at / 1e7)).toFixed(2);
      if (!options.isThere(at)) continue;
      rows.push([String(at), price, price, price, price, "1", price]);
    }
    const data = rows.slice(-Number(searchParams.get("limit")));
    return Response.json({ code: "00000", msg: "success", data });
  });
  const { port } = server.addr;
  return {
    venue: new Venue({
      url: `http://127.0.0.1:${port}`,
      symbol: "BNBUSDT",
      rate: 1_000,
      retryMs: 1,
    }),
    requests: () => requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function orderOf(venue: Venue, out: string, gaps: "refuse" | "flat") {
  return {
    venue,
    out,
    gaps,
    nowMs: NOW,
    span: { fromMs: NOW - 40 * 86_400_000, toMs: NOW - 38 * 86_400_000 },
    onProgress: () => Promise.resolve(),
  };
}

Deno.test("download() keeps what lies before a gap, and fills it when told", async () => {
  const gapMs = Math.floor((NOW - 39 * 86_400_000) / MINUTE) * MINUTE;
  await using server = exchange({
    isThere: (atMs) => atMs < gapMs || atMs >= gapMs + 3 * MINUTE,
  });
  await withDirectory(async (path) => {
    const { venue } = server;
    const out = path("gap.csv");
    await assert.rejects(
      download(orderOf(venue, out, "refuse")),
      /3 minutes are missing from 2026-10-14T12:00Z/,
    );
    const kept = await readCandleFile(out);
    assert.equal(kept.candles.openTimeMs.at(-1), gapMs - MINUTE);
    const done = await download(orderOf(venue, out, "flat"));
    assert.equal(done.filled, 3);
    assert.equal(done.resumed, kept.candles.length);
    const { candles: all } = await readCandleFile(out);
    assert.equal(all.length, 2 * 1_440);
    assert.equal(done.minutes, all.length);
  });
});

Deno.test("download() tries again where the exchange is busy, and gives up", async () => {
  await withDirectory(async (path) => {
    {
      await using server = exchange({ isThere: () => true, stumbles: 3 });
      const order = orderOf(server.venue, path("busy.csv"), "refuse");
      assert.equal((await download(order)).minutes, 2_880);
    }
    await using server = exchange({ isThere: () => true, stumbles: 99 });
    const order = orderOf(server.venue, path("down.csv"), "refuse");
    await assert.rejects(download(order), /after 6 tries: status 429/);
    assert.equal(server.requests(), 6);
  });
});

Deno.test("download() refuses to continue what is no part of it", async () => {
  await using server = exchange({ isThere: () => true });
  await withDirectory(async (path) => {
    const out = path("x.csv");
    const order = orderOf(server.venue, out, "refuse");
    await Deno.writeTextFile(out, "time,price\n1,2\n");
    await assert.rejects(
      download(order),
      /line 1, field open_time_ms: the header/,
    );
    await Deno.writeTextFile(
      out,
      "open_time_ms,open,high,low,close,volume\n0,1,1,1,1,1\n",
    );
    await assert.rejects(download(order), /begins at 1970-01-01T00:00Z/);
  });
});

Deno.test("downloadFunding() says what the exchange does not remember", async () => {
  await using paper = await PaperProcess.start(["--paused"]);
  const settle = { symbol: "BNBUSDT", rate: "0.0002", settle: true };
  await paper.control("funding", settle);
  const venue = new Venue({ url: paper.url, symbol: "BNBUSDT", rate: 20 });
  const nowMs = Date.now() + MINUTE;
  const { csv, count, warning } = await downloadFunding(venue, {
    fromMs: nowMs - 60 * 86_400_000,
    toMs: nowMs,
  });
  // A month's, three a day, and the one settled here.
  assert.ok(count > 90 && count < 100, String(count));
  assert.match(csv, /^at_ms,rate\n(\d{13},0\.0001\n)+\d{13},0\.0002\n$/);
  assert.match(warning ?? "", /Funding is known from .* on only/);
});

const REFUSED: readonly (readonly [string[], RegExp])[] = [
  [["--from", "2025-07-01", "--out", "x"], /without --symbol/],
  [["--symbol", "BNB USDT", "--from", "2025-07-01", "--out", "x"], /--symbol/],
  [["--symbol", "BNBUSDT", "--out", "x"], /without --from/],
  [["--symbol", "BNBUSDT", "--from", "July", "--out", "x"], /--from July/],
  [["--symbol", "BNBUSDT", "--from", "2099-01-01", "--out", "x"], /before/],
  [["--symbol", "BNBUSDT", "--from", "2025-07-01"], /without --out/],
  [
    ["--symbol", "B1USDT", "--from", "2025-07-01", "--out", "x", "--url", "x"],
    /--url x/,
  ],
  [
    [
      "--symbol",
      "B1USDT",
      "--from",
      "2025-07-01",
      "--out",
      "x",
      "--rate",
      "50",
    ],
    /--rate 50: .*at most 20/,
  ],
  [
    ["--symbol", "B1USDT", "--from", "2025-07-02", "--to", "2025-07-01"],
    /before --to/,
  ],
];

Deno.test("parseCandlesOptions() names the flag that is wrong", () => {
  for (const [args, message] of REFUSED) {
    assert.throws(() => parseCandlesOptions(args, NOW), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
  const options = parseCandlesOptions([
    "--symbol",
    "bnb/usdt:usdt",
    "--from",
    "2025-07-01",
    "--to",
    "2025-07-01T12:30",
    "--out",
    "x",
  ], NOW);
  assert.ok(options !== "help");
  assert.equal(options.symbol, "BNBUSDT");
  assert.equal(options.toMs - options.fromMs, 750 * MINUTE);
});

Deno.test("drawBar() says share, count and time left", () => {
  assert.equal(
    drawBar(500, 2_000, { unit: "minutes", secondsLeft: 11.2 }),
    "[████████······················]  25 %  500 of 2,000 minutes  12 s left",
  );
});
