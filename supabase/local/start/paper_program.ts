/** The paper exchange of a start: a program of its own, kept running. @module */
import type { Log } from "@core/model/log.ts";
import { z } from "zod";
import { freePort } from "../free_port.ts";
import type { DataDirectory } from "./data_directory.ts";
import { type DenoProgram, startDenoProgram } from "./deno_program.ts";
import { Keeper } from "./keeper.ts";
import type { PriceSource } from "./options.ts";

/** A kept paper exchange. */
export interface PaperProgram extends AsyncDisposable {
  readonly keeper: Keeper<DenoProgram>;
  /** Base URL of its REST API; its sockets are at the same host. */
  readonly url: string;
}

/** Part of its command line. */
export const PAPER_ENTRY = "engine/paper/main.ts";
const RESTART_DELAY_MS = 2_000;
const STOP_TIMEOUT_MS = 5_000;
const readyLine = z.looseObject({ url: z.url() });

/** Starts the paper exchange; its books are in the data directory. */
export async function startPaperProgram(options: {
  readonly directory: DataDirectory;
  readonly prices: PriceSource;
  readonly speed: number;
  /** 0: any free one. */
  readonly port: number;
  readonly log: Log;
  readonly tell: (sentence: string) => void;
}): Promise<PaperProgram> {
  const { directory, prices, speed } = options;
  const books = directory.path("paper");
  await Deno.mkdir(books, { recursive: true, mode: 0o700 });
  // Fixed now, so that it comes back where it was.
  const port = options.port === 0 ? freePort() : options.port;
  const keeper = await Keeper.start({
    name: "paper",
    start: () =>
      startDenoProgram({
        name: "paper",
        permissions: paperPermissions({ books, prices, port }),
        entry: PAPER_ENTRY,
        args: [
          "--port",
          String(port),
          "--prices",
          prices,
          "--speed",
          String(speed),
          "--data",
          books,
          "--json",
        ],
        environment: {},
        logFile: directory.path("logs", "paper.log"),
        onTrouble: (line) => options.tell(`paper: ${line}`),
        stopTimeoutMs: STOP_TIMEOUT_MS,
      }),
    restartDelayMs: RESTART_DELAY_MS,
    log: options.log,
  });
  return {
    keeper,
    url: readyLine.parse(keeper.program.ready).url.replace(/\/$/, ""),
    [Symbol.asyncDispose]: () => keeper[Symbol.asyncDispose](),
  };
}

function paperPermissions(options: {
  readonly books: string;
  readonly prices: PriceSource;
  readonly port: number;
}): string[] {
  const { books, prices, port } = options;
  const readable = [books];
  if (prices.startsWith("csv:")) {
    readable.push(...prices.slice("csv:".length).split(","));
  }
  const hosts = [`127.0.0.1:${port}`];
  if (prices === "bitget") hosts.push("api.bitget.com", "ws.bitget.com");
  return [
    "--no-prompt",
    `--allow-net=${hosts.join(",")}`,
    `--allow-read=${readable.join(",")}`,
    `--allow-write=${books}`,
  ];
}
