/**
 * Decides where a cluster lives, so that the account Postgres runs as can reach
 * it. Started by root, that account cannot pass folders like /root or one made
 * by `mktemp -d`: the cluster then moves below /var/lib/trellis, and so does a
 * copy of the Postgres programs where those cannot be reached.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import type { Account } from "../child.ts";
import { canReach, postgresAccount } from "./account.ts";
import {
  binariesIn,
  locateBinaries,
  type PostgresBinaries,
} from "./binaries.ts";

/** Where a cluster lives and what runs it. */
export interface PostgresPlace {
  readonly account: Account | undefined;
  readonly binaries: PostgresBinaries;
  /** The cluster's folder. */
  readonly directory: string;
}

/** Reachable for every account; only root ever falls back to it. */
const FALLBACK = "/var/lib/trellis";
/** In a data directory: where its cluster is. */
const NOTE = "db_is_elsewhere";
/** Beside a cluster: whose it is. */
const OWNER = "data_directory";

/**
 * Finds a place for the cluster of a data directory, which must exist.
 *
 * @param tell Called with a sentence when the cluster or the programs had to
 * go elsewhere.
 */
export async function placePostgres(
  dataDirectory: string,
  tell: (sentence: string) => void,
): Promise<PostgresPlace> {
  const account = await postgresAccount();
  return {
    account,
    binaries: await placeBinaries(account, tell),
    directory: await placeCluster(account, resolve(dataDirectory), tell),
  };
}

async function placeCluster(
  account: Account | undefined,
  dataDirectory: string,
  tell: (sentence: string) => void,
): Promise<string> {
  if (account === undefined) return join(dataDirectory, "db");
  // Passing through is enough; what is inside has modes of its own.
  await Deno.chmod(dataDirectory, 0o711);
  if (await canReach(account, dataDirectory)) return join(dataDirectory, "db");
  const hash = createHash("sha256").update(dataDirectory).digest("hex");
  const home = join(FALLBACK, hash.slice(0, 16));
  const note = join(dataDirectory, NOTE);
  // Without the note it is of a data directory of this name that is no more.
  if (!(await exists(note)) && await exists(home)) {
    await Deno.remove(home, { recursive: true });
  }
  await Deno.writeTextFile(note, `${home}\n`);
  await makeReachable(home);
  await Deno.writeTextFile(join(home, OWNER), dataDirectory);
  await sweep();
  tell(
    `The account Postgres runs as cannot enter ${dataDirectory}: its files are in ${home}/db`,
  );
  return join(home, "db");
}

/** Removes clusters whose data directory is no more. */
async function sweep(): Promise<void> {
  for await (const { name } of Deno.readDir(FALLBACK)) {
    const home = join(FALLBACK, name);
    const owner = join(home, OWNER);
    if (!(await exists(owner))) continue;
    const note = join(await Deno.readTextFile(owner), NOTE);
    const isRunning = await exists(join(home, "db", "postmaster.pid"));
    if (isRunning || await exists(note)) continue;
    await Deno.remove(home, { recursive: true });
  }
}

async function placeBinaries(
  account: Account | undefined,
  tell: (sentence: string) => void,
): Promise<PostgresBinaries> {
  const installed = locateBinaries();
  if (account === undefined) return installed;
  if (await canReach(account, installed.postgres)) return installed;
  const { mtime } = await Deno.stat(installed.postgres);
  const hash = createHash("sha256")
    .update(`${installed.root} ${mtime?.getTime()}`).digest("hex");
  const copy = binariesIn(join(FALLBACK, `postgres-${hash.slice(0, 16)}`));
  if (await canReach(account, copy.postgres)) return copy;
  await makeReachable(FALLBACK);
  await copyTree(installed.root, copy.root);
  tell(
    `The account Postgres runs as cannot enter ${installed.root}: a copy is in ${copy.root}`,
  );
  return copy;
}

async function makeReachable(directory: string): Promise<void> {
  await Deno.mkdir(directory, { recursive: true, mode: 0o711 });
  for (const path of new Set([dirname(directory), directory])) {
    if (path.startsWith(FALLBACK)) await Deno.chmod(path, 0o711);
  }
}

/** Copies a folder with its links; it appears at its place when complete. */
async function copyTree(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${crypto.randomUUID()}`;
  const { success, stderr } = await new Deno.Command("cp", {
    args: ["-a", from, unfinished],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  try {
    await Deno.rename(unfinished, to);
  } catch (error) {
    await Deno.remove(unfinished, { recursive: true });
    // Another start was faster: its copy is the same.
    if (!(await exists(to))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
