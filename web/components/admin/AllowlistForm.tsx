import { type Signal, useModel, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AdminApi, AllowlistResult } from "../../data/admin_api.ts";
import type { AllowlistPreview } from "../../data/admin_rows.ts";
import { decodeText } from "../../data/decode_text.ts";
import { ApiError } from "../../data/functions_api.ts";
import { t } from "../../i18n/mod.ts";
import { AllowlistChangeModel } from "../../state/allowlist_change.ts";
import { apiWords } from "../api_words.ts";
import { Button } from "../Button.tsx";
import { FieldFrame, Segments } from "../Field.tsx";
import { formatCount } from "../format.ts";
import { Notice } from "../Notice.tsx";
import { AllowlistPreviewList } from "./AllowlistPreviewList.tsx";

const FILE_BYTES_MAX = 900_000;
/** The function takes no more at once. */
const UIDS_MAX = 10_000;
type Mode = "add" | "replace";

/** Adding UIDs by hand or from a file: what it would do first, then the deed. */
export function AllowlistForm(
  { admin, onDone }: {
    readonly admin: AdminApi;
    readonly onDone: (result: AllowlistResult) => void;
  },
): JSX.Element {
  const text = useSignal("");
  const mode = useSignal<Mode>("add");
  const leaving = useSignal("keep");
  const draft = useModel(() => new AllowlistChangeModel(admin));
  const graceHours = leaving.value === "keep" ? null : Number(leaving.value);
  const isReplacing = mode.value === "replace";
  const preview = draft.preview.value;
  const failure = draft.failure.value;
  const typed = text.value;
  useEffect(() => draft.forget(), [typed, mode.value, leaving.value]);

  async function apply(): Promise<void> {
    const result = await draft.apply();
    if (result === null) return;
    text.value = "";
    onDone(result);
  }

  return (
    <form
      class="card card__body form"
      aria-label={t.admin.allowlist.addTitle}
      onSubmit={(event) => {
        event.preventDefault();
        if (preview !== null) void apply();
        else if (typed.trim() !== "" && !isTooMany(typed)) {
          void draft.look({ csv: typed, replace: isReplacing, graceHours });
        }
      }}
    >
      <h2>{t.admin.allowlist.addTitle}</h2>
      <UidsField value={typed} onChange={(next) => (text.value = next)} />
      <div class="field-pair">
        <ModeChoice
          mode={mode.value}
          onChange={(next) => (mode.value = next)}
        />
        {isReplacing && <LeavingChoice choice={leaving} />}
      </div>
      {failure !== null && <Notice kind="error">{wordsOf(failure)}</Notice>}
      {preview !== null && (
        <AllowlistPreviewList preview={preview} graceHours={graceHours} />
      )}
      <div class="actions actions--end">
        <Button
          type="submit"
          kind={preview !== null && isHard(preview, graceHours)
            ? "danger"
            : "primary"}
          busy={draft.isBusy.value}
          disabled={typed.trim() === "" || isTooMany(typed)}
        >
          {preview === null
            ? t.admin.allowlist.preview
            : t.admin.allowlist.apply}
        </Button>
      </div>
    </form>
  );
}

/** With a heading, a line more than there may be UIDs. */
function isTooMany(text: string): boolean {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  return lines.length > UIDS_MAX + 1;
}

/** Somebody's bots stop, or will. */
function isHard(preview: AllowlistPreview, graceHours: number | null): boolean {
  return preview.stopping > 0 || preview.leaving > 0 && graceHours !== null;
}

/** A wrong line is named; all else as everywhere. */
function wordsOf(failure: unknown): string {
  const line = failure instanceof ApiError
    ? /^line (\d+)$/.exec(failure.field ?? "")?.[1]
    : undefined;
  return line === undefined
    ? apiWords(failure)
    : t.admin.allowlist.lineWrong(line);
}

function ModeChoice(
  { mode, onChange }: {
    readonly mode: Mode;
    readonly onChange: (mode: Mode) => void;
  },
): JSX.Element {
  const words = t.admin.allowlist;
  return (
    <div class="stack stack--tight">
      <Segments
        label={words.mode}
        name="mode"
        value={mode}
        options={[
          { value: "add", label: words.modes.add },
          { value: "replace", label: words.modes.replace },
        ]}
        onChange={onChange}
      />
      <p class="field__hint">{words.modeHint[mode]}</p>
    </div>
  );
}

/** What becomes of active users whose UID is removed. */
export function LeavingChoice(
  { choice }: { readonly choice: Signal<string> },
): JSX.Element {
  const words = t.admin.allowlist;
  // In the order they are written, digits or not: keep, now, days.
  const order = ["keep", "0", "72", "168"];
  return (
    <Segments
      label={words.removedUsers}
      name="leaving"
      value={choice.value}
      options={order.map((each) => ({
        value: each,
        label: words.removedChoices[each] ?? each,
      }))}
      onChange={(value) => (choice.value = value)}
    />
  );
}

function UidsField(
  { value, onChange }: {
    readonly value: string;
    readonly onChange: (value: string) => void;
  },
): JSX.Element {
  const words = t.admin.allowlist;
  const isTooLarge = useSignal(false);
  const picker = useRef<HTMLInputElement>(null);

  async function read(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    isTooLarge.value = file.size > FILE_BYTES_MAX;
    if (isTooLarge.value) return;
    onChange(decodeText(new Uint8Array(await file.arrayBuffer())));
  }

  return (
    <>
      <FieldFrame
        label={words.uids}
        hint={words.uidsHint}
        error={isTooLarge.value
          ? words.fileTooLarge
          : isTooMany(value)
          ? words.tooMany(formatCount(UIDS_MAX))
          : null}
      >
        {(control) => (
          <div class="input-frame">
            <textarea
              {...control}
              name="uids"
              rows={5}
              class="mono"
              spellcheck={false}
              value={value}
              placeholder="123456789, VIP"
              onInput={(event) => onChange(event.currentTarget.value)}
            />
          </div>
        )}
      </FieldFrame>
      <div class="actions">
        <input
          ref={picker}
          type="file"
          name="file"
          accept=".csv,.txt,text/csv,text/plain"
          aria-label={words.file}
          hidden
          onChange={(event) => {
            void read(event.currentTarget.files?.[0]);
            // The same file again is a change, too.
            event.currentTarget.value = "";
          }}
        />
        <Button onClick={() => picker.current?.click()}>{words.file}</Button>
      </div>
    </>
  );
}
