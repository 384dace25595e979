import type { JSX } from "preact";
import type { BotForm } from "../../state/bot_form.ts";
import type { BotFormField } from "../../state/bot_form_fields.ts";
import { TextField } from "../Field.tsx";

/** A number of the form: problem at the field while something is typed. */
export function NumberField(
  props: {
    readonly form: BotForm;
    readonly field: BotFormField;
    readonly label: string;
    readonly unit?: string | undefined;
    readonly hint?: string | undefined;
    /** Beside the label. */
    readonly aside?: string | undefined;
  },
): JSX.Element {
  const { form, field, hint } = props;
  const value = form.texts[field];
  const problem = form.problems.value[field] ?? null;
  const isShown = form.wasSubmitted.value || value.value.trim() !== "";
  return (
    <TextField
      label={props.label}
      name={field}
      inputMode="decimal"
      unit={props.unit}
      value={value}
      aside={props.aside !== undefined && (
        <span class="muted">{props.aside}</span>
      )}
      error={isShown ? problem : null}
      {...(hint !== undefined && { hint })}
    />
  );
}
