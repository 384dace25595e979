/**
 * `deno task dev`: what `deno task start` does, and parts built or started anew
 * as their sources change.
 *
 * @module
 */
import { runStart } from "./start/main.ts";
import { watchSources } from "./start/watch.ts";

if (import.meta.main) Deno.exit(await runStart(Deno.args, watchSources));
