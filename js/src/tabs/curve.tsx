/** The specification curve: press a column to load it, or walk along it with arrows. */

import type { TargetedKeyboardEvent } from "preact";
import { useId, useState } from "preact/hooks";
import { ChartView, type Drawing, type Plot } from "../chart";
import type { Store } from "../store";
import type { Chart, Specifications } from "../wire";

interface Properties {
  store: Store;
  pane: Specifications;
  chart: Chart;
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** Cells of a curve as drawn, from left to right or from top to bottom. */
export function cellsOf(chart: Chart): number[] {
  const rows = Object.values(chart.data).find((set) => typeof set[0]?.cell === "number") ?? [];
  return [...new Set(rows.map((row) => row.cell as number))];
}

export function Curve({ store, pane, chart }: Properties) {
  const [cursor, setCursor] = useState(-1);
  const [plot, setPlot] = useState<Plot>();
  const id = useId();
  const cells = cellsOf(chart);
  const height = Number((chart.spec.usermeta as { height?: number } | undefined)?.height ?? 420);
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
  const settle = (drawing: Drawing) => setPlot(drawing.plot());
  const cell = cells[cursor];
  return (
    <ChartView
      chart={chart}
      store={store}
      height={height}
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
        {plot && cursor >= 0 && (
          <i
            class="mw-curve-cursor"
            style={band(plot, cursor, cells.length, isTransposed(chart))}
          />
        )}
      </div>
    </ChartView>
  );
}

/** One row of the curve's table as a text. */
function described(chart: Chart, place: number): string {
  return (chart.rows[place] ?? [])
    .map((cell, column) => `${chart.columns[column]} ${cell}`)
    .join(", ");
}

function isTransposed(chart: Chart): boolean {
  return Boolean((chart.spec.usermeta as { narrow?: boolean } | undefined)?.narrow);
}

function band(plot: Plot, place: number, count: number, transposed: boolean): string {
  const { left, top, width, height } = plot;
  if (transposed) {
    const step = height / count;
    return `left:0;right:0;top:${top + place * step}px;height:${step}px`;
  }
  const step = width / count;
  return `top:${top}px;height:${height}px;left:${left + place * step}px;width:${step}px`;
}
