import type { Condition } from "@core/mod.ts";
import type { BotEvent } from "@engine/store/port.ts";

/**
 * Turns lasting conditions into log lines: one when a condition appears, one
 * when it is over, none while it lasts.
 */
export class Conditions {
  #present = new Map<string, Condition>();

  /** What is the matter now, the worst first. */
  get present(): readonly Condition[] {
    const rank = { error: 0, warning: 1, info: 2 };
    return [...this.#present.values()]
      .toSorted((a, b) => rank[a.level] - rank[b.level]);
  }

  /** Replaces what is the matter. @returns The lines to be logged. */
  update(conditions: readonly Condition[]): BotEvent[] {
    const next = new Map(conditions.map((c) => [keyOf(c), c]));
    const events: BotEvent[] = [];
    for (const [key, condition] of next) {
      if (this.#present.has(key)) continue;
      const { level, code, message, positionSide } = condition;
      events.push({ level, code, message, data: { positionSide } });
    }
    for (const [key, condition] of this.#present) {
      if (next.has(key)) continue;
      const { code, positionSide } = condition;
      const leg = positionSide === null ? "" : ` on the ${positionSide} leg`;
      events.push({
        level: "info",
        code: `${code}_over`,
        message: `Over${leg}: ${condition.message}`,
        data: { positionSide },
      });
    }
    this.#present = next;
    return events;
  }
}

function keyOf({ code, positionSide }: Condition): string {
  return `${code}:${positionSide ?? ""}`;
}
