/**
 * `deno task candles`: past minutes of a perpetual into a file.
 *
 * @module
 */
import { ProgressBar } from "../progress_bar.ts";
import { print, runProgram, UsageError } from "../usage_error.ts";
import { download } from "./download.ts";
import { downloadFunding } from "./funding.ts";
import { HELP, parseCandlesOptions } from "./options.ts";
import { Venue } from "./venue.ts";

async function main(args: readonly string[]): Promise<void> {
  const nowMs = Date.now();
  const options = parseCandlesOptions(args, nowMs);
  if (options === "help") return await print(HELP);
  const { out, gaps, funding } = options;
  const venue = new Venue(options);
  const bar = new ProgressBar("minutes");
  const span = { fromMs: options.fromMs, toMs: options.toMs };
  try {
    const done = await download({
      venue,
      span,
      out,
      gaps,
      nowMs,
      onProgress: (count, total) => bar.show(count, total),
    });
    await bar.end();
    const words = [
      `${done.minutes} minutes in ${out}, no gap`,
      ...done.resumed > 0 ? [`${done.resumed} were there already`] : [],
      ...done.filled > 0 ? [`${done.filled} filled with the last close`] : [],
      ...done.quiet > 0 ? [`${done.quiet} without a trade`] : [],
    ];
    await print(`${words.join("; ")}\n`);
  } catch (error) {
    await bar.end();
    throw error;
  }
  if (funding === null) return;
  const { csv, count, warning } = await downloadFunding(venue, span);
  try {
    await Deno.writeTextFile(funding, csv);
  } catch (error) {
    throw new UsageError(`Cannot write --funding ${funding}: ${error}`);
  }
  await print(
    `${count} funding settlements in ${funding}${
      warning === null ? "" : `; ${warning}`
    }\n`,
  );
}

if (import.meta.main) await runProgram(() => main(Deno.args));
