/** Which bots are ours: claim, lease, fence, drain. @module */
export * from "./account_pool.ts";
export * from "./bot_fault.ts";
export * from "./bot_runner.ts";
export * from "./clock.ts";
export * from "./feed_pool.ts";
export * from "./lease.ts";
export * from "./supervisor.ts";
