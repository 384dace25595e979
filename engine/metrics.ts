import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Seconds; the goals of design.md §12 lie on the edges. */
const REACTION_BUCKETS = [
  0.001,
  0.002,
  0.004,
  0.008,
  0.016,
  0.04,
  0.1,
  0.25,
  1,
  4,
];
const DELAY_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
/** The loop is asked this often how late it is, ms. */
const DELAY_PROBE_MS = 20;

/** What gauges read when they are scraped. */
export interface MetricsSources {
  readonly bots: () => number;
  readonly accounts: () => number;
  /** Left to other engines for want of a socket. */
  readonly accountsRefused: () => number;
  /** Open to exchanges. */
  readonly sockets: () => number;
  readonly leaseValid: () => boolean;
  readonly backlogRows: () => number;
}

/** Everything an engine counts. */
export interface EngineMetrics {
  readonly registry: Registry;
  readonly eventLoopDelay: Histogram;
  readonly reaction: Histogram;
  readonly intent: Histogram;
  readonly orders: Counter<"outcome">;
  readonly cancels: Counter<"outcome">;
  readonly fills: Counter;
  readonly rowsWritten: Counter<"kind">;
  readonly writeSeconds: Histogram<"kind">;
  readonly unhandled: Counter;
}

/** Creates the metrics of one engine, in a registry of their own. */
export function createMetrics(sources: MetricsSources): EngineMetrics {
  const registry = new Registry();
  const registers = [registry];
  addGauges(registry, sources);
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, buckets, registers });
  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
  ) => new Counter({ name, help, labelNames, registers });
  return {
    registry,
    eventLoopDelay: histogram(
      "trellis_event_loop_delay_seconds",
      "How late a timer of the main loop fires",
      DELAY_BUCKETS,
    ),
    reaction: histogram(
      "trellis_reaction_seconds",
      "Fill push received to the next order handed to the exchange client",
      REACTION_BUCKETS,
    ),
    intent: histogram(
      "trellis_intent_seconds",
      "Committing intents",
      REACTION_BUCKETS,
    ),
    orders: counter(
      "trellis_orders_total",
      "Orders handed to the exchange, by outcome",
      ["outcome"],
    ),
    cancels: counter(
      "trellis_cancels_total",
      "Cancellations, by outcome",
      ["outcome"],
    ),
    fills: counter("trellis_fills_total", "Fills pushed by exchanges", []),
    rowsWritten: counter(
      "trellis_store_rows_total",
      "Facts written, by kind",
      ["kind"],
    ),
    writeSeconds: new Histogram({
      name: "trellis_store_write_seconds",
      help: "One batch statement, by kind",
      labelNames: ["kind"],
      buckets: REACTION_BUCKETS,
      registers,
    }),
    unhandled: counter(
      "trellis_unhandled_errors_total",
      "Errors nobody caught: faults of ours",
      [],
    ),
  };
}

function addGauges(registry: Registry, sources: MetricsSources): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge("trellis_bots", "Bots this engine holds", sources.bots);
  gauge("trellis_accounts", "Accounts this engine holds", sources.accounts);
  gauge(
    "trellis_accounts_refused",
    "Accounts left to other engines: no socket to the exchange is left here",
    sources.accountsRefused,
  );
  gauge(
    "trellis_exchange_sockets",
    "Sockets open to exchanges",
    sources.sockets,
  );
  gauge(
    "trellis_lease_valid",
    "1 while orders may be placed",
    () => sources.leaseValid() ? 1 : 0,
  );
  gauge(
    "trellis_store_backlog_rows",
    "Facts not durable yet",
    sources.backlogRows,
  );
  gauge(
    "trellis_resident_memory_bytes",
    "Resident memory",
    () => Deno.memoryUsage().rss,
  );
}

/** Measures the event loop's delay until disposed. */
export function probeEventLoop(metrics: EngineMetrics): Disposable {
  let expectedAtMs = performance.now() + DELAY_PROBE_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    metrics.eventLoopDelay.observe(Math.max(0, nowMs - expectedAtMs) / 1_000);
    expectedAtMs = nowMs + DELAY_PROBE_MS;
  }, DELAY_PROBE_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
