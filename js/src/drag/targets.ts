import { placeOf } from "../diagram/press";
import type { Place } from "../variables/roles";
import type { View } from "../view";
import type { Column } from "../wire";

const NEAR = 36; // px around a target
const ROLES = "[data-node],[data-add]";

export interface Target {
  part: SVGElement;
  place: Place;
  refusal: string;
}

function diagramOf(view: View): Element | null {
  return view.root.current?.querySelector(".mw-picture") ?? null;
}

function targetOf(part: SVGElement, column: Column): Target | null {
  const place = placeOf(part);
  return place && { part, place, refusal: column.refusals[place.role] ?? "" };
}

function roleTargets(view: View, column: Column): Target[] {
  const parts = diagramOf(view)?.querySelectorAll<SVGElement>(ROLES) ?? [];
  return Array.from(parts).flatMap((part) => targetOf(part, column) ?? []);
}

function distance(box: DOMRect, x: number, y: number): number {
  const dx = Math.max(box.left - x, 0, x - box.right);
  const dy = Math.max(box.top - y, 0, y - box.bottom);
  return Math.hypot(dx, dy);
}

/** What a column at this point of the screen would be dropped on. */
export function targetAt(view: View, column: Column, x: number, y: number): Target | null {
  let nearest: Target | null = null;
  let least = NEAR;
  for (const target of roleTargets(view, column)) {
    const away = distance(target.part.getBoundingClientRect(), x, y);
    if (away < least || (away === 0 && least > 0)) {
      least = away;
      nearest = target;
    }
  }
  if (nearest && least === 0) return nearest;
  // A path is thin and slanted: it counts where its own hit area is.
  const tree = view.root.current?.getRootNode() as Document | ShadowRoot | undefined;
  for (const element of tree?.elementsFromPoint?.(x, y) ?? []) {
    const path = element.closest<SVGElement>("[data-path]");
    const target = path && diagramOf(view)?.contains(path) ? targetOf(path, column) : null;
    if (target) return target;
  }
  return nearest;
}

/** Names of the roles that are free for a column, or, if none is, that it could take over. */
export function openRoles(view: View, column: Column): Place["role"][] {
  const able = roleTargets(view, column).filter(
    ({ part, refusal }) => !refusal && part.dataset.column !== column.name,
  );
  const nodes = able.filter(({ part }) => part.dataset.node !== undefined);
  const empty = nodes.filter(({ part }) => part.dataset.empty === "true");
  return [...new Set((empty.length ? empty : nodes).map(({ place }) => place.role))];
}

let marked: { view: View; column: Column; over: SVGElement | null } | null = null;

/** Say in the diagram what may be dropped where. */
export function mark(view: View, column: Column, over: SVGElement | null): void {
  marked = { view, column, over };
  const same = (part: SVGElement) =>
    part === over ||
    (over !== null &&
      part.dataset.node !== undefined &&
      part.dataset.node === over.dataset.node &&
      part.dataset.index === over.dataset.index);
  for (const { part, refusal } of roleTargets(view, column)) {
    const near = same(part) && !refusal;
    const state = refusal ? "invalid" : near ? "near" : "valid";
    if (part.dataset.drop !== state) part.dataset.drop = state;
  }
}

/** Say it again in a diagram that has been drawn anew. */
export function markTargets(view: View): void {
  if (marked?.view === view) mark(view, marked.column, marked.over);
}

export function unmark(view: View): void {
  marked = null;
  for (const part of diagramOf(view)?.querySelectorAll<SVGElement>("[data-drop]") ?? []) {
    delete part.dataset.drop;
  }
}
