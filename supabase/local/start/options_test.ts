import assert from "node:assert/strict";
import { parseStartOptions, UsageError } from "./options.ts";

const HERE = import.meta.dirname ?? "";

Deno.test("parseStartOptions() has the defaults of design.md §11", () => {
  assert.deepEqual(parseStartOptions([], "/project"), {
    json: false,
    data: "/project/.trellis",
    prices: "synthetic:1",
    speed: 60,
    engines: 1,
    ports: { web: 8080, api: 54321, db: 54322, paper: 54330 },
  });
});

Deno.test("parseStartOptions() reads every flag, with a blank or an equals sign", () => {
  const options = parseStartOptions([
    "--json",
    "--data=data",
    "--prices",
    "csv:options_test.ts",
    "--speed",
    "0.5",
    "--engines=3",
    "--port-web",
    "0",
    "--port-api",
    "0",
    "--port-db",
    "1",
    "--port-paper",
    "65535",
  ], HERE);
  assert.deepEqual(options, {
    json: true,
    data: `${HERE}/data`,
    prices: `csv:${HERE}/options_test.ts`,
    speed: 0.5,
    engines: 3,
    ports: { web: 0, api: 0, db: 1, paper: 65_535 },
  });
});

Deno.test("parseStartOptions() takes synthetic prices by seed and live ones", () => {
  for (const prices of ["synthetic:7", "bitget"]) {
    const options = parseStartOptions(["--prices", prices], HERE);
    assert.ok(options !== "help");
    assert.equal(options.prices, prices);
  }
});

Deno.test("parseStartOptions() puts help above everything", () => {
  assert.equal(parseStartOptions(["--bogus", "--help"], HERE), "help");
});

Deno.test("parseStartOptions() refuses what it cannot use and names the flag", () => {
  const cases: [string[], RegExp][] = [
    [["--bogus"], /Unknown flag --bogus/],
    [["start"], /Unknown flag start/],
    [["--data"], /--data needs a value/],
    [["--data", "--json"], /--data needs a value/],
    [["--data="], /--data needs a directory/],
    [["--data", "a,b"], /--data must be a path without a comma/],
    [["--prices", "random"], /--prices must be/],
    [["--prices", "csv:not-there.csv"], /not there/],
    [["--prices", "csv:not-there.csv/x"], /not there/],
    [["--prices", "csv:."], /is a folder/],
    [["--prices", "csv:/dev/null"], /is none/],
    [["--prices", "csv:"], /--prices must be/],
    [["--prices", "synthetic:x"], /--prices synthetic:SEED must be/],
    [["--speed", "0"], /--speed must be/],
    [["--speed", "-1"], /--speed must be/],
    [["--speed", "fast"], /--speed must be/],
    [["--speed", "Infinity"], /--speed must be/],
    [["--engines", "1.5"], /--engines must be/],
    [["--engines", "99"], /--engines must be/],
    [["--port-web", "65536"], /--port-web must be/],
    [["--port-web", "http"], /--port-web must be/],
    [["--port-web", "1", "--port-db", "1"], /both 1/],
    [["--speed", "1", "--speed", "2"], /twice/],
  ];
  for (const [args, text] of cases) {
    assert.throws(
      () => parseStartOptions(args, HERE),
      (error) => error instanceof UsageError && text.test(error.message),
      args.join(" "),
    );
  }
});
