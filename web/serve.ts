/**
 * The web server of the local start, and the pattern for any other host: static
 * files, one `config.json`, the app's page for every other path, and headers
 * that let nothing in from elsewhere.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import type { RuntimeConfig } from "./data/runtime_config.ts";

export type { RuntimeConfig } from "./data/runtime_config.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** Returns the policy: this origin, Supabase and the exchanges, nothing inline. */
export function contentSecurityPolicy(config: RuntimeConfig): string {
  const { paper, bitget } = config.venues;
  const hosts = [
    config.supabaseUrl,
    config.supabaseUrl.replace(/^http/, "ws"),
    ...[paper, bitget].flatMap((v) => v === null ? [] : [v.rest, v.ws]),
  ].map((url) => new URL(url).origin);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "manifest-src 'self'",
    `connect-src 'self' ${[...new Set(hosts)].join(" ")}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * Returns the handler of the web origin.
 *
 * @param options.distDir What {@linkcode buildWeb} wrote.
 */
export function createWebHandler(
  options: { readonly distDir: string; readonly config: RuntimeConfig },
): (request: Request) => Promise<Response> {
  const headers = {
    "content-security-policy": contentSecurityPolicy(options.config),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
  };
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers });
    }
    const path = new URL(request.url).pathname;
    if (path === "/config.json") {
      return Response.json(options.config, {
        headers: { ...headers, "cache-control": "no-store" },
      });
    }
    return await serveFile(options.distDir, path, headers);
  };
}

async function serveFile(
  distDir: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const isFile = extname(path) !== "";
  const name = isFile ? normalize(path) : "/index.html";
  const bytes = await readFile(join(distDir, name)).catch(() => null);
  if (bytes === null) return new Response(null, { status: 404, headers });
  const isHashed = name.startsWith("/assets/");
  return new Response(new Uint8Array(bytes), {
    headers: {
      ...headers,
      "content-type": TYPES[extname(name)] ?? "application/octet-stream",
      "cache-control": isHashed
        ? "public, max-age=31536000, immutable"
        : "no-cache",
    },
  });
}
