/**
 * The floor: a program that does nothing but hear a fill on a private socket
 * and post an order, signed, to the same paper exchange. No engine can answer
 * sooner than it; what an engine takes longer is what its safety costs.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { PaperAccount } from "../paper/mod.ts";
import type { PaperProcess } from "./paper_process.ts";

const MAIN = fileURLToPath(new URL("./floor_main.ts", import.meta.url));

/** Where each account's two orders rest: outside of them both legs wait. */
export const FLOOR_LOW = 0.996;
/** See {@linkcode FLOOR_LOW}. */
export const FLOOR_HIGH = 1.004;

/** One account of the floor. */
export interface FloorAccount extends PaperAccount {
  readonly venueSymbol: string;
}

/** A running floor; disposing kills it. */
export class FloorProcess implements AsyncDisposable {
  readonly accounts: readonly FloorAccount[];
  readonly #child: Deno.ChildProcess;
  readonly #paper: PaperProcess;
  readonly #isUp = new Map<string, boolean>();

  private constructor(
    paper: PaperProcess,
    accounts: readonly FloorAccount[],
  ) {
    this.#paper = paper;
    this.accounts = accounts;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", MAIN, paper.url, JSON.stringify(accounts)],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  }

  /** Opens an account a symbol, and waits until each rests its first order. */
  static async start(
    paper: PaperProcess,
    symbols: readonly string[],
  ): Promise<FloorProcess> {
    const accounts: FloorAccount[] = [];
    for (const venueSymbol of symbols) {
      accounts.push({ ...await paper.openAccount(), venueSymbol });
    }
    const floor = new FloorProcess(paper, accounts);
    const reader = floor.#child.stdout.getReader();
    const { done } = await reader.read();
    await reader.cancel();
    if (done) throw new Error("The floor has ended");
    return floor;
  }

  /** Moves the price so that the account's order fills. */
  async move(account: FloorAccount): Promise<void> {
    const isUp = this.#isUp.get(account.uid) ?? false;
    this.#isUp.set(account.uid, !isUp);
    const price = isUp ? FLOOR_HIGH * 1.001 : FLOOR_LOW * 0.999;
    await this.#paper.setPrice(account.venueSymbol, price);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}
