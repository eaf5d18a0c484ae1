import { afterEach, describe, expect, it } from "vitest";
import { SpecificationsTab } from "../../src/tabs";
import type { Specifications } from "../../src/wire";
import { chart, open, press, settled } from "./helpers";

const CHOICE = { help: "", refusal: "" };
const CELLS = [5, 2, 7];
const EMPTY: Specifications = {
  revision: 1,
  reason: "",
  choices: [
    {
      name: "centering",
      label: "Centering",
      values: [
        { ...CHOICE, value: "none", label: "none" },
        { ...CHOICE, value: "group-mean", label: "group mean" },
        { ...CHOICE, value: "latent", label: "latent", refusal: "not yet" },
      ],
      on: ["group-mean"],
    },
  ],
  n_cells: 1200,
  running: false,
  stale: false,
  reading: [],
  controls: [],
  chart: null,
  current: -1,
  pinned: -1,
  facts: [],
  note: "",
  ladder: { running: false, stale: false, reason: "", tables: [], notes: [] },
};
const RUN: Specifications = {
  ...EMPTY,
  chart: chart("specification_curve", {
    spec: {
      data: { name: "hits" },
      mark: "rect",
      encoding: { x: { field: "x", type: "quantitative" }, x2: { field: "x2" } },
      width: 300,
      height: 100,
    },
    data: { hits: CELLS.map((cell, x) => ({ cell, x, x2: x + 1, y: 0 })) },
    columns: ["Centering", "Estimate"],
    rows: [
      ["none", "0.1"],
      ["latent", "0.2"],
      ["group mean", "0.3"],
    ],
  }),
  current: 2,
  facts: [{ label: "Rank", value: "2 of 3" }],
};

let page: ReturnType<typeof open>;

async function show(section: Specifications, traits: Record<string, unknown> = {}) {
  page = open(SpecificationsTab, { specifications: section }, traits);
  await settled();
  return page;
}

afterEach(() => page.close());

describe("what a comparison varies", () => {
  it("is chosen before anything is fitted", async () => {
    const { model, find, id } = await show(EMPTY);
    find("[data-value=none]").click();
    find("[data-value=latent]").click(); // refused
    find("[data-value=group-mean]").click(); // the last one stays
    expect(id("mw-run-specifications").textContent).toBe("Fit 1,200 specifications");
    id("mw-run-specifications").click();
    expect(model.gestures).toEqual([
      { kind: "choose_specifications", name: "centering", on: ["none", "group-mean"] },
      { kind: "run_specifications" },
    ]);
  });

  it("is out of the way once there is a curve, and cannot run twice", async () => {
    const { el, id } = await show({ ...RUN, running: true });
    expect(el.querySelector(".mw-choices")).toBeNull();
    id("mw-edit-choices").click();
    await settled();
    expect(id("mw-run-specifications").hasAttribute("disabled")).toBe(true);
  });

  it("says what is missing", async () => {
    const { id } = await show({ ...EMPTY, reason: "Map the four roles first." });
    expect(id("mw-specifications").textContent).toBe("Map the four roles first.");
  });
});

describe("the curve", () => {
  const keys = () => page.find(".mw-curve-keys");

  it("is walked along and loaded by keys", async () => {
    const { model, find } = await show(RUN);
    press(keys(), "ArrowRight");
    await settled();
    expect(find("[role=option]").textContent).toBe("Centering group mean, Estimate 0.3");
    expect(find(".mw-curve-cursor")).not.toBeNull();
    press(keys(), "ArrowRight");
    await settled();
    press(keys(), "Enter");
    press(keys(), "Home");
    await settled();
    press(keys(), "p");
    expect(model.gestures).toEqual([
      { kind: "load_specification", cell: 7 },
      { kind: "load_specification", cell: 5, pin: true },
    ]);
  });

  it("does not load what is loaded, nor anything in a saved page", async () => {
    const { model } = await show(RUN);
    press(keys(), "Enter");
    page.close();
    await show(RUN, { _static: true });
    press(keys(), "End");
    await settled();
    press(keys(), "Enter");
    expect([...model.gestures, ...page.model.gestures]).toEqual([]);
  });

  it("pins the current specification and shows the facts of the pinned one", async () => {
    const { model, id } = await show(RUN);
    id("mw-pin").click();
    expect(model.gestures).toEqual([{ kind: "load_specification", cell: 2, pin: true }]);
    model.put({ specifications: { ...RUN, pinned: 7 } });
    await settled();
    expect(id("mw-facts").textContent).toContain("Pinned specification");
    page.button("Load it").click();
    expect(model.gestures.at(-1)).toEqual({ kind: "load_specification", cell: 7 });
  });
});

describe("the ladder", () => {
  const RUNGS = {
    title: "Rungs",
    columns: ["", "set", "AIC"],
    rows: [
      ["1. intercepts alone", "A", "12.3"],
      ["2. <b>x</b> → y", "A", "9.8"],
    ],
    n_labels: 2,
  };
  const BUILT = { ...EMPTY.ladder, tables: [RUNGS], notes: ["Every rung uses the same rows."] };

  it("is built when asked for", async () => {
    const { model, id } = await show(EMPTY);
    id("mw-run-ladder").click();
    expect(model.gestures).toEqual([{ kind: "run_ladder" }]);
    model.put({ specifications: { ...EMPTY, ladder: { ...BUILT, running: true } } });
    await settled();
    expect(id("mw-run-ladder").hasAttribute("disabled")).toBe(true);
  });

  it("shows its rungs as a table and names as text", async () => {
    const { id, find } = await show({ ...EMPTY, ladder: BUILT });
    const rows = [...id("mw-ladder").querySelectorAll("tbody th")].map((th) => th.textContent);
    expect(rows).toEqual(["1. intercepts alone", "2. <b>x</b> → y"]);
    expect(find("caption").textContent).toBe("Rungs");
    expect(id("mw-ladder").textContent).toContain("Every rung uses the same rows.");
  });

  it("says that it is of an earlier model, or why there is none", async () => {
    const { model, id } = await show({ ...EMPTY, ladder: { ...BUILT, stale: true } });
    expect(id("mw-ladder").textContent).toContain("Of an earlier model.");
    model.put({
      specifications: { ...EMPTY, ladder: { ...EMPTY.ladder, reason: "Not by REML." } },
    });
    await settled();
    expect(id("mw-ladder").querySelector("[role=status]")?.textContent).toBe("Not by REML.");
  });

  it("stays in a saved page without its button, and only if it was built", async () => {
    const { el } = await show(EMPTY, { _static: true });
    expect(el.querySelector(".mw-ladder")).toBeNull();
    page.close();
    await show({ ...EMPTY, ladder: BUILT }, { _static: true });
    expect(page.id("mw-ladder").querySelector("button")).toBeNull();
  });
});
