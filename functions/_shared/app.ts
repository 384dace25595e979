/**
 * What all functions share: where they are mounted, whom they let in, how they
 * refuse. A function adds its routes and nothing else.
 *
 * @module
 */
import type { Log } from "@core/model/log.ts";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { methodNotAllowed } from "hono/method-not-allowed";
import { Authenticator, type AuthStrength, type Caller } from "./auth.ts";
import { type Environment, EnvironmentError } from "./env.ts";
import { ApiError } from "./errors.ts";
import { createLog } from "./log.ts";
import { addressOf, type LimitedAction, RateLimiter } from "./rate_limit.ts";

/** What handlers find in their context. */
export interface AppEnv {
  Variables: {
    env: Environment;
    log: Log;
    services: Services;
    /** Set behind {@linkcode requireUser}. */
    caller: Caller;
  };
}

/** A function's app. */
export type App = Hono<AppEnv>;

interface Services {
  readonly authenticator: Authenticator;
  readonly limiter: RateLimiter;
}

/** How a function is made. */
export interface AppOptions {
  /** The function's slug: it sees its requests as `/NAME/…`. */
  readonly name: string;
  /** Called at the first request; may throw {@linkcode EnvironmentError}. */
  readonly environment: () => Environment;
  /** Bytes of the largest body, 64 KiB without. */
  readonly bodyBytesMax?: number;
}

const BODY_BYTES_MAX = 64 * 1024;

/** Returns an app without routes that already answers everything it must. */
export function createApp(options: AppOptions): App {
  const app: App = new Hono<AppEnv>().basePath(`/${options.name}`);
  let services: Services | undefined;
  app.onError((error, c) => answerError(error, c, options.name));
  app.notFound((c) => answerError(new ApiError("not_found"), c, options.name));
  app.use("*", async (c, next) => {
    const requestId = crypto.randomUUID();
    c.set("log", createLog({ function: options.name, requestId }));
    c.header("x-request-id", requestId);
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
    const env = options.environment();
    services ??= {
      authenticator: new Authenticator(env),
      limiter: new RateLimiter(env),
    };
    c.set("env", env);
    c.set("services", services);
    await next();
  });
  app.use("*", corsOf());
  app.use(
    "*",
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header("allow", methods.join(", "));
        return answerError(
          new ApiError("method_not_allowed"),
          c,
          options.name,
        );
      },
    }),
  );
  app.use(
    "*",
    bodyLimit({
      maxSize: options.bodyBytesMax ?? BODY_BYTES_MAX,
      onError: () => {
        throw new ApiError("body_too_large");
      },
    }),
  );
  return app;
}

/** Lets in who is signed in and calls not too often. */
export function requireUser(
  action: LimitedAction,
  strength: AuthStrength = "claims",
): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (c, next) => {
    const { authenticator, limiter } = c.var.services;
    const address = addressOf(c);
    let caller: Caller;
    try {
      caller = await authenticator.identify(
        c.req.header("authorization"),
        strength,
      );
    } catch (error) {
      await limiter.take({ userId: null, address }, action);
      throw error;
    }
    await limiter.take({ userId: caller.id, address }, action);
    c.set("caller", caller);
    c.set("log", c.var.log.with({ userId: caller.id }));
    await next();
  });
}

/** Answers pages of the allowed origins; there are no cookies, so no credentials. */
function corsOf(): MiddlewareHandler<AppEnv> {
  return cors({
    origin: (origin, c: Context<AppEnv>) =>
      c.var.env.allowedOrigins.includes(origin) ? origin : null,
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    allowHeaders: ["authorization", "apikey", "content-type", "x-client-info"],
    exposeHeaders: ["x-request-id", "retry-after"],
    maxAge: 600,
  });
}

function answerError(
  error: unknown,
  c: Context<AppEnv>,
  name: string,
): Response {
  const refusal = error instanceof ApiError
    ? error
    : new ApiError("internal", { cause: error });
  const log = c.var.log ?? createLog({ function: name });
  if (refusal.status >= 500) {
    log.error(
      error instanceof EnvironmentError
        ? "environment_invalid"
        : "request_failed",
      { ...describeRequest(c), error: refusal.code, ...causeOf(refusal) },
    );
  } else {
    log.info("request_refused", { ...describeRequest(c), error: refusal.code });
  }
  if (refusal.retryAfterSeconds !== null) {
    c.header("retry-after", String(refusal.retryAfterSeconds));
  }
  return c.json(refusal.toBody(), refusal.status);
}

function describeRequest(c: Context<AppEnv>): Record<string, string> {
  return { method: c.req.method, path: c.req.path };
}

/** The cause's own text: ours, or a library's that never saw a credential. */
function causeOf(error: ApiError): Record<string, string> {
  return error.cause instanceof Error
    ? { cause: `${error.cause.name}: ${error.cause.message}` }
    : {};
}
