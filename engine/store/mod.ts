/** Rows the engine reads and writes, on Postgres. @module */
export * from "./batch_writer.ts";
export * from "./bot_queue.ts";
export * from "./claim.ts";
export * from "./database.ts";
export * from "./engine_session.ts";
export * from "./errors.ts";
export * from "./find_traded_markets.ts";
export * from "./history_keeper.ts";
export * from "./intent_writer.ts";
export * from "./listen_bots.ts";
export * from "./load_exchange_key.ts";
export * from "./lock_key.ts";
export * from "./metrics_writer.ts";
export * from "./port.ts";
export * from "./postgres_bot_store.ts";
export * from "./read_schema_epoch.ts";
export type { EngineIdentity } from "./register_engine.ts";
