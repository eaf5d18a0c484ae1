/** The specification curve: press a column to load it, or walk along it with arrows. */

import type { TargetedKeyboardEvent } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { ChartView, type Drawing, type Plot } from "../chart";
import type { Store } from "../store";
import type { Chart, Specifications } from "../wire";

interface Properties {
  store: Store;
  pane: Specifications;
  chart: Chart;
}

// Pixels of the labels at the left, and the least that a specification needs.
const LABELS = 180;
const COLUMN = 20;
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** Cells of a curve as drawn, from left to right or from top to bottom. */
export function cellsOf(chart: Chart): number[] {
  return (chart.data.hits ?? []).map((row) => row.cell as number);
}

export function Curve({ store, pane, chart }: Properties) {
  const [cursor, setCursor] = useState(-1);
  const drawing = useRef<Drawing>(null);
  const [, setDrawn] = useState(0);
  const id = useId();
  const cells = cellsOf(chart);
  const height = Number(chart.spec.height ?? 420);
  const load = (cell: number) => {
    if (store.canEdit() && cell !== pane.current) store.send({ kind: "load_specification", cell });
  };
  const press = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const here = cursor < 0 ? Math.max(cells.indexOf(pane.current), 0) : cursor;
    const cell = cells[here];
    const next: Record<string, () => void> = {
      Home: () => setCursor(0),
      End: () => setCursor(cells.length - 1),
      Enter: () => cell !== undefined && load(cell),
      " ": () => cell !== undefined && load(cell),
      p: () => cell !== undefined && store.send({ kind: "load_specification", cell, pin: true }),
    };
    const step = STEPS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !(step || next[event.key])) return;
    event.preventDefault();
    event.stopPropagation();
    if (step) setCursor(Math.max(0, Math.min(cells.length - 1, here + step)));
    else next[event.key]?.();
  };
  const cell = cells[cursor];
  const settle = (shown: Drawing) => {
    drawing.current = shown;
    setDrawn((count) => count + 1);
  };
  const band = cell === undefined ? undefined : drawing.current?.boxOf((row) => row.cell === cell);
  return (
    <ChartView
      chart={chart}
      store={store}
      height={height}
      least={inColumns(chart) ? LABELS + COLUMN * cells.length : undefined}
      onDatum={(datum) => typeof datum.cell === "number" && load(datum.cell)}
      onSettle={settle}
    >
      <div
        class="mw-curve-keys"
        role="listbox"
        tabIndex={0}
        aria-label={chart.about}
        aria-activedescendant={cursor >= 0 ? id : undefined}
        onKeyDown={press}
        onBlur={() => setCursor(-1)}
        onFocus={() => cursor < 0 && setCursor(Math.max(cells.indexOf(pane.current), 0))}
      >
        <span
          id={id}
          class="mw-hidden"
          role="option"
          tabIndex={-1}
          aria-selected={cell === pane.current}
        >
          {described(chart, cursor)}
        </span>
        {band && <i class="mw-curve-cursor" style={place(band)} />}
      </div>
    </ChartView>
  );
}

function inColumns(chart: Chart): boolean {
  const [first, second] = chart.data.hits ?? [];
  return first?.y === second?.y;
}

/** One row of the curve's table as a text. */
function described(chart: Chart, place: number): string {
  return (chart.rows[place] ?? [])
    .map((cell, column) => `${chart.columns[column]} ${cell}`)
    .join(", ");
}

function place({ left, top, width, height }: Plot): string {
  return `left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
}
