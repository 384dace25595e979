import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

/** One tab of {@linkcode Tabs}. */
export interface Tab {
  readonly name: string;
  readonly label: string;
  readonly count?: number;
  readonly content: ComponentChildren;
}

/** Tabs after the ARIA pattern: arrows walk, Home and End jump. */
export function Tabs(
  { label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] },
): JSX.Element {
  const id = useId();
  const chosen = useSignal(tabs[0]?.name ?? "");
  const active = tabs.find(({ name }) => name === chosen.value) ?? tabs[0];

  function walk(event: KeyboardEvent): void {
    const at = tabs.findIndex(({ name }) => name === active?.name);
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const next = tabs[steps[event.key] ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    chosen.value = next.name;
    document.getElementById(`${id}-${next.name}`)?.focus();
  }

  return (
    <section class="card">
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={walk}>
        {tabs.map((tab) => (
          <button
            key={tab.name}
            id={`${id}-${tab.name}`}
            type="button"
            class="tab"
            role="tab"
            aria-selected={tab.name === active?.name}
            aria-controls={`${id}-panel`}
            tabIndex={tab.name === active?.name ? 0 : -1}
            onClick={() => (chosen.value = tab.name)}
          >
            {tab.label}
            {tab.count !== undefined && (
              <span class="tab__count num">{tab.count}</span>
            )}
          </button>
        ))}
      </div>
      <div
        id={`${id}-panel`}
        class="tab-panel"
        role="tabpanel"
        tabIndex={0}
        aria-labelledby={`${id}-${active?.name}`}
      >
        {active?.content}
      </div>
    </section>
  );
}
