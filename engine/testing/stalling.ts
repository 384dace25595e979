/** A process whose main loop stalls, for the test of the watchdog. @module */
import { startWatchdog } from "../watchdog.ts";

await startWatchdog(1_000);
Deno.stdout.writeSync(new TextEncoder().encode("stalling\n"));
for (;;);
