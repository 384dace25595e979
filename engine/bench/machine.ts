/** Where the bench runs, and what else runs there. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Load averages over 1, 5, 15 minutes, before the bench began. */
  readonly load: readonly number[];
  readonly deno: string;
  readonly system: string;
  /** ISO, UTC. */
  readonly at: string;
}

/** Describes this machine at this moment. */
export async function describeMachine(): Promise<Machine> {
  const cpu = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  return {
    processor: /model name\s*: (.*)/.exec(cpu)?.[1] ?? Deno.build.arch,
    cores: navigator.hardwareConcurrency,
    memoryGb: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    load: Deno.loadavg(),
    deno: Deno.version.deno,
    system: `${Deno.build.os} ${Deno.osRelease()}`,
    at: new Date().toISOString(),
  };
}

/** Returns the machine in one line. */
export function formatMachine(machine: Machine): string {
  const { processor, cores, memoryGb, load, deno, system, at } = machine;
  const loads = load.map((value) => value.toFixed(2)).join(" ");
  return `${processor}, ${cores} cores, ${memoryGb} GB, ${system}; Deno ${deno}; ` +
    `load ${loads}; ${at}`;
}
