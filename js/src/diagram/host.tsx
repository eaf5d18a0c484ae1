import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { startDrag } from "../drag/drag";
import { markTargets } from "../drag/targets";
import { focusedIn } from "../host";
import { findColumn } from "../variables/roles";
import { useView, type View } from "../view";
import { adopt } from "./adopt";
import { morph } from "./morph";
import { PARTS, partsInOrder } from "./order";
import { pressKey, pressPart } from "./press";

interface Properties {
  svg: string;
  class: string;
  testid?: string;
  live?: boolean;
}

/** A picture from Python in the page; a new one grows out of the one before it. */
export function Picture({ svg, class: name, testid, live = false }: Properties) {
  const view = useView();
  const box = useRef<HTMLDivElement>(null);
  const stop = useRef<string | null>(null);
  const selected = view.store.sections.screen.value.path;

  useLayoutEffect(() => {
    if (!box.current) return;
    const place = live ? focusedPlace(view, box.current) : -1;
    show(view, box.current, svg);
    if (live) refresh(view, box.current, stop, place);
  }, [svg, live, view]);
  useLayoutEffect(() => {
    if (box.current && live) markSelected(box.current, selected);
  }, [svg, selected, live]);
  useEffect(() => {
    // While a column is dragged the diagram may be drawn anew.
    if (box.current && live) markTargets(view);
  }, [svg, live, view]);

  const onKeyDown = (event: KeyboardEvent) => {
    const part = partOf(event);
    if (!part || !box.current) return;
    if (walk(view, box.current, stop, part, event) || pressKey(view, part, event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div
      ref={box}
      class={name}
      data-testid={testid}
      {...(live && {
        onKeyDown,
        onClick: (event: MouseEvent) => {
          const part = partOf(event);
          if (part) pressPart(view, part);
        },
        onFocusIn: (event: FocusEvent) => {
          const part = partOf(event);
          if (part && box.current) setStop(box.current, stop, part);
        },
        onPointerDown: (event: PointerEvent) => {
          const column = partOf(event)?.dataset.column;
          const found = column === undefined ? undefined : findColumn(view, column);
          if (found) startDrag(view, found, event);
        },
      })}
    />
  );
}

function partOf(event: Event): SVGElement | null {
  return (event.target as Element | null)?.closest<SVGElement>(PARTS) ?? null;
}

function show(view: View, box: HTMLElement, text: string): void {
  if (!text) {
    box.replaceChildren();
    return;
  }
  try {
    const wanted = adopt(text, box.ownerDocument);
    const now = box.querySelector(":scope > svg");
    if (now) morph(now, wanted);
    else box.replaceChildren(wanted);
  } catch (error) {
    view.store.fault.value = error instanceof Error ? error.message : String(error);
  }
}

/** Where in the order of the diagram's parts the focus is; -1 if it is elsewhere. */
function focusedPlace(view: View, box: HTMLElement): number {
  const focused = view.root.current && focusedIn(view.root.current);
  return focused ? partsInOrder(box).indexOf(focused as SVGElement) : -1;
}

/** One tab stop in the diagram; if the part with the focus has gone, the next one gets it. */
function refresh(view: View, box: HTMLElement, stop: { current: string | null }, place: number) {
  const parts = partsInOrder(box);
  const known = parts.find((part) => part.dataset.key === stop.current);
  if (place >= 0 && focusedPlace(view, box) < 0) {
    const next = parts[Math.min(place, parts.length - 1)];
    setStop(box, stop, next ?? null);
    next?.focus({ preventScroll: true });
  } else setStop(box, stop, known ?? parts[0] ?? null);
}

function setStop(box: HTMLElement, stop: { current: string | null }, part: SVGElement | null) {
  for (const other of box.querySelectorAll<SVGElement>("[tabindex='0']")) {
    if (other !== part) other.setAttribute("tabindex", "-1");
  }
  part?.setAttribute("tabindex", "0");
  stop.current = part?.dataset.key ?? null;
}

function markSelected(box: HTMLElement, path: string | null): void {
  for (const part of box.querySelectorAll<SVGElement>("[data-path]")) {
    if (part.dataset.path === path) part.setAttribute("data-selected", "true");
    else part.removeAttribute("data-selected");
  }
}

function walk(
  view: View,
  box: HTMLElement,
  stop: { current: string | null },
  part: SVGElement,
  event: KeyboardEvent,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || view.menu.value) return false;
  const parts = partsInOrder(box);
  const here = parts.indexOf(part);
  const targets: Record<string, number> = {
    ArrowRight: here + 1,
    ArrowDown: here + 1,
    ArrowLeft: here - 1,
    ArrowUp: here - 1,
    Home: 0,
    End: parts.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined) return false;
  const next = parts[Math.min(Math.max(target, 0), parts.length - 1)];
  if (next) {
    setStop(box, stop, next);
    next.focus({ preventScroll: false });
  }
  return true;
}
