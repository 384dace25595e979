import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import {
  type BacktestSpan,
  dayText,
  SPANS,
} from "../../state/backtest_span.ts";
import { FieldFrame, Segments } from "../Field.tsx";

/** The time a backtest walks through: a span until now, or two days. */
export function SpanFields(
  { span }: { readonly span: BacktestSpan },
): JSX.Element {
  const { form } = t.backtest;
  const problem = span.problem.value;
  return (
    <>
      <Segments
        label={form.span}
        name="span"
        value={span.choice.value}
        options={SPANS.map((value) => ({ value, label: form.spans[value] }))}
        onChange={(choice) => (span.choice.value = choice)}
      />
      {span.choice.value === "custom" && (
        <div class="field-pair">
          <DayField
            label={form.from}
            name="from"
            value={span.from}
            error={problem}
            hint={form.dates}
          />
          <DayField label={form.to} name="to" value={span.to} error={null} />
        </div>
      )}
    </>
  );
}

function DayField(
  props: {
    readonly label: string;
    readonly name: string;
    readonly value: Signal<string>;
    readonly error: string | null;
    readonly hint?: string;
  },
): JSX.Element {
  return (
    <FieldFrame label={props.label} error={props.error} hint={props.hint}>
      {(control) => (
        <div
          class="input-frame"
          data-invalid={props.error ? "true" : undefined}
        >
          <input
            {...control}
            type="date"
            name={props.name}
            max={dayText(Date.now())}
            value={props.value}
            onInput={(event) => (props.value.value = event.currentTarget.value)}
          />
        </div>
      )}
    </FieldFrame>
  );
}
