import { afterEach, describe, expect, it, vi } from "vitest";
import { compiled } from "../../src/chart/compiled";
import { Drawing } from "../../src/chart/drawing";
import { byProperty } from "../../src/chart/paint";
import type { Chart } from "../../src/wire";
import * as vega from "../../vega";
import answer from "../tabs/answer.json";

const FOREST = answer.forest as unknown as Chart;

function stage(width = 500): HTMLElement {
  const element = document.createElement("div");
  Object.defineProperty(element, "clientWidth", { value: width, configurable: true });
  document.body.append(element);
  return element;
}

function points(size: number, at = 1): Chart {
  const spec = {
    data: { name: "rows" },
    mark: { type: "point", color: "#2563c9" },
    encoding: { x: { field: "x", type: "quantitative" } },
    width: "container",
    height: 40,
  };
  const rows = Array.from({ length: size }, (_, place) => ({ x: at + place, cell: place }));
  return { name: "points", spec, data: { rows }, about: "", columns: [], rows: [] };
}

const drawn = () => new Promise((resolve) => setTimeout(resolve));

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe("a specification", () => {
  it("is compiled once, however often it comes", () => {
    const compile = vi.spyOn(vega, "compile").mockClear();
    const one = { ...vega, compile };
    const key = JSON.stringify(points(1).spec);
    expect(compiled(one, key, byProperty, "serif")).toBe(compiled(one, key, byProperty, "serif"));
    expect(compile).toHaveBeenCalledTimes(1);
  });

  it("of the forest is drawn in custom properties and without warnings", async () => {
    const warn = vi.spyOn(console, "warn");
    const made = compiled(vega, JSON.stringify(FOREST.spec), byProperty, "sans-serif");
    expect(made.fluid).toBe(true);
    expect([...made.names]).toEqual(expect.arrayContaining(Object.keys(FOREST.data)));
    const view = new vega.View(made.runtime, { expr: vega.expressionInterpreter } as never);
    for (const [name, rows] of Object.entries(FOREST.data)) view.data(name, structuredClone(rows));
    const svg = await view.toSVG();
    expect(svg).toContain("var(--mw-w, #2563c9)");
    expect(svg).not.toMatch(/="#[0-9a-f]{6}"/i);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe("a drawing", () => {
  it("takes new data without a new view", async () => {
    const element = stage();
    const drawing = new Drawing(vega, element, {});
    drawing.show(points(3));
    const before = element.querySelector("svg");
    expect(before).not.toBeNull();
    drawing.show(points(4));
    await drawn();
    expect(element.querySelector("svg")).toBe(before);
    expect(element.querySelectorAll(".mark-symbol path")).toHaveLength(4);
    drawing.end();
    expect(element.childElementCount).toBe(0);
  });

  it("leaves the rows that it was given alone", () => {
    const chart = points(2);
    const drawing = new Drawing(vega, stage(), {});
    drawing.show(chart);
    expect(Reflect.ownKeys(chart.data.rows![0]!)).toEqual(["x", "cell"]);
    drawing.end();
  });

  it("is as wide as its element, also later", async () => {
    const element = stage(300);
    const drawing = new Drawing(vega, element, {});
    drawing.show(points(2));
    await drawn();
    expect(element.querySelector("svg")?.getAttribute("width")).toBe("300");
    Object.defineProperty(element, "clientWidth", { value: 420 });
    drawing.fit();
    await drawn();
    expect(element.querySelector("svg")?.getAttribute("width")).toBe("420");
    drawing.end();
  });

  it("grows taller without being built anew, as rows are added", async () => {
    const element = stage();
    const drawing = new Drawing(vega, element, {});
    drawing.show(points(2));
    await drawn();
    const before = element.querySelector("svg");
    const taller = points(2);
    taller.spec.height = 90;
    drawing.show(taller);
    await drawn();
    expect(element.querySelector("svg")).toBe(before);
    expect(drawing.plot()!.height).toBe(90);
    drawing.end();
  });

  it("knows where a datum lies", () => {
    const drawing = new Drawing(vega, stage(), {});
    drawing.show(points(3, 0));
    const [first, last] = [0, 2].map((cell) => drawing.boxOf((datum) => datum.cell === cell));
    expect(first!.left).toBeLessThan(last!.left);
    expect(drawing.boxOf((datum) => datum.cell === 9)).toBeUndefined();
    const plot = drawing.plot();
    expect(plot!.height).toBe(40);
    drawing.end();
  });

  it("ignores data sets that its specification does not use", () => {
    const chart = points(1);
    chart.data.unused = [{ y: 1 }];
    const drawing = new Drawing(vega, stage(), {});
    expect(() => drawing.show(chart)).not.toThrow();
    drawing.end();
  });
});
