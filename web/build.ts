import { build } from "vite";
import config from "./vite.config.ts";

/**
 * Builds the web app into a folder: about half a second. What is built knows
 * no host: it reads `/config.json` when it starts.
 *
 * @param options.outDir Absolute path; emptied first.
 */
export async function buildWeb(
  options: { readonly outDir: string },
): Promise<void> {
  await build({
    ...config,
    configFile: false,
    logLevel: "warn",
    build: { ...config.build, outDir: options.outDir },
  });
}
