/** `deno task start`: all of Trellis on this machine (`--help`). @module */
import { runStart } from "./start/main.ts";

if (import.meta.main) Deno.exit(await runStart(Deno.args));
