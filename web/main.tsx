/** Reads the configuration, makes the services, shows the app. @module */
import { render } from "preact";
import { App } from "./app.tsx";
import { StartFailed } from "./components/CrashGuard.tsx";
import { AuthApi } from "./data/auth_api.ts";
import { createSupabaseClient, SESSION_KEY } from "./data/client.ts";
import { FunctionsApi } from "./data/functions_api.ts";
import { readMailLink } from "./data/mail_link.ts";
import { loadRuntimeConfig } from "./data/runtime_config.ts";
import { createServerHealth } from "./state/api_health.ts";
import { AppContext } from "./state/app_context.ts";
import { LanguageModel } from "./state/language.ts";
import { SessionModel } from "./state/session.ts";
import { ThemeModel } from "./state/theme.ts";

/** Somebody was signed in here when the page was closed. */
function hasStoredSession(): boolean {
  try {
    return localStorage.getItem(SESSION_KEY) !== null;
  } catch {
    return false;
  }
}

async function start(root: HTMLElement): Promise<void> {
  const theme = new ThemeModel();
  const language = new LanguageModel();
  // The language first: a failure of the rest is said in it.
  await language.begin();
  const config = await loadRuntimeConfig();
  const { health, hear } = createServerHealth(Date.now);
  const hadSession = hasStoredSession();
  // Before the client takes what it knows out of the address.
  const mailLink = readMailLink(location);
  const client = createSupabaseClient(config, hear);
  const auth = new AuthApi(client);
  const session = new SessionModel(hadSession);
  auth.watch((change) => session.apply(change));
  const app = {
    config,
    client,
    auth,
    api: new FunctionsApi(client),
    health,
    language,
    mailLink,
    session,
    theme,
  };
  render(
    <AppContext.Provider value={app}>
      <App />
    </AppContext.Provider>,
    root,
  );
}

const root = document.getElementById("root");
if (root !== null) {
  start(root).catch((error) => {
    render(<StartFailed />, root);
    // The browser's own log is all there is here.
    reportError(error);
  });
}
