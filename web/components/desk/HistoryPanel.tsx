import { type Signal, useModel, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { loadCsv } from "../../data/bot_history.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import {
  createHistory,
  HISTORY_PAGE,
  type HistoryLoad,
} from "../../state/history.ts";
import { Button } from "../Button.tsx";
import { download } from "../download.ts";
import { LoadFailed, Loading } from "../EmptyState.tsx";
import { SelectField } from "../Field.tsx";
import { formatCount } from "../format.ts";
import { Notice } from "../Notice.tsx";
import { Pager } from "./Pager.tsx";
import { useTask } from "../use_task.ts";

/** A column one can filter by. */
export interface HistoryChoice {
  readonly column: string;
  readonly label: string;
  readonly options: readonly {
    readonly value: string;
    readonly label: string;
  }[];
}

/**
 * A long list of one bot: filters, pages, and all of it as CSV. While nothing
 * is filtered, the first page is the live list.
 */
export function HistoryPanel<T>(
  props: {
    readonly botId: string;
    readonly name: string;
    readonly load: HistoryLoad<T>;
    /** The newest rows as they arrive; null where none do. */
    readonly live: readonly T[] | null;
    /** Changes when the list has: then it is loaded again. */
    readonly stamp: string;
    readonly choices: readonly HistoryChoice[];
    /** The table that can be exported. */
    readonly csv?: "fills" | "orders";
    readonly children: (rows: readonly T[]) => ComponentChildren;
  },
): JSX.Element {
  const { live, stamp, choices } = props;
  const model = useModel(() => createHistory(props.load));
  const state = model.state.value;
  const { filter, page } = model.shown.value;
  const total = model.total.value;
  const isFiltered = Object.values(filter).some((value) => value !== "");
  const isLive = live !== null && page === 0 && !isFiltered;
  useEffect(() => {
    void model.reload();
    return () => model.stop();
  }, []);
  const first = useRef(stamp);
  useEffect(() => {
    if (stamp !== first.current) model.reloadSoon();
    first.current = stamp;
  }, [stamp]);
  const loaded = model.rows.value;
  return (
    <>
      <div class="history__bar">
        {choices.map((choice) => (
          <Choice
            key={choice.column}
            choice={choice}
            onChange={(value) => model.setFilter(choice.column, value)}
          />
        ))}
        {props.csv && (
          <CsvButton
            botId={props.botId}
            table={props.csv}
            name={props.name}
            filter={filter}
          />
        )}
      </div>
      {isLive
        ? props.children(live.slice(0, HISTORY_PAGE))
        : state === "loading"
        ? <Loading lines={5} />
        : state === "failed"
        ? <LoadFailed onRetry={() => void model.reload()} />
        : props.children(loaded)}
      <Pager
        page={page}
        size={HISTORY_PAGE}
        total={total}
        onChange={(next) => model.goTo(next)}
      />
    </>
  );
}

function Choice(
  { choice, onChange }: {
    readonly choice: HistoryChoice;
    readonly onChange: (value: string) => void;
  },
): JSX.Element {
  const value: Signal<string> = useSignal("");
  return (
    <SelectField
      label={choice.label}
      name={choice.column}
      value={value}
      options={[{ value: "", label: t.desk.all }, ...choice.options]}
      onChange={onChange}
    />
  );
}

function CsvButton(
  { botId, table, name, filter }: {
    readonly botId: string;
    readonly table: "fills" | "orders";
    readonly name: string;
    readonly filter: Readonly<Record<string, string>>;
  },
): JSX.Element {
  const { client } = useApp();
  const task = useTask();
  const cutAt = useSignal<number | null>(null);
  async function save(): Promise<void> {
    await task.run(async () => {
      const file = await loadCsv(client, table, { botId, filter });
      cutAt.value = file.isCut ? file.rows : null;
      download({ name: `${name}.csv`, type: "text/csv", text: file.text });
    });
  }
  return (
    <div class="history__csv">
      <Button
        icon="download"
        busy={task.isBusy.value}
        onClick={() => void save()}
      >
        {t.desk.csv}
      </Button>
      {task.failure.value !== null && (
        <Notice kind="error">{t.common.loadFailed}</Notice>
      )}
      {cutAt.value !== null && (
        <Notice kind="warn">{t.desk.csvCut(formatCount(cutAt.value))}</Notice>
      )}
    </div>
  );
}
