/**
 * Where a user's webhook may lead. The address he typed is data: without rules
 * it would let him knock at whatever the function's network can reach.
 *
 * - https, port 443 or 8443, a host name with a dot, no IP, no credentials;
 * - every address the name resolves to is public;
 * - the connection goes to the very address that was checked, so that a name
 *   that resolves differently a moment later changes nothing;
 * - nothing follows a redirect (post.ts).
 *
 * @module
 */
import { BlockList, isIP } from "node:net";

/** A place a message may be sent to: checked, and pinned to one address. */
export interface Target {
  readonly url: URL;
  readonly hostname: string;
  readonly port: number;
  /** What is connected to. */
  readonly address: string;
  readonly isTls: boolean;
}

/** The target is not allowed; says which rule, never what was found. */
export class TargetError extends Error {
  override readonly name = "TargetError";
}

/** Resolves a host name to all its addresses. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

const PORTS = [443, 8443];
const URL_LENGTH_MAX = 500;
/** Names that mean this machine or its neighbours. */
const PRIVATE_NAMES =
  /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|arpa)$/;

const PRIVATE_IPV4 = new BlockList();
for (
  const [net, prefix] of [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 4],
    ["240.0.0.0", 4],
  ] as const
) PRIVATE_IPV4.addSubnet(net, prefix, "ipv4");

/** Only global unicast is public, less what carries IPv4 or is for books. */
const GLOBAL_IPV6 = new BlockList();
GLOBAL_IPV6.addSubnet("2000::", 3, "ipv6");
const SPECIAL_IPV6 = new BlockList();
for (
  const [net, prefix] of [
    ["2001::", 23],
    ["2001:db8::", 32],
    ["2002::", 16],
    ["3fff::", 20],
  ] as const
) SPECIAL_IPV6.addSubnet(net, prefix, "ipv6");

/** Tells whether an address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !PRIVATE_IPV4.check(address, "ipv4");
    case 6:
      return GLOBAL_IPV6.check(address, "ipv6") &&
        !SPECIAL_IPV6.check(address, "ipv6");
    default:
      return false;
  }
}

/** Asks the resolver for both kinds of addresses. */
export async function resolveName(
  hostname: string,
): Promise<readonly string[]> {
  const answers = await Promise.allSettled([
    Deno.resolveDns(hostname, "A"),
    Deno.resolveDns(hostname, "AAAA"),
  ]);
  return answers.flatMap((answer) =>
    answer.status === "fulfilled" ? answer.value : []
  );
}

/**
 * Checks where a URL leads and pins it.
 *
 * @param options.allowsLocal This machine is allowed as well, without TLS and
 * on any port: the local stack's tests and demonstrations.
 * @throws {TargetError} If it may not be used.
 */
export async function checkTarget(
  text: string,
  options: { readonly allowsLocal: boolean; readonly resolve?: Resolve },
): Promise<Target> {
  const url = parseUrl(text);
  const { hostname } = url;
  const isTls = url.protocol === "https:";
  const port = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
  if (
    options.allowsLocal &&
    (hostname === "127.0.0.1" || hostname === "localhost")
  ) {
    return { url, hostname, port, address: "127.0.0.1", isTls };
  }
  if (!isTls) throw new TargetError("A webhook needs https");
  if (!PORTS.includes(port)) {
    throw new TargetError("A webhook listens on port 443 or 8443");
  }
  const bare = hostname.replace(/^\[|\]$/g, "");
  if (
    isIP(bare) !== 0 || !hostname.includes(".") || hostname.endsWith(".") ||
    PRIVATE_NAMES.test(hostname)
  ) {
    throw new TargetError("A webhook needs a public host name, no IP address");
  }
  const addresses = await (options.resolve ?? resolveName)(hostname);
  const [address] = addresses;
  if (address === undefined) {
    throw new TargetError("The webhook's host name is not known");
  }
  if (!addresses.every(isPublicAddress)) {
    throw new TargetError(
      "The webhook's host name leads into a private network",
    );
  }
  return { url, hostname, port, address, isTls };
}

function parseUrl(text: string): URL {
  const url = text.length > URL_LENGTH_MAX ? null : URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TargetError("This is not a web address");
  }
  if (url.username !== "" || url.password !== "") {
    throw new TargetError(
      "A webhook's address carries no user name or password",
    );
  }
  return url;
}
