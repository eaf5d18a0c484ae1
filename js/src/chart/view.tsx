/** A chart of the page: drawn, or as a table. */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Store } from "../store";
import type { Chart } from "../wire";
import { loadVega, type Vega, vegaNow } from "./bundle";
import { type Datum, Drawing } from "./drawing";
import { unpacked } from "./packed";
import { watchTheme } from "./paint";
import { ChartTable } from "./table";
import { Tip, type TipPlace } from "./tip";

interface Properties {
  chart: Chart;
  store: Store;
  /** Least height in pixels, kept while there is nothing to see yet. */
  height?: number;
  /** Least width in pixels; in a narrower place the chart scrolls sideways. */
  least?: number;
  /** Milliseconds in which marks glide to new values. */
  glide?: number;
  /** Whether the chart can be read as a table here; not where a table stands beside it. */
  tabled?: boolean;
  /** Writes the rows of the table, if the chart comes without. */
  table?: () => string[][];
  onDatum?: (datum: Datum, event: Event) => void;
  /** Called after each drawing, to lay something over it. */
  onSettle?: (drawing: Drawing) => void;
  /** Laid over the chart. */
  children?: ComponentChildren;
}

/** Draw a chart, or show its table where it cannot be drawn or is not wanted. */
export function ChartView(properties: Properties) {
  const { chart: sent, store, height, least, tabled = true, table, children } = properties;
  const chart = useMemo(() => unpacked(sent), [sent]);
  const [wanted, setWanted] = useState(false);
  const { vega, failed } = useVega(store);
  const asTable = tabled && (wanted || failed);
  const shape = { minHeight: height && `${height}px`, minWidth: least && `${least}px` };
  return (
    <figure class="mw-chart" data-chart={chart.name} data-scrolls={least !== undefined}>
      {!asTable && (
        <div class="mw-chart-stage" style={shape}>
          {vega && <Canvas {...properties} chart={chart} vega={vega} />}
          {children}
        </div>
      )}
      {asTable && (
        <ChartTable
          columns={chart.columns}
          rows={table ? table() : chart.rows}
          caption={chart.about}
        />
      )}
      {tabled && (
        <figcaption class="mw-chart-foot">
          <span class="mw-hidden">{chart.about}</span>
          {failed ? (
            <span>The chart could not be drawn here; this is its table.</span>
          ) : (
            <button
              type="button"
              class="mw-link"
              aria-pressed={wanted}
              onClick={() => setWanted(!wanted)}
            >
              {wanted ? "Show as chart" : "Show as table"}
            </button>
          )}
        </figcaption>
      )}
    </figure>
  );
}

/** The bundle, once it is here; asked for again when a lost kernel is back. */
function useVega(store: Store): { vega: Vega | undefined; failed: boolean } {
  const [vega, setVega] = useState(vegaNow);
  const [failed, setFailed] = useState(false);
  const online = store.online.value;
  useEffect(() => {
    if (vega) return;
    let left = false;
    const arrived = (bundle?: Vega) => {
      if (left) return;
      setVega(() => bundle);
      setFailed(!bundle);
    };
    loadVega(store).then(arrived, () => arrived());
    return () => {
      left = true;
    };
  }, [store, vega, online]);
  return { vega, failed };
}

function Canvas({ vega, chart, glide, onDatum, onSettle }: Properties & { vega: Vega }) {
  const place = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const latest = useRef({ chart, onDatum, onSettle });
  latest.current = { chart, onDatum, onSettle };
  const [tip, setTip] = useState<TipPlace>();

  useLayoutEffect(() => {
    const element = place.current as HTMLDivElement;
    const made = new Drawing(vega, element, {
      onDatum: onDatum && ((datum, event) => latest.current.onDatum?.(datum, event)),
      onTip: (lines, event) => setTip(lines.length ? tipAt(lines, event, element) : undefined),
      onSettle: (shown) => latest.current.onSettle?.(shown),
    });
    drawing.current = made;
    const resize = new ResizeObserver(() => made.fit());
    resize.observe(element);
    const unwatch = watchTheme(element, () => made.repaint(latest.current.chart));
    return () => {
      resize.disconnect();
      unwatch();
      made.end();
    };
  }, [vega, !onDatum]);

  useLayoutEffect(() => drawing.current?.show(chart, glide), [chart, glide, vega, !onDatum]);

  return (
    <>
      <div class="mw-chart-marks" ref={place} aria-hidden="true" />
      {tip && <Tip {...tip} />}
    </>
  );
}

function tipAt(lines: string[], event: MouseEvent, element: HTMLElement): TipPlace {
  const box = element.getBoundingClientRect();
  const left = event.clientX - box.left;
  return { lines, left, top: event.clientY - box.top, flip: left > box.width / 2 };
}
