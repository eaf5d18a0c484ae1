/** What pointer and keys do over a caterpillar. */

import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useId, useRef } from "preact/hooks";
import type { GroupRows } from "../wire";
import { dragged, moved, type Part, positionsOf, type Stretch } from "./brush";
import type { Window } from "./caterpillar-window";
import type { Selection } from "./selection";

interface Setting {
  rows: GroupRows;
  selection: Selection;
  stretch: Stretch | undefined;
  sight: Window;
  cursor: number;
  setCursor: (rank: number) => void;
  reveal: (rank: number) => void;
}

interface Drag {
  part: Part;
  start: number;
  before: Stretch | undefined;
  last: number[];
  far: boolean;
}

type PointerOn = TargetedPointerEvent<HTMLDivElement>;

const PAGE = 10;
const EDGE = 14;

export function useBrush(setting: Setting) {
  const { selection, rows, stretch, sight, cursor, setCursor, reveal } = setting;
  const { order } = rows;
  const count = order.length;
  const drag = useRef<Drag>(undefined);
  const anchor = useRef(-1);
  const optionId = useId();

  const rankAt = (event: PointerOn) => {
    const box = event.currentTarget.getBoundingClientRect();
    const across = event.clientX - box.left + event.currentTarget.scrollLeft;
    return Math.max(0, Math.min(count - 1, Math.floor(across / sight.pitch)));
  };

  const onPointerDown = (event: PointerOn) => {
    const onBar = event.offsetY > event.currentTarget.clientHeight; // the scroll bar's own
    if (event.button !== 0 || onBar || !count) return;
    const part = (event.target as HTMLElement).closest<HTMLElement>("[data-part]")?.dataset.part;
    const start = event.shiftKey && anchor.current >= 0 ? anchor.current : rankAt(event);
    if (!event.shiftKey) anchor.current = start;
    const chosenPart = event.shiftKey ? "new" : ((part ?? "new") as Part);
    drag.current = { part: chosenPart, start, before: stretch, last: [], far: event.shiftKey };
    event.currentTarget.setPointerCapture?.(event.pointerId);
  };

  const onPointerMove = (event: PointerOn) => {
    const rank = rankAt(event);
    if (rank !== cursor) setCursor(rank);
    const now = drag.current;
    if (!now) return;
    scrollAtEdge(event, sight);
    if (rank === now.start && !now.far) return;
    now.far = true;
    now.last = positionsOf(dragged(now.before, now.part, now.start, rank, count), order);
    selection.preview(now.last);
  };

  const onPointerUp = (event: PointerOn) => {
    const now = drag.current;
    drag.current = undefined;
    if (!now) return;
    const rank = rankAt(event);
    if (now.far) {
      selection.commit(now.last.length ? now.last : positionsOf(between(now.start, rank), order));
    } else {
      selection.commit(pressed(rank, event.ctrlKey || event.metaKey));
    }
  };

  /** A click selects one group; with Ctrl it adds or takes away; again it clears. */
  const pressed = (rank: number, adds: boolean): number[] => {
    const position = order[rank] as number;
    const others = [...selection.chosen].filter((other) => other !== position);
    const on = selection.chosen.has(position);
    if (adds) return on ? others : [...others, position];
    return on && !others.length ? [] : [position];
  };

  const go = (rank: number) => {
    const inside = Math.max(0, Math.min(count - 1, rank));
    setCursor(inside);
    reveal(inside);
    return inside;
  };

  const extend = (step: number) => {
    if (anchor.current < 0 || !stretch) anchor.current = Math.max(cursor, 0);
    const end = go(Math.max(cursor, 0) + step);
    selection.commit(positionsOf(between(anchor.current, end), order));
  };

  const shift = (step: number) => {
    if (!stretch) return;
    const next = moved(stretch, step, count);
    anchor.current = next.from;
    go(step < 0 ? next.from : next.to);
    selection.commit(positionsOf(next, order));
  };

  const keys: Record<string, (event: KeyboardEvent) => void> = {
    ArrowLeft: (event) => (event.shiftKey ? extend(-1) : go(cursor - 1)),
    ArrowRight: (event) => (event.shiftKey ? extend(1) : go(cursor + 1)),
    ArrowUp: (event) => (event.shiftKey ? shift(1) : go(cursor + 1)),
    ArrowDown: (event) => (event.shiftKey ? shift(-1) : go(cursor - 1)),
    PageUp: () => go(cursor + PAGE),
    PageDown: () => go(cursor - PAGE),
    Home: () => go(0),
    End: () => go(count - 1),
    " ": (event) => cursor >= 0 && selection.commit(pressed(cursor, event.ctrlKey)),
    Enter: () => cursor >= 0 && selection.commit(pressed(cursor, false)),
    Escape: () => selection.commit([]),
  };

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const act = keys[event.key];
    if (!act || !count || event.altKey) return;
    if (event.key === "Escape" && !selection.chosen.size) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.shiftKey) anchor.current = -1;
    act(event);
  };

  const handlers = {
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerCancel: () => {
      drag.current = undefined;
      selection.preview([...selection.chosen]);
    },
    onPointerLeave: () => !drag.current && setCursor(-1),
    onFocus: () => cursor < 0 && setCursor(stretch?.from ?? Math.ceil(sight.first)),
    onBlur: () => setCursor(-1),
    onKeyDown,
  };
  return { handlers, optionId };
}

function between(one: number, other: number): Stretch {
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

function scrollAtEdge(event: PointerOn, sight: Window): void {
  if (sight.whole) return;
  const surface = event.currentTarget;
  const across = event.clientX - surface.getBoundingClientRect().left;
  if (across < EDGE) surface.scrollLeft -= 2 * sight.pitch;
  else if (across > surface.clientWidth - EDGE) surface.scrollLeft += 2 * sight.pitch;
}
