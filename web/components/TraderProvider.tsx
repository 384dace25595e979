import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { LiveHub } from "../data/live_hub.ts";
import { browserPage } from "../data/page_state.ts";
import { loadTraderRows } from "../data/trader_rows.ts";
import {
  type App,
  TraderContext,
  type TraderScope,
  useApp,
} from "../state/app_context.ts";
import { TraderModel } from "../state/trader.ts";

function createScope({ client }: App, userId: string): TraderScope {
  return {
    hub: new LiveHub(client, userId, browserPage),
    trader: new TraderModel(() => loadTraderRows(client, userId)),
  };
}

/** Keeps one signed-in trader's rows and live line as long as he is signed in. */
export function TraderProvider(
  props: { readonly userId: string; readonly children: ComponentChildren },
): JSX.Element {
  const app = useApp();
  const [scope] = useState(() => createScope(app, props.userId));
  useEffect(() => {
    const { hub, trader } = scope;
    hub.listen((message) => trader.apply(message));
    // Not only on joining: the first rows shall not wait for the channel.
    void trader.reload();
    hub.start();
    return () => {
      hub.stop();
      trader[Symbol.dispose]();
    };
  }, [scope]);
  return (
    <TraderContext.Provider value={scope}>
      {props.children}
    </TraderContext.Provider>
  );
}
