import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AdminApi } from "../../data/admin_api.ts";
import type { Person } from "../../data/admin_rows.ts";
import { serverNow } from "../../data/server_clock.ts";
import { t } from "../../i18n/mod.ts";
import { apiWords } from "../api_words.ts";
import { Button } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import { Segments, TextField } from "../Field.tsx";
import { formatDayAndMinute } from "../format.ts";
import { Notice } from "../Notice.tsx";
import { useTask } from "../use_task.ts";
import type { PersonAct } from "./PersonRow.tsx";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A grace within this long after the last one goes on with its clock. */
const SAME_SUSPENSION_MS = 30 * 24 * HOUR_MS;
const REASON_MAX = 500;

/** An act that changes a person's status. */
export type DecisionAct = Exclude<PersonAct, "history">;

interface DecisionProps {
  readonly act: DecisionAct;
  readonly person: Person;
  readonly admin: AdminApi;
  readonly onClose: () => void;
  readonly onDone: () => void;
  /** It was refused: the person may have changed. */
  readonly onRefused: () => void;
}

/** What is chosen and typed, and the deed. */
function useDecision(
  { act, person, admin, onDone, onRefused }: DecisionProps,
) {
  const reason = useSignal("");
  const graceHours = useSignal(act === "suspend" ? "72" : "24");
  const task = useTask();
  const isTooLong = reason.value.trim().length > REASON_MAX;

  async function decide(): Promise<void> {
    if (isTooLong) return;
    const hours = Number(graceHours.peek());
    // Moving the end is suspending again: without a reason the old one would go.
    const said = act === "grace"
      ? person.statusReason ?? ""
      : reason.peek().trim();
    const endsAtMs = act === "grace" || (act === "suspend" && hours > 0)
      // At once means before any clock says now.
      ? serverNow() + (hours === 0 ? -MINUTE_MS : hours * HOUR_MS)
      : null;
    const isDone = await task.run(() =>
      admin.decide(person.id, {
        kind: act === "grace" ? "suspend" : act,
        expectedStatus: person.status,
        expectedUid: person.exchangeUid,
        ...(said === "" ? {} : { reason: said }),
        ...(endsAtMs === null ? {} : { graceEndsAtMs: endsAtMs }),
      })
    );
    if (isDone) onDone();
    else onRefused();
  }
  return { reason, graceHours, task, isTooLong, decide };
}

/** Asks before a person's status changes, and says what follows from it. */
export function DecisionDialog(props: DecisionProps): JSX.Element {
  const { reason, graceHours, task, isTooLong, decide } = useDecision(props);
  const { act, person, onClose } = props;
  const failure = task.failure.value;
  return (
    <Dialog title={titleOf(act, person)} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void decide();
        }}
      >
        {(act === "suspend" || act === "grace") && (
          <GraceChoice act={act} hours={graceHours} />
        )}
        <Consequences act={act} person={person} graceHours={graceHours} />
        {(act === "reject" || act === "suspend") && (
          <TextField
            label={t.admin.decide.reason}
            name="reason"
            value={reason}
            hint={t.admin.decide.reasonHint}
            error={isTooLong ? t.admin.decide.reasonTooLong : null}
          />
        )}
        {failure !== null && <Notice kind="error">{apiWords(failure)}</Notice>}
        <div class="actions actions--end">
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button
            type="submit"
            kind={act === "approve" || act === "reinstate"
              ? "primary"
              : "danger"}
            busy={task.isBusy.value}
          >
            {t.admin.decide.confirm[act]}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function titleOf(act: DecisionAct, { email }: Person): string {
  const words = t.admin.decide;
  switch (act) {
    case "approve":
      return words.approveTitle(email);
    case "reject":
      return words.rejectTitle(email);
    case "suspend":
      return words.suspendTitle(email);
    case "reinstate":
      return words.reinstateTitle(email);
    case "grace":
      return words.graceTitle(email);
  }
}

function GraceChoice(
  { act, hours }: {
    readonly act: DecisionAct;
    readonly hours: Signal<string>;
  },
): JSX.Element {
  const words = t.admin.decide;
  return (
    <Segments
      label={act === "grace" ? words.graceFromNow : words.grace}
      name="grace"
      value={hours.value}
      options={Object.entries(words.graceChoices).map(([value, label]) => ({
        value,
        label: act === "grace" && value === "0" ? words.endNow : label,
      }))}
      onChange={(value) => (hours.value = value)}
    />
  );
}

/** In a sentence, what this will do to the person's bots. */
function Consequences(
  { act, person, graceHours }: {
    readonly act: DecisionAct;
    readonly person: Person;
    readonly graceHours: Signal<string>;
  },
): JSX.Element {
  const words = t.admin.decide;
  const hours = Number(graceHours.value);
  const nowMs = serverNow();
  const running = person.botsRunning;
  switch (act) {
    case "approve":
      return <p>{words.approveText(person.exchangeUid ?? "")}</p>;
    case "reject":
      return <p>{words.rejectText(running)}</p>;
    case "reinstate":
      return <p>{words.reinstateText(person.exchangeUid)}</p>;
    case "suspend":
    case "grace": {
      const end = formatDayAndMinute(nowMs + hours * HOUR_MS);
      const lastEndMs = person.lastGraceEndsAtMs;
      const goesOn = act === "suspend" && hours > 0 && lastEndMs !== null &&
        lastEndMs > nowMs - SAME_SUSPENSION_MS &&
        lastEndMs < nowMs + hours * HOUR_MS;
      return (
        <>
          {act === "grace" && person.graceEndsAtMs !== null && (
            <p>{words.graceText(formatDayAndMinute(person.graceEndsAtMs))}</p>
          )}
          <p>
            {hours === 0
              ? words.suspendNow(running)
              : words.suspendGrace(running, end)}
          </p>
          {goesOn && (
            <Notice kind="warn">
              {words.clockGoesOn(formatDayAndMinute(lastEndMs))}
            </Notice>
          )}
        </>
      );
    }
  }
}
