/**
 * The data directory: one start at a time, and what a start keeps in it.
 *
 * | file | what |
 * |---|---|
 * | `lock` | locked while a start runs; names its pid |
 * | `secrets.json` | keys and passwords of this installation, for its owner only |
 * | `processes.json` | the processes of the last start, to end what it left |
 * | `db_is_elsewhere` | names where Postgres is when it cannot be here (postgres/place.ts) |
 * | `db/`, `paper/`, `web/`, `logs/` | Postgres, the paper exchange's books, the built app, logs |
 *
 * @module
 */
import { join } from "node:path";
import { StartFailure } from "./failure.ts";

/** An opened data directory; disposing lets the next start in. */
export interface DataDirectory extends Disposable {
  /** Absolute path of something inside. */
  path(...parts: string[]): string;
}

/**
 * Makes the directory and locks it. The lock is the system's: it goes with this
 * process, however it ends.
 *
 * @throws {StartFailure} While another start runs on it, or when it is not ours.
 */
export async function openDataDirectory(
  directory: string,
): Promise<DataDirectory> {
  const path = (...parts: string[]): string => join(directory, ...parts);
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(directory, { recursive: true, mode: 0o711 });
    file = await Deno.open(path("lock"), {
      read: true,
      write: true,
      create: true,
      mode: 0o600,
    });
    await Deno.mkdir(path("logs"), { recursive: true, mode: 0o700 });
  } catch (error) {
    // Not allowed, a file, no such disk, read-only, full: the system says which.
    const why = error instanceof Error ? error.message : String(error);
    throw new StartFailure(
      `Cannot use ${directory} as data directory: ${why}: name another with --data`,
    );
  }
  if (!(await file.tryLock(true))) {
    const pid = (await Deno.readTextFile(path("lock"))).trim();
    file.close();
    throw new StartFailure(
      `Another start (pid ${pid}) uses ${directory}: end it first, or name another directory with --data`,
    );
  }
  const uid = await ownerOf(path("secrets.json"));
  if (uid !== null && uid !== Deno.uid()) {
    // Root may open it all the same, and would leave its owner files it cannot.
    file.close();
    throw new StartFailure(
      `${directory} belongs to another user (uid ${uid}): start as that user, or name another directory with --data`,
    );
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  return { path, [Symbol.dispose]: () => file.close() };
}

/** Returns whose a file is; null where there is none, or no such thing. */
async function ownerOf(file: string): Promise<number | null> {
  const info = await Deno.stat(file).catch(() => null);
  return info === null ? null : info.uid;
}
