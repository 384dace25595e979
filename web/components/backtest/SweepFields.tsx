import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../i18n/mod.ts";
import type { Strategy } from "../../state/bot_form_fields.ts";
import {
  type AxisProblems,
  isPercentage,
  type SweepAxis,
  type SweepForm,
  SWEPT,
  type SweptField,
} from "../../state/sweep_form.ts";
import { Segments, SelectField, TextField } from "../Field.tsx";

/** What a sweep walks: two parameters, how it judges, what may win. */
export function SweepFields(
  { form, strategy }: {
    readonly form: SweepForm;
    readonly strategy: Strategy;
  },
): JSX.Element {
  const problems = form.problems.value;
  const { sweep } = t.backtest;
  return (
    <div class="sweep-fields">
      <Axis
        form={form}
        strategy={strategy}
        axis={form.across}
        name="across"
        label={sweep.across}
        problems={problems.across}
        clash={problems.same}
      />
      <Axis
        form={form}
        strategy={strategy}
        axis={form.down}
        name="down"
        label={sweep.down}
        problems={problems.down}
        clash={problems.same}
      />
      <div class="field-pair">
        <Segments
          label={sweep.split}
          name="sweep-split"
          value={form.split.value}
          options={[
            { value: "walk", label: sweep.splits.walk },
            { value: "none", label: sweep.splits.none },
          ]}
          onChange={(split) => (form.split.value = split)}
        />
        <TextField
          label={sweep.minTrades}
          name="sweep-min-trades"
          inputMode="numeric"
          value={form.minTrades}
          error={problems.minTrades}
        />
      </div>
    </div>
  );
}

function Axis(
  props: {
    readonly form: SweepForm;
    readonly strategy: Strategy;
    readonly axis: SweepAxis;
    readonly name: string;
    readonly label: string;
    readonly problems: AxisProblems;
    readonly clash: string | null;
  },
): JSX.Element {
  const { form, axis, name, problems } = props;
  const { sweep } = t.backtest;
  const chosen = useSignal<string>(axis.field.peek());
  const field = axis.field.value;
  const fields: readonly SweptField[] = SWEPT[props.strategy];
  // The list is typed by text, the axis by field: they follow each other.
  useEffect(() => {
    chosen.value = field;
  }, [field]);
  const wanted = chosen.value;
  useEffect(() => {
    const next = fields.find((one) => one === wanted);
    if (next !== undefined && next !== field) form.choose(axis, next);
  }, [wanted]);
  const unit = isPercentage(field) ? "%" : undefined;
  return (
    <fieldset class="sweep-axis">
      <legend class="visually-hidden">{props.label}</legend>
      <SelectField
        label={props.label}
        name={`sweep-${name}`}
        value={chosen}
        options={fields.map((value) => ({
          value,
          label: sweep.parameters[value],
        }))}
        error={props.clash}
      />
      <TextField
        label={sweep.from}
        name={`sweep-${name}-from`}
        inputMode="decimal"
        unit={unit}
        value={axis.from}
        error={problems.range}
      />
      <TextField
        label={sweep.to}
        name={`sweep-${name}-to`}
        inputMode="decimal"
        unit={unit}
        value={axis.to}
      />
      <TextField
        label={sweep.steps}
        name={`sweep-${name}-steps`}
        inputMode="numeric"
        value={axis.steps}
        error={problems.steps}
      />
    </fieldset>
  );
}
