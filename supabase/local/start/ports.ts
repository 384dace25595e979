/** Whether the ports asked for are to be had. @module */
import type { Ports } from "./options.ts";
import { StartFailure } from "./failure.ts";

/** @throws {StartFailure} Naming the flag of the first port in use. */
export function assertPortsFree(ports: Ports): void {
  for (const [name, port] of Object.entries(ports)) {
    if (port === 0) continue;
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) {
        throw new StartFailure(
          `Port ${port} is in use: name another with --port-${name} (0: any free one)`,
        );
      }
      if (error instanceof Deno.errors.PermissionDenied) {
        throw new StartFailure(
          `Port ${port} needs more rights: name another with --port-${name}`,
        );
      }
      throw error;
    }
  }
}
