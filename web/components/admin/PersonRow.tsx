import type { JSX } from "preact";
import type { Person } from "../../data/admin_rows.ts";
import type { ProfileStatus } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { Button } from "../Button.tsx";
import { reasonWords } from "../event_words.ts";
import { formatAgo, formatDay } from "../format.ts";
import { useNow } from "../use_now.ts";
import { formatDuration } from "./duration.ts";

const TONES: Readonly<Record<ProfileStatus, string>> = {
  "pending_key": "badge",
  "pending_review": "badge badge--accent",
  active: "badge badge--up",
  suspended: "badge badge--warn",
  rejected: "badge badge--down",
};

/** What can be done about a person. */
export type PersonAct =
  | "approve"
  | "reject"
  | "suspend"
  | "reinstate"
  | "grace"
  | "history";

function actsOf(person: Person): readonly PersonAct[] {
  switch (person.status) {
    case "pending_review":
      return ["approve", "reject", "history"];
    case "active":
      return ["suspend", "history"];
    case "suspended":
      return ["reinstate", "grace", "history"];
    case "pending_key":
      return ["suspend", "history"];
    case "rejected":
      return ["reinstate", "history"];
  }
}

/** One person: who, how far, since when, and what can be done. */
export function PersonRow(
  { person, onAct }: {
    readonly person: Person;
    readonly onAct: (act: PersonAct) => void;
  },
): JSX.Element {
  const words = t.admin.people;
  const names: Readonly<Record<PersonAct, string>> = {
    approve: words.approve,
    reject: words.reject,
    suspend: words.suspend,
    reinstate: words.reinstate,
    grace: words.changeGrace,
    history: words.history,
  };
  return (
    <li class="person" data-person={person.email}>
      <div class="person__who">
        <p class="person__name">
          <strong>{person.email}</strong>
          {person.displayName !== null && (
            <span class="muted">{person.displayName}</span>
          )}
          <span class={TONES[person.status]}>
            {words.profileStatus[person.status]}
          </span>
          {person.isAdmin && <span class="badge">{words.isAdmin}</span>}
          {person.isAllowlisted && person.status !== "active" && (
            <span class="badge badge--accent">{words.allowlisted}</span>
          )}
          {!person.isConfirmed && <span class="badge">{words.unconfirmed}
          </span>}
        </p>
        <PersonFacts person={person} />
        <Grace person={person} />
        {person.statusReason !== null && (
          <p class="small">{reasonWords(person.statusReason)}</p>
        )}
      </div>
      <div class="actions person__acts">
        {actsOf(person).map((act) => (
          <Button
            key={act}
            kind={act === "approve"
              ? "primary"
              : act === "history"
              ? "quiet"
              : "default"}
            label={words.labelOf(names[act], person.email)}
            onClick={() => onAct(act)}
          >
            {names[act]}
          </Button>
        ))}
      </div>
    </li>
  );
}

function PersonFacts({ person }: { readonly person: Person }): JSX.Element {
  const words = t.admin.people;
  const nowMs = useNow().value;
  return (
    <p class="small muted person__facts">
      <span class="num">
        {person.exchangeUid === null
          ? words.noUid
          : words.uid(person.exchangeUid)}
      </span>
      <span>{words.since(formatAgo(person.statusAtMs, nowMs))}</span>
      <span>{words.bots(person.botsRunning, person.bots)}</span>
      <span>{words.keys(person.keys)}</span>
      <span>{words.joined(formatDay(person.createdAtMs))}</span>
    </p>
  );
}

/** How much of a suspended person's grace is left. */
function Grace({ person }: { readonly person: Person }): JSX.Element | null {
  const nowMs = useNow().value;
  const endsAtMs = person.graceEndsAtMs;
  if (endsAtMs === null) return null;
  const words = t.admin.people;
  return (
    <p class="small warn num">
      {endsAtMs <= nowMs
        ? words.graceOver
        : words.graceLeft(formatDuration(endsAtMs - nowMs))}
    </p>
  );
}
