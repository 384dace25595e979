import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../../state/app_context.ts";
import { ChartMissing } from "../chart/ChartParts.tsx";
import { useChunk } from "../chart/use_chunk.ts";

/** Drawn by the library. */
export interface Drawn {
  paint(): void;
  remove(): void;
}

/** The library and our charts on it: loaded when a first chart is looked at. */
export type Charts = typeof import("../chart/result_charts.ts");

/** A canvas: made once, repainted with the theme, drawn anew on new data. */
export function ChartCanvas<Chart extends Drawn>(
  { label, create, draw, data, isTall = false }: {
    /** What is seen, for those who do not see it. */
    readonly label: string;
    readonly create: (charts: Charts, element: HTMLElement) => Chart;
    readonly draw: (chart: Chart) => void;
    /** Whatever changes when it has to be drawn anew. */
    readonly data: readonly unknown[];
    readonly isTall?: boolean;
  },
): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const chart = useSignal<Chart | null>(null);
  const { theme } = useApp();
  const drawn = chart.value;

  const { module, hasFailed } = useChunk(() =>
    import("../chart/result_charts.ts")
  );
  const charts = module.value;

  useEffect(() => {
    if (charts === null || element.current === null) return;
    const made = create(charts, element.current);
    chart.value = made;
    return () => {
      made.remove();
      chart.value = null;
    };
  }, [charts]);
  useEffect(() => {
    if (drawn !== null) draw(drawn);
  }, [drawn, ...data]);
  useSignalEffect(() => {
    // Read for the subscription: the colours themselves are in the tokens.
    void [theme.choice.value, theme.isDeviceDark.value];
    const painted = chart.value;
    if (painted === null) return;
    const frame = requestAnimationFrame(() => painted.paint());
    return () => cancelAnimationFrame(frame);
  });
  return (
    <>
      <div
        class={isTall ? "result-chart result-chart--tall" : "result-chart"}
        role="img"
        aria-label={label}
        ref={element}
      />
      {hasFailed.value && <ChartMissing />}
    </>
  );
}
