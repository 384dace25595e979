/**
 * What `deno task dev` adds: when sources change, the part made of them is
 * built or started again. Which part that is, is decided by the path alone.
 *
 * @module
 */
import { relative } from "node:path";
import type { Log } from "@core/model/log.ts";
import { ROOT } from "./deno_program.ts";
import type { Platform } from "./platform.ts";

/** What has to be made anew. */
export type Part = "web" | "functions" | "engines" | "paper" | "all";

/** Editors write a file in several steps, and often several files. */
const SETTLE_MS = 150;
const FOLDERS = ["engine", "functions", "supabase", "web"];

/**
 * Names the parts made of a file.
 *
 * @param path Relative to the project's root.
 * @returns None for what nothing running is made of; `all` for what only a new
 * start takes up.
 */
export function partsMadeOf(path: string): readonly Part[] {
  if (!/\.(tsx?|css|html|svg|sql|json)$/.test(path)) return [];
  if (/_test\.tsx?$|\/(testing|testdata|e2e|bench|dist)\//.test(path)) {
    return [];
  }
  if (path.startsWith("supabase/migrations/")) return ["all"];
  if (path.startsWith("supabase/local/")) return ["all"];
  if (path.startsWith("engine/core/")) {
    return ["web", "functions", "engines", "paper"];
  }
  if (path === "supabase/database_types.ts") return ["web", "engines"];
  if (path.startsWith("engine/paper/")) return ["paper"];
  if (path.startsWith("engine/vault/")) return ["functions", "engines"];
  if (path.startsWith("engine/")) return ["engines"];
  if (path.startsWith("functions/")) return ["functions"];
  if (path.startsWith("web/")) return ["web"];
  return [];
}

/** Watches the sources until disposed. */
export function watchSources(
  platform: Platform,
  options: { readonly log: Log; readonly tell: (sentence: string) => void },
): Disposable {
  const watcher = Deno.watchFs(FOLDERS.map((folder) => ROOT + folder));
  const pending = new Set<Part>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let queue: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    const parts = [...pending];
    pending.clear();
    for (const part of parts) await renewPart(platform, part, options.tell);
  };
  const watch = async (): Promise<void> => {
    for await (const event of watcher) {
      if (event.kind === "access") continue;
      for (const path of event.paths) {
        for (const part of partsMadeOf(relative(ROOT, path))) pending.add(part);
      }
      clearTimeout(timer);
      timer = setTimeout(() => {
        queue = queue.then(renew).catch((error) =>
          options.log.error("renewal_failed", { error })
        );
      }, SETTLE_MS);
    }
  };
  watch().catch((error) => options.log.error("watch_failed", { error }));
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

async function renewPart(
  platform: Platform,
  part: Part,
  tell: (sentence: string) => void,
): Promise<void> {
  const { stack, engines, paper } = platform.parts;
  switch (part) {
    case "web":
      await platform.rebuildWeb();
      return tell("The web app is built anew: reload the page");
    case "functions":
      await stack.functions.restart();
      return tell("The functions start anew with their next request");
    case "engines":
      await Promise.all(engines.keepers.map((keeper) => keeper.restart()));
      return tell("The engines start anew");
    case "paper":
      await paper.keeper.restart();
      return tell("The paper exchange starts anew");
    case "all":
      return tell("This change is taken up by the next start: Ctrl-C, start");
  }
}
