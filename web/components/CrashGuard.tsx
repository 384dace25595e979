import { Component, type ComponentChildren, type JSX } from "preact";
import { t } from "../i18n/mod.ts";
import { Button } from "./Button.tsx";
import { EmptyState } from "./EmptyState.tsx";

/** Catches what breaks while drawing: says so, instead of an empty page. */
export class CrashGuard extends Component<
  { readonly children?: ComponentChildren },
  { readonly hasCrashed: boolean }
> {
  override state = { hasCrashed: false };

  override componentDidCatch(error: unknown): void {
    this.setState({ hasCrashed: true });
    // The browser's own log is all there is here.
    reportError(error);
  }

  override render(): ComponentChildren {
    if (!this.state.hasCrashed) return this.props.children;
    return <Stopped title={t.common.crashed} text={t.common.crashedText} />;
  }
}

/** What is shown when not even the configuration could be loaded. */
export function StartFailed(): JSX.Element {
  return (
    <Stopped title={t.common.startFailed} text={t.common.startFailedText} />
  );
}

function Stopped(
  props: { readonly title: string; readonly text: string },
): JSX.Element {
  return (
    <main class="page">
      <div role="alert">
        <EmptyState isPage icon="alert" title={props.title} text={props.text}>
          <Button onClick={() => location.reload()}>{t.common.reload}</Button>
        </EmptyState>
      </div>
    </main>
  );
}
