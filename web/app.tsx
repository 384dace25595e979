import type { JSX } from "preact";
import { lazy, LocationProvider, Route, Router, useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { CrashGuard } from "./components/CrashGuard.tsx";
import { Shell } from "./components/shell/Shell.tsx";
import { TraderProvider } from "./components/shell/TraderProvider.tsx";
import { Landing } from "./pages/Landing.tsx";
import { NotFound } from "./pages/NotFound.tsx";
import { SignIn } from "./pages/SignIn.tsx";
import { SignUp } from "./pages/SignUp.tsx";
import { useApp } from "./state/app_context.ts";

const Account = lazy(() =>
  import("./pages/Account.tsx").then((m) => m.Account)
);
const Backtest = lazy(() =>
  import("./pages/Backtest.tsx").then((m) => m.Backtest)
);
const AdminAllowlist = lazy(() =>
  import("./pages/admin/Allowlist.tsx").then((m) => m.AdminAllowlist)
);
const AdminAudit = lazy(() =>
  import("./pages/admin/Audit.tsx").then((m) => m.AdminAudit)
);
const AdminBots = lazy(() =>
  import("./pages/admin/Bots.tsx").then((m) => m.AdminBots)
);
const AdminEngines = lazy(() =>
  import("./pages/admin/Engines.tsx").then((m) => m.AdminEngines)
);
const AdminPeople = lazy(() =>
  import("./pages/admin/People.tsx").then((m) => m.AdminPeople)
);
const Alerts = lazy(() => import("./pages/Alerts.tsx").then((m) => m.Alerts));
const BotList = lazy(() =>
  import("./pages/BotList.tsx").then((m) => m.BotList)
);
const BotPage = lazy(() =>
  import("./pages/BotPage.tsx").then((m) => m.BotPage)
);
const ConnectKey = lazy(() =>
  import("./pages/ConnectKey.tsx").then((m) => m.ConnectKey)
);
const CreateBot = lazy(() =>
  import("./pages/CreateBot.tsx").then((m) => m.CreateBot)
);
const EditBot = lazy(() =>
  import("./pages/EditBot.tsx").then((m) => m.EditBot)
);
const Keys = lazy(() => import("./pages/Keys.tsx").then((m) => m.Keys));
const ResetPassword = lazy(() =>
  import("./pages/ResetPassword.tsx").then((m) => m.ResetPassword)
);

/** The app: one set of pages for visitors, another for a signed-in trader. */
export function App(): JSX.Element | null {
  const { session } = useApp();
  const status = session.status.value;
  const user = session.user.value;
  // The stored session is read within a few milliseconds: no flash of a page.
  if (status === "unknown") return null;
  return (
    <LocationProvider>
      <CrashGuard>
        {user === null
          ? <VisitorPages />
          : (
            <TraderProvider key={user.id} userId={user.id}>
              <TraderPages />
            </TraderProvider>
          )}
      </CrashGuard>
    </LocationProvider>
  );
}

function VisitorPages(): JSX.Element {
  return (
    <Shell>
      <Router>
        <Route path="/" component={Landing} />
        <Route path="/sign-in" component={SignIn} />
        <Route path="/sign-up" component={SignUp} />
        <Route path="/reset-password" component={ResetPassword} />
        <Route default component={ToSignIn} />
      </Router>
    </Shell>
  );
}

function TraderPages(): JSX.Element {
  return (
    <Shell>
      <Router>
        <Route path="/" component={ToPages} />
        <Route path="/sign-in" component={ToPages} />
        <Route path="/sign-up" component={ToPages} />
        <Route path="/reset-password" component={ResetPassword} />
        <Route path="/bots" component={BotList} />
        <Route path="/bots/new" component={CreateBot} />
        <Route path="/bots/:id" component={BotPage} />
        <Route path="/bots/:id/edit" component={EditBot} />
        <Route path="/backtest" component={Backtest} />
        <Route path="/keys" component={Keys} />
        <Route path="/keys/new" component={ConnectKey} />
        <Route path="/account" component={Account} />
        <Route path="/account/alerts" component={Alerts} />
        <Route path="/admin" component={AdminPeople} />
        <Route path="/admin/allowlist" component={AdminAllowlist} />
        <Route path="/admin/audit" component={AdminAudit} />
        <Route path="/admin/bots" component={AdminBots} />
        <Route path="/admin/engines" component={AdminEngines} />
        <Route default component={NotFound} />
      </Router>
    </Shell>
  );
}

/**
 * Goes elsewhere once. While the page there is being loaded this one stays, and
 * sees the new address: read again it would lead on from there.
 */
function useRedirect(to: string): void {
  const { route } = useLocation();
  useEffect(() => route(to, true), []);
}

/** A visitor on a trader's page signs in first and comes back. */
function ToSignIn(): null {
  const { url } = useLocation();
  useRedirect(`/sign-in?next=${encodeURIComponent(url)}`);
  return null;
}

/** A trader on a visitor's page goes where he wanted; only within this site. */
function ToPages(): null {
  const { query } = useLocation();
  const next = query.next ?? "";
  useRedirect(/^\/(?![/\\])/.test(next) ? next : "/bots");
  return null;
}
