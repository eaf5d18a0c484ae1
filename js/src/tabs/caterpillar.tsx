/** Every group's own effect: a window onto the sorted groups, with a brush over it. */

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { ChartView, type Drawing, type Plot } from "../chart";
import { Tip } from "../chart/tip";
import type { Store } from "../store";
import type { GroupRows } from "../wire";
import { type Stretch, stretchOf } from "./brush";
import { edges, ranksOf, rowsInSight, type Window, windowOf } from "./caterpillar-window";
import { tableOf, textsOf } from "./group-texts";
import { Overview } from "./overview";
import type { Selection } from "./selection";
import { useBrush } from "./use-brush";

interface Properties {
  store: Store;
  rows: GroupRows;
  selection: Selection;
}

// Milliseconds in which groups move to their places in a new order.
const RESORT = 240;
// Below the plot: the words of a brush, and the scroll bar where there is one.
const FOOT = 22;
const SCROLLBAR = 14;
// Half the width that the words of a brush take at most.
const WORDS = 40;

export function Caterpillar({ store, rows, selection }: Properties) {
  const { caterpillar } = rows;
  const count = rows.order.length;
  const [plot, setPlot] = useState<Plot>();
  const [scrolled, setScrolled] = useState(0);
  const [cursor, setCursor] = useState(-1);
  const surface = useRef<HTMLDivElement>(null);
  const sight = windowOf(count, plot?.width ?? 600, scrolled);
  const ranks = useMemo(() => ranksOf(rows.order), [rows.order]);
  const stretch = stretchOf(selection.chosen, ranks);
  const usual = Number((caterpillar.spec.usermeta as { height?: number })?.height ?? 254);
  const height = usual + 38 + (sight.whole ? 0 : SCROLLBAR);

  const shown = useMemo(() => {
    const data = {
      groups: rowsInSight(rows, selection.chosen, sight),
      window: edges(caterpillar, sight),
    };
    return { ...caterpillar, data: { ...caterpillar.data, ...data } };
  }, [caterpillar, rows, key(selection.chosen), sight.first, sight.fits, sight.whole]);

  // Groups glide to new places when they are sorted anew; a brush follows the hand at once.
  const before = useRef(rows);
  const glides = before.current !== rows && sight.whole;
  useLayoutEffect(() => {
    before.current = rows;
  });

  const reveal = (rank: number) => scrollTo(surface.current, sight, rank);
  const brush = useBrush({ rows, selection, stretch, sight, cursor, setCursor, reveal });
  const settle = (drawing: Drawing) => {
    const now = drawing.plot();
    if (now && !alike(now, plot)) setPlot(now);
  };

  return (
    <div class="mw-cat" data-testid="mw-caterpillar">
      <ChartView
        chart={shown}
        store={store}
        height={height}
        glide={glides ? RESORT : 0}
        table={() => tableOf(rows)}
        onSettle={settle}
      >
        {plot && (
          <div
            ref={surface}
            class="mw-cat-surface"
            data-scrolls={!sight.whole}
            style={place(plot, sight.whole)}
            tabIndex={0}
            role="listbox"
            aria-multiselectable="true"
            aria-label={caterpillar.about}
            aria-activedescendant={cursor >= 0 ? brush.optionId : undefined}
            onScroll={(event) => setScrolled(event.currentTarget.scrollLeft)}
            {...brush.handlers}
          >
            <Active rows={rows} cursor={cursor} chosen={selection.chosen} id={brush.optionId} />
            <div class="mw-cat-track" style={`width:${count * sight.pitch}px`}>
              {stretch && (
                <Brush stretch={stretch} sight={sight} height={plot.height} count={count} />
              )}
              {cursor >= 0 && (
                <i
                  class="mw-cat-cursor"
                  style={`left:${(cursor + 0.5) * sight.pitch}px;height:${plot.height}px`}
                />
              )}
            </div>
          </div>
        )}
        {plot && cursor >= 0 && <Readout rows={rows} cursor={cursor} sight={sight} plot={plot} />}
      </ChartView>
      {rows.overview && !sight.whole && (
        <Overview chart={rows.overview} store={store} count={count} sight={sight} onGo={reveal} />
      )}
    </div>
  );
}

function key(chosen: ReadonlySet<number>): string {
  return [...chosen].join();
}

function alike(one: Plot, other: Plot | undefined): boolean {
  return (
    other !== undefined &&
    (["left", "top", "width", "height"] as const).every(
      (side) => Math.abs(one[side] - other[side]) < 0.5,
    )
  );
}

function place({ left, top, width, height }: Plot, whole: boolean): string {
  const foot = FOOT + (whole ? 0 : SCROLLBAR);
  return `left:${left}px;top:${top}px;width:${width}px;height:${height + foot}px`;
}

/** Bring a rank into sight. */
function scrollTo(surface: HTMLDivElement | null, sight: Window, rank: number): void {
  if (!surface || sight.whole) return;
  if (rank < sight.first) surface.scrollLeft = rank * sight.pitch;
  else if (rank > sight.first + sight.fits - 1) {
    surface.scrollLeft = (rank + 1 - sight.fits) * sight.pitch;
  }
}

/** What a screen reader hears: the group at the cursor. */
function Active(properties: {
  rows: GroupRows;
  cursor: number;
  chosen: ReadonlySet<number>;
  id: string;
}) {
  const { rows, cursor, chosen, id } = properties;
  const rank = Math.max(cursor, 0);
  const position = rows.order[rank];
  return (
    <span
      id={id}
      class="mw-hidden"
      role="option"
      tabIndex={-1}
      aria-selected={position !== undefined && chosen.has(position)}
      aria-posinset={rank + 1}
      aria-setsize={rows.order.length}
    >
      {words(rows, rank).join(", ")}
    </span>
  );
}

/** The texts of one group, as its row of the table has them. */
function words(rows: GroupRows, rank: number): string[] {
  const position = rows.order[rank];
  if (position === undefined) return [];
  const cells = textsOf(rows, position);
  return cells.map((cell, place) => `${rows.columns[place] ?? ""} ${cell}`.trim());
}

function Readout(properties: { rows: GroupRows; cursor: number; sight: Window; plot: Plot }) {
  const { rows, cursor, sight, plot } = properties;
  const left = plot.left + (cursor + 0.5 - sight.first) * sight.pitch;
  if (left < plot.left || left > plot.left + plot.width) return null;
  const flip = left - plot.left > plot.width / 2;
  return <Tip lines={words(rows, cursor)} left={left} top={plot.top + 34} flip={flip} />;
}

function Brush(properties: { stretch: Stretch; sight: Window; height: number; count: number }) {
  const { stretch, sight, height, count } = properties;
  const left = stretch.from * sight.pitch;
  const width = (stretch.to - stretch.from + 1) * sight.pitch;
  const middle = left + width / 2;
  const words = Math.max(WORDS, Math.min(middle, count * sight.pitch - WORDS)) - left;
  return (
    <div
      class="mw-brush"
      data-part="move"
      style={`left:${left}px;width:${width}px;height:${height}px`}
    >
      <i class="mw-brush-handle mw-brush-left" data-part="left" />
      <i class="mw-brush-handle mw-brush-right" data-part="right" />
      <span class="mw-brush-words" style={`left:${words}px`}>
        {stretch.to - stretch.from + 1} selected
      </span>
    </div>
  );
}
