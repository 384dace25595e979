/**
 * Foul weather for the storm: one trouble at a time, beside the kills, drawn
 * from the storm's own dice.
 *
 * @module
 */
import type { FaultInput } from "../paper/faults.ts";
import type { Stage } from "./stage.ts";
import type { TcpProxy } from "./tcp_proxy.ts";

const ORDERS = "/order/";
/** What the exchange may suffer from for a moment. */
const ILLS: readonly FaultInput[] = [
  { kind: "throttle", probability: 0.3 },
  { kind: "server_error", path: ORDERS, probability: 0.5 },
  { kind: "server_error", path: ORDERS, accepts: true, probability: 0.5 },
  { kind: "accept_then_timeout", path: ORDERS, probability: 0.3 },
  { kind: "timeout", path: ORDERS, probability: 0.3 },
  { kind: "slow", delayMs: 2_000, probability: 0.5 },
  { kind: "drop_pushes", probability: 0.3 },
  { kind: "duplicate_pushes", probability: 0.5 },
  { kind: "delay_pushes", delayMs: 3_000, probability: 0.5 },
  { kind: "mute_pongs" },
  { kind: "refuse_sockets" },
];
const MOMENT_MS = 4_000;
/** Longer than a stale heartbeat. */
const SILENCE_MS = 13_000;

/** Makes one trouble and waits until it is over. @returns Its name. */
export async function suffer(
  stage: Stage,
  options: {
    readonly random: () => number;
    readonly cables: readonly TcpProxy[];
  },
): Promise<string> {
  const { random, cables } = options;
  const pick = <T>(list: readonly T[]): T | undefined =>
    list[Math.floor(random() * list.length)];
  const dice = random();
  if (dice < 0.15) {
    await stage.paper.kickSockets();
    return "sockets_kicked";
  }
  if (dice < 0.25) {
    await stage.paper.kill();
    await pause(random() * MOMENT_MS);
    await stage.paper.start();
    return "exchange_killed";
  }
  if (dice < 0.5) {
    const cable = pick(cables);
    const isSilent = random() < 0.3;
    if (isSilent) cable?.silence();
    else cable?.cut();
    await pause(isSilent ? SILENCE_MS : random() * MOMENT_MS);
    cable?.heal();
    return isSilent ? "cable_silent" : "cable_cut";
  }
  const ill = pick(ILLS);
  if (ill === undefined) return "none";
  await stage.paper.addFault(ill);
  await pause(random() * MOMENT_MS);
  await stage.paper.clearFaults();
  return ill.kind;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
