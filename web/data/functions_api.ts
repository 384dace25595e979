/**
 * The calls that change something. Every refusal comes back as an
 * {@linkcode ApiError} with a stable code and a sentence for the trader.
 *
 * @module
 */
import { FunctionsFetchError, FunctionsHttpError } from "@supabase/supabase-js";
import type { Client } from "./client.ts";
import {
  isRow,
  type OutsideRow,
  readText,
  readTextOrNull,
} from "./row_reader.ts";
import type { StopPolicy, Venue } from "./rows.ts";

/** A refusal, or a call that did not arrive (`offline`). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** Stable snake_case code of functions/_shared/errors.ts. */
  readonly code: string;
  /** The request's field it is about, when there is one. */
  readonly field: string | null;

  constructor(
    options: { code: string; message: string; field?: string | null },
  ) {
    super(options.message);
    this.code = options.code;
    this.field = options.field ?? null;
  }
}

/** What `POST /keys` takes. */
export interface KeyRequest {
  readonly label: string;
  readonly venue: Venue;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase: string;
  /** The key it shall replace: refused when it is of another account. */
  readonly replaces?: string;
}

/** What `POST /bots` takes. */
export interface BotRequest {
  readonly exchangeKeyId: string;
  readonly name: string;
  readonly symbol: string;
  readonly strategy: "as_grid" | "range_grid";
  readonly config: OutsideRow;
}

/** How a function is called. */
export type Method = "POST" | "PATCH" | "PUT" | "DELETE" | "GET";

/**
 * Calls a function as the signed-in user.
 *
 * @param path From the function's name on: `keys/paper`.
 * @returns The answer's object; outside data.
 * @throws {ApiError} A refusal, or `offline`.
 */
export async function callFunction(
  client: Client,
  method: Method,
  path: string,
  body?: Record<string, unknown>,
): Promise<OutsideRow> {
  const { data, error } = await client.functions.invoke(path, {
    method,
    ...(body === undefined ? {} : { body }),
  });
  if (error === null) return isRow(data) ? data : {};
  throw await toApiError(error);
}

/** The functions, called as the signed-in trader. */
export class FunctionsApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Connects a key. */
  async connectKey(request: KeyRequest): Promise<void> {
    await this.#call("POST", "keys", { ...request });
  }

  /** Opens a paper account with play money. */
  async openPaperAccount(): Promise<void> {
    await this.#call("POST", "keys/paper", {});
  }

  /** Revokes a key; refused while a bot runs on it. */
  async revokeKey(id: string): Promise<void> {
    await this.#call("DELETE", `keys/${id}`);
  }

  /** Asks what a configuration would do; the answer is outside data. */
  async previewBot(
    request: Omit<BotRequest, "name">,
  ): Promise<OutsideRow> {
    return await this.#call("POST", "bots/preview", { ...request });
  }

  /** Creates a bot, not yet started, and returns its id. */
  async createBot(request: BotRequest): Promise<string> {
    return readText(await this.#call("POST", "bots", { ...request }), "id");
  }

  /** Changes a bot's name and configuration, from the version that was seen. */
  async updateBot(
    id: string,
    change: {
      readonly name: string;
      readonly config: OutsideRow;
      readonly configVersion: number;
    },
  ): Promise<void> {
    await this.#call("PATCH", `bots/${id}`, { ...change });
  }

  /** Wants a bot running. */
  async startBot(id: string): Promise<void> {
    await this.#call("POST", `bots/${id}/start`, {});
  }

  /** Wants a bot stopped, its orders and positions left by this policy. */
  async stopBot(id: string, stopPolicy: StopPolicy): Promise<void> {
    await this.#call("POST", `bots/${id}/stop`, { stopPolicy });
  }

  /** Wants a bot's orders and positions gone. */
  async closeBot(id: string): Promise<void> {
    await this.#call("POST", `bots/${id}/close`, {});
  }

  async #call(
    method: Method,
    path: string,
    body?: Record<string, unknown>,
  ): Promise<OutsideRow> {
    return await callFunction(this.#client, method, path, body);
  }
}

/** The call left and no answer came: whether it was done, nobody here knows. */
function isLate(error: FunctionsFetchError): boolean {
  return error.context instanceof DOMException &&
    error.context.name === "TimeoutError";
}

/** Refusals in which nothing was done, whoever they come from. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  401: "unauthorized",
  413: "body_too_large",
  429: "rate_limited",
};

async function toApiError(error: unknown): Promise<ApiError> {
  if (
    error instanceof FunctionsHttpError && error.context instanceof Response
  ) {
    const answer: unknown = await error.context.json().catch(() => null);
    if (isRow(answer) && isRow(answer.error)) {
      return new ApiError({
        code: readTextOrNull(answer.error, "code") ?? "internal",
        message: readTextOrNull(answer.error, "message") ?? "",
        field: readTextOrNull(answer.error, "field"),
      });
    }
    // Not our function's words: whoever stands before it has answered.
    const code = CODE_OF_STATUS[error.context.status];
    if (code !== undefined) return new ApiError({ code, message: "" });
  }
  const code = !(error instanceof FunctionsFetchError)
    ? "internal"
    : isLate(error)
    ? "no_answer"
    : "offline";
  return new ApiError({ code, message: "" });
}
