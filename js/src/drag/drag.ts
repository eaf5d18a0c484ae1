import { assign, ROLE_NAMES } from "../variables/roles";
import type { View } from "../view";
import type { Column } from "../wire";
import { mark, openRoles, type Target, targetAt, unmark } from "./targets";

const THRESHOLD = 4; // px before a press becomes a drag
const EDGE = 40; // px from the edge of the window where it begins to scroll
const SPEED = 14; // px a frame

/** Begin to take a column somewhere, if the pointer moves far enough. */
export function startDrag(view: View, column: Column, event: PointerEvent): void {
  const root = view.root.current;
  if (!root || event.button !== 0 || !column.usable || !view.store.canEdit()) return;
  new Journey(view, column, root, event);
}

/** One drag, from the press to the drop or the return. */
class Journey {
  private under = false;
  private target: Target | null = null;
  private at: { x: number; y: number };
  private frame = 0;
  private readonly window: Window;

  constructor(
    private readonly view: View,
    private readonly column: Column,
    private readonly root: HTMLElement,
    private readonly began: PointerEvent,
  ) {
    this.at = { x: began.clientX, y: began.clientY };
    this.window = root.ownerDocument.defaultView!;
    this.window.addEventListener("pointermove", this.onMove, true);
    this.window.addEventListener("pointerup", this.onUp, true);
    this.window.addEventListener("pointercancel", this.end, true);
    this.window.addEventListener("keydown", this.onKey, true);
  }

  private onMove = (event: PointerEvent) => {
    if (event.pointerId !== this.began.pointerId) return;
    this.at = { x: event.clientX, y: event.clientY };
    if (!this.under) {
      const moved = Math.hypot(this.at.x - this.began.clientX, this.at.y - this.began.clientY);
      if (moved < THRESHOLD) return;
      this.begin();
    }
    event.preventDefault();
    this.follow();
  };

  private begin(): void {
    this.under = true;
    this.view.menu.value = null;
    this.view.hint.value = "";
    this.root.dataset.dragging = "true";
    this.root.ownerDocument.getSelection()?.removeAllRanges();
    this.frame = this.window.requestAnimationFrame(this.scroll);
  }

  private follow(): void {
    const corner = this.root.getBoundingClientRect();
    const { x, y } = this.at;
    this.target = targetAt(this.view, this.column, x, y);
    const open = openRoles(this.view, this.column).map((role) => ROLE_NAMES[role]);
    mark(this.view, this.column, this.target?.part ?? null);
    this.view.drag.value = {
      column: this.column,
      x: x - corner.left,
      y: y - corner.top,
      over: this.target && !this.target.refusal ? ROLE_NAMES[this.target.place.role] : "",
      refusal: this.target?.refusal ?? "",
      open,
    };
  }

  /** Near the edge of the window, bring the diagram into sight. */
  private scroll = () => {
    this.frame = this.window.requestAnimationFrame(this.scroll);
    const beyond =
      Math.max(0, this.at.y - this.window.innerHeight + EDGE) - Math.max(0, EDGE - this.at.y);
    if (!beyond) return;
    const step = Math.sign(beyond) * SPEED * Math.min(1, Math.abs(beyond) / EDGE);
    const box = scrolledBy(this.root, step);
    if (box) {
      box.scrollTop += step;
      this.follow();
    }
  };

  private onUp = (event: PointerEvent) => {
    if (event.pointerId !== this.began.pointerId) return;
    const { under, target } = this;
    this.end();
    if (!under) return;
    swallowClick(this.window);
    if (!target) return;
    const same = target.part.dataset.column === this.column.name;
    if (!same) assign(this.view, this.column, target.place);
  };

  private onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !this.under) return;
    event.preventDefault();
    event.stopPropagation();
    this.end();
    const { window } = this;
    window.addEventListener("pointerup", () => swallowClick(window), { capture: true, once: true });
  };

  private end = () => {
    this.window.removeEventListener("pointermove", this.onMove, true);
    this.window.removeEventListener("pointerup", this.onUp, true);
    this.window.removeEventListener("pointercancel", this.end, true);
    this.window.removeEventListener("keydown", this.onKey, true);
    this.window.cancelAnimationFrame(this.frame);
    if (!this.under) return;
    delete this.root.dataset.dragging;
    this.view.drag.value = null;
    unmark(this.view);
  };
}

/** The nearest box around the widget that can still scroll in this direction. */
function scrolledBy(root: HTMLElement, step: number): Element | null {
  let box: Element | null = root.parentElement;
  while (box) {
    const room = step < 0 ? box.scrollTop : box.scrollHeight - box.clientHeight - box.scrollTop;
    const style = getComputedStyle(box).overflowY;
    const scrolls =
      style === "auto" || style === "scroll" || box === box.ownerDocument.scrollingElement;
    if (scrolls && room > 1) return box;
    const tree = box.getRootNode();
    box = box.parentElement ?? (tree instanceof ShadowRoot ? tree.host : null);
  }
  return null;
}

/** The click that ends a drag is not meant for what lies below. */
function swallowClick(window: Window): void {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, true), 0);
}
