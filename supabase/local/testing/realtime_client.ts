/** A supabase-js client and its channels, for tests. @module */
import {
  createClient,
  type RealtimeChannel,
  type SupabaseClient,
} from "@supabase/supabase-js";

/** The first status of a subscription that says how it went. */
export type JoinOutcome =
  | "SUBSCRIBED"
  | "CHANNEL_ERROR"
  | "TIMED_OUT"
  | "CLOSED";

/** What a joined channel hears. */
export interface Heard {
  readonly event: string;
  readonly payload: Record<string, unknown>;
}

/** An unmodified supabase-js client that leaves nothing running. */
export class TestClient implements AsyncDisposable {
  readonly supabase: SupabaseClient;
  /** Statuses of all subscriptions, oldest first. */
  readonly statuses: string[] = [];
  readonly heard: Heard[] = [];

  constructor(stack: { readonly url: string }, key: string) {
    this.supabase = createClient(stack.url, key, {
      auth: { persistSession: false, autoRefreshToken: false },
    });
  }

  /** Signs up, and gives realtime the token as the web app does. */
  async signUp(email: string): Promise<string> {
    const { data, error } = await this.supabase.auth.signUp({
      email,
      password: "correct-horse-battery-9",
    });
    if (error !== null || data.user === null) throw error;
    await this.supabase.realtime.setAuth();
    return data.user.id;
  }

  /** Joins a channel and listens to all its broadcasts. */
  join(
    topic: string,
    options: { readonly isPrivate: boolean },
  ): Promise<JoinOutcome> {
    const channel: RealtimeChannel = this.supabase.channel(topic, {
      config: { private: options.isPrivate, broadcast: { ack: true } },
    });
    channel.on("broadcast", { event: "*" }, ({ event, payload }) => {
      this.heard.push({ event, payload });
    });
    return new Promise((resolve) => {
      channel.subscribe((status) => {
        this.statuses.push(status);
        resolve(status);
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.supabase.auth.stopAutoRefresh();
    await this.supabase.removeAllChannels();
    await this.supabase.realtime.disconnect();
  }
}
