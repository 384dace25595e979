/**
 * What a failed statement means. Postgres codes:
 * https://www.postgresql.org/docs/17/errcodes-appendix.html
 *
 * @module
 */
import { AssertionError } from "@core/mod.ts";
import postgres from "postgres";
import { z } from "zod";
import { FencedError } from "./port.ts";

/**
 * Code classes that the same rows will meet again: 22 data exception, 23
 * constraint, 42 syntax or privilege, P0 raised by a function. Everything
 * else (a lost connection, a deadlock, a restart) may pass with time.
 */
const PERMANENT_CLASSES = new Set(["22", "23", "42", "P0"]);

/** Rows the database refuses, or a database that stays away. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  /** The Postgres code, or the client library's (`CONNECTION_CLOSED`). */
  readonly code: string;

  constructor(message: string, options: { code: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}

/**
 * Tells whether the same statement may succeed later. A fenced bot and a
 * mistake of ours do not get better by waiting; whatever the network or the
 * server does to us may.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) {
    return !PERMANENT_CLASSES.has(error.code.slice(0, 2));
  }
  return !(error instanceof FencedError || error instanceof StoreError ||
    error instanceof TypeError || error instanceof RangeError ||
    error instanceof ReferenceError ||
    error instanceof AssertionError || error instanceof z.ZodError ||
    codeOf(error) === "CONNECTION_ENDED");
}

/** Returns the error's code, `unknown` where it carries none. */
export function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "unknown";
  return "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown";
}

/** Returns the error's text without its statement and parameters. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** How {@linkcode withRetry} goes on. */
export interface RetryOptions {
  /** Tries in all, ≥ 1. */
  readonly attempts: number;
  /** Wait before the second try, ms; doubles, with up to half added at random. */
  readonly firstDelayMs: number;
  /** Longest wait, ms. */
  readonly maxDelayMs: number;
  readonly signal?: AbortSignal;
  readonly random?: () => number;
  readonly onRetry?: (error: unknown, attempt: number) => void;
}

/**
 * Runs an idempotent statement again while its failures are transient.
 *
 * @throws The permanent error at once, or the last transient one.
 */
export async function withRetry<T>(
  run: () => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  for (let attempt = 1;; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= options.attempts || !isTransient(error)) throw error;
      if (options.signal?.aborted === true) throw error;
      options.onRetry?.(error, attempt);
      const random = (options.random ?? Math.random)();
      const delayMs = Math.min(
        options.maxDelayMs,
        options.firstDelayMs * 2 ** Math.min(attempt - 1, 20),
      ) * (1 + random / 2);
      await pause(delayMs, options.signal);
    }
  }
}

/** Resolves after `ms`, or at once when the signal fires. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
