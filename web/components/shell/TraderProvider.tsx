import { signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { askIsAdmin } from "../../data/admin_check.ts";
import { LiveHub } from "../../data/live_hub.ts";
import { browserPage } from "../../data/page_state.ts";
import { updateProfile } from "../../data/profile_api.ts";
import { loadTraderRows } from "../../data/trader_rows.ts";
import {
  type App,
  TraderContext,
  type TraderScope,
  useApp,
} from "../../state/app_context.ts";
import { tieLanguage } from "../../state/language.ts";
import { Loader } from "../../state/loader.ts";
import { TraderModel } from "../../state/trader.ts";

/** A scope, and what finds out whether he is an admin. */
interface OwnScope extends TraderScope {
  readonly adminLoader: Loader<boolean>;
}

function createScope({ client }: App, userId: string): OwnScope {
  const isAdmin = signal<boolean | null>(null);
  const isAdminUnknown = signal(false);
  const adminLoader = new Loader({
    load: () => askIsAdmin(client),
    onRows: (answer) => {
      isAdmin.value = answer;
      isAdminUnknown.value = false;
    },
    onFailure: () => (isAdminUnknown.value = isAdmin.peek() === null),
  });
  return {
    hub: new LiveHub(client, userId, browserPage),
    trader: new TraderModel(() => loadTraderRows(client, userId)),
    isAdmin,
    isAdminUnknown,
    askAdmin() {
      isAdminUnknown.value = false;
      void adminLoader.reload();
    },
    adminLoader,
  };
}

async function saveLocale(
  { client }: App,
  { trader }: TraderScope,
  locale: string,
): Promise<void> {
  const profile = trader.profile.peek();
  if (profile === null) return;
  try {
    await updateProfile(client, profile.userId, { locale });
    trader.changeProfile({ locale });
  } catch {
    // The choice holds on this device, and is written with the next one.
  }
}

/** Keeps one signed-in trader's rows and live line as long as he is signed in. */
export function TraderProvider(
  props: { readonly userId: string; readonly children: ComponentChildren },
): JSX.Element {
  const app = useApp();
  const [scope] = useState(() => createScope(app, props.userId));
  useEffect(() => {
    const { adminLoader, hub, trader } = scope;
    hub.listen((message) => trader.apply(message));
    // Not only on joining: the first rows shall not wait for the channel.
    void trader.reload();
    void adminLoader.reload();
    hub.start();
    const untie = tieLanguage({
      language: app.language,
      profileLocale: () => trader.profile.value?.locale ?? null,
      save: (locale) => void saveLocale(app, scope, locale),
    });
    return () => {
      untie();
      adminLoader.stop();
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
