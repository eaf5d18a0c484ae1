/** One chart on the page: a Vega view whose data are swapped as long as its specification stays. */

import type { View } from "vega";
import type { Chart } from "../wire";
import type { Vega } from "./bundle";
import { type Compiled, compiled, heightOf, keyOf } from "./compiled";
import { byProperty, byValue, isDark } from "./paint";
import { type Rows, tween } from "./tween";

export type Datum = Record<string, unknown>;

/** Where the plot lies in the chart's element, in CSS pixels. */
export interface Plot {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Reactions {
  onDatum?: (datum: Datum, event: Event) => void;
  onTip?: (text: string[], event: MouseEvent) => void;
  onSettle?: (drawing: Drawing) => void;
}

// Above this many rows elements of SVG are too many, and a canvas draws them.
const MOST_ELEMENTS = 2000;

// Charts bring their data; nothing is ever loaded from an address.
const NO_LOADER = {
  load: () => Promise.reject(new Error("charts load nothing")),
  sanitize: () => Promise.reject(new Error("charts link to nothing")),
  http: () => Promise.reject(new Error("charts load nothing")),
  file: () => Promise.reject(new Error("charts load nothing")),
};

export class Drawing {
  private view: View | undefined;
  private made: Compiled | undefined;
  private key = "";
  private renderer: "svg" | "canvas" = "svg";
  private shown: Record<string, Rows> = {};
  private moving: (() => void) | undefined;
  private width = 0;

  constructor(
    private readonly vega: Vega,
    private readonly element: HTMLElement,
    private readonly react: Reactions,
  ) {}

  /** Show a chart; if only its data are new, nothing is compiled and nothing built. */
  show(chart: Chart, glide = 0): void {
    const key = keyOf(chart.spec);
    const renderer = size(chart.data) > MOST_ELEMENTS ? "canvas" : "svg";
    if (this.view && key === this.key && renderer === this.renderer) {
      this.stretch(chart);
      this.swap(chart.data, glide);
      return;
    }
    this.end();
    this.key = key;
    this.renderer = renderer;
    this.build(chart);
  }

  /** Make a fluid chart as wide as its element. */
  fit(): void {
    const width = Math.floor(this.element.clientWidth);
    if (!this.view || !this.made?.fluid || width < 40 || width === this.width) return;
    this.width = width;
    this.view.width(width);
    this.run();
  }

  /** Draw anew in the colours of now; only a canvas needs it. */
  repaint(chart: Chart): void {
    if (this.renderer !== "canvas") return;
    this.end();
    this.build(chart);
  }

  plot(): Plot | undefined {
    const view = this.view;
    if (!view) return undefined;
    const [left, top] = view.origin();
    const padding = view.padding() as { left: number; top: number };
    const inner = view.scenegraph() as unknown as {
      root: { items: { width: number; height: number }[] };
    };
    const group = inner.root.items[0];
    return {
      left: left + padding.left,
      top: top + padding.top,
      width: group?.width ?? view.width(),
      height: group?.height ?? view.height(),
    };
  }

  /** Where the largest mark of a datum lies in the chart's element. */
  boxOf(matches: (datum: Datum) => boolean): Plot | undefined {
    const view = this.view;
    if (!view) return undefined;
    const [left, top] = view.origin();
    const padding = view.padding() as { left: number; top: number };
    const found: Plot[] = [];
    const visit = (item: Item, x: number, y: number) => {
      if (item.marktype) {
        for (const inner of item.items ?? []) visit(inner, x, y);
        return;
      }
      if (item.items) {
        const [inX, inY] = [x + (item.x ?? 0), y + (item.y ?? 0)];
        for (const mark of item.items) visit(mark, inX, inY);
      } else if (item.bounds && item.datum && matches(item.datum)) {
        const { x1, y1, x2, y2 } = item.bounds;
        found.push({ left: x + x1, top: y + y1, width: x2 - x1, height: y2 - y1 });
      }
    };
    const { root } = view.scenegraph() as unknown as { root: Item };
    visit(root, left + padding.left, top + padding.top);
    return found.sort((one, other) => area(other) - area(one))[0];
  }

  end(): void {
    this.moving?.();
    this.moving = undefined;
    this.view?.finalize();
    this.view = undefined;
    this.shown = {};
    this.element.replaceChildren();
  }

  private build(chart: Chart): void {
    const paint = this.renderer === "svg" ? byProperty : byValue(isDark(this.element));
    const font = getComputedStyle(this.element).fontFamily;
    this.made = compiled(this.vega, this.key, paint, font);
    const view = new this.vega.View(this.made.runtime, {
      expr: this.vega.expressionInterpreter,
      renderer: this.renderer,
      container: this.element,
      logLevel: this.vega.None,
      loader: NO_LOADER as never,
      tooltip: (_handler: unknown, event: MouseEvent, _item: unknown, value: unknown) =>
        this.react.onTip?.(lines(value), event),
    } as never);
    this.view = view;
    if (this.react.onDatum) {
      view.addEventListener("click", (event, item) => {
        const datum = (item as { datum?: Datum } | null)?.datum;
        if (datum) this.react.onDatum?.(datum, event as unknown as Event);
      });
    }
    this.width = this.made.fluid ? Math.floor(this.element.clientWidth) : 0;
    if (this.width >= 40) view.width(this.width);
    this.stretch(chart);
    this.fill(chart.data);
    this.run();
  }

  private stretch(chart: Chart): void {
    const height = heightOf(chart.spec);
    if (height !== undefined && height !== this.view?.height()) this.view?.height(height);
  }

  private swap(data: Record<string, Rows>, glide: number): void {
    const before = this.shown;
    const changed = Object.keys(data).filter((name) => data[name] !== before[name]);
    if (!changed.length) return;
    this.moving?.();
    const moves = glide ? tween(before, data, glide, (rows) => this.redraw(rows)) : undefined;
    this.moving = moves?.stop;
    this.redraw(moves?.first ?? data);
  }

  private redraw(data: Record<string, Rows>): void {
    this.fill(data);
    this.run();
  }

  /** Let the view work; it draws before the browser paints, and then knows its layout. */
  private run(): void {
    const { view } = this;
    view?.runAsync().then(() => view === this.view && this.react.onSettle?.(this));
  }

  private fill(data: Record<string, Rows>): void {
    for (const [name, rows] of Object.entries(data)) {
      if (this.shown[name] === rows || !this.made?.names.has(name)) continue;
      // Vega writes into the rows that it is given.
      this.view?.data(
        name,
        rows.map((row) => ({ ...row })),
      );
    }
    this.shown = { ...this.shown, ...data };
  }
}

/** What is read of Vega's scene: marks hold items, items of groups hold marks. */
interface Item {
  marktype?: string;
  items?: Item[];
  x?: number;
  y?: number;
  bounds?: { x1: number; y1: number; x2: number; y2: number };
  datum?: Datum;
}

function area({ width, height }: Plot): number {
  return width * height;
}

function size(data: Record<string, Rows>): number {
  return Object.values(data).reduce((sum, rows) => sum + rows.length, 0);
}

/** The lines of a tooltip: what Vega-Lite hands over is a text or an object of texts. */
function lines(value: unknown): string[] {
  if (value === null || value === undefined || value === "") return [];
  if (typeof value !== "object") return [String(value)];
  return Object.entries(value as Record<string, unknown>).map(([name, text]) => `${name}: ${text}`);
}
