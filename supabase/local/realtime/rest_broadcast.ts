/** Broadcasting over HTTP: `POST /realtime/v1/api/broadcast…`. @module */
import { z } from "zod";
import type { TopicAccess } from "./access.ts";
import {
  type Claims,
  type ClaimsVerifier,
  isApiKey,
  Refusal,
} from "./claims.ts";
import { jsonBroadcast } from "./frames.ts";
import type { Rooms } from "./rooms.ts";

/** What a request needs to be carried out. */
export interface RestBroadcastDeps {
  readonly claims: ClaimsVerifier;
  readonly access: TopicAccess;
  readonly rooms: Rooms;
}

const SINGLE = /\/broadcast\/([^/]+)\/events\/([^/]+)$/;

const batch = z.object({
  messages: z.array(z.object({
    topic: z.string(),
    event: z.string(),
    payload: z.unknown(),
    private: z.boolean().default(false),
  })),
});
type Message = z.infer<typeof batch>["messages"][number];

/**
 * Answers one request. What the caller may not send is dropped without a word
 * and still answered 202, as on the platform.
 */
export async function restBroadcast(
  request: Request,
  deps: RestBroadcastDeps,
): Promise<Response> {
  const key = deps.claims.ofKey(request.headers.get("apikey"));
  if (key === null) return refuse(401, "API key is missing");
  let claims: Claims;
  let messages: Message[];
  try {
    claims = await callerOf(request, deps.claims) ?? key;
    messages = await readMessages(request);
  } catch (error) {
    if (error instanceof Refusal) return refuse(401, error.message);
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      return refuse(422, "Cannot read messages");
    }
    throw error;
  }
  for (const message of messages) {
    const { topic, event, payload } = message;
    if (message.private && !(await deps.access.canWrite(topic, claims))) {
      continue;
    }
    deps.rooms.deliver(
      { topic, isPrivate: message.private },
      jsonBroadcast(event, payload),
    );
  }
  return new Response(null, { status: 202 });
}

async function callerOf(
  request: Request,
  verifier: ClaimsVerifier,
): Promise<Claims | null> {
  const token = request.headers.get("authorization")
    ?.replace(/^Bearer\s+/i, "");
  if (!token || isApiKey(token)) return null;
  return await verifier.ofToken(token);
}

async function readMessages(request: Request): Promise<Message[]> {
  const url = new URL(request.url);
  const body: unknown = await request.json();
  const [, topic, event] = SINGLE.exec(url.pathname) ?? [];
  if (topic === undefined || event === undefined) {
    return batch.parse(body).messages;
  }
  return [{
    topic: decodeURIComponent(topic),
    event: decodeURIComponent(event),
    payload: body,
    private: url.searchParams.get("private") === "true",
  }];
}

function refuse(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
