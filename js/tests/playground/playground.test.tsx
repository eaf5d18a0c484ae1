import { createElement, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../../src/playground/app";
import { ticks } from "../../src/playground/forest";
import { fixed } from "../../src/playground/format";
import type { Controls, Frame, Slider } from "../../src/playground/shapes";
import { widened } from "../../src/playground/steady";
import { createPlayStore, type PlayStore } from "../../src/playground/store";
import { FakeModel } from "../page/fake";

const piece = (text: string) => ({
  text,
  side: "" as const,
  strong: false,
  italic: false,
  key: false,
});

function slider(name: string, value: number): Slider {
  return {
    name,
    label: [piece(name)],
    spoken: name,
    part: "within",
    least: -1,
    most: 1,
    reach: 1,
    step: 0.05,
    decimals: 2,
    value,
    note: "",
    secondary: false,
    usual: true,
  };
}

function controls(turn: number, value = 0.4, direct = 0): Controls {
  return {
    turn,
    sliders: [
      slider("a_within", value),
      { ...slider("direct_within", direct), secondary: true, usual: direct === 0 },
    ],
    stories: [{ value: "sign", label: "Sign" }],
    story: "sign",
    centerings: [{ value: "latent", label: "latent means" }],
    centering: "latent",
    seed: "Seed 1.",
    can_undo: false,
    can_redo: false,
    undo_label: "",
    redo_label: "",
  };
}

function frame(turn: number): Frame {
  const mark = {
    side: "within" as const,
    estimate: 0.2,
    lower: 0.1,
    upper: 0.3,
    truth: 0.25,
    filled: true,
    estimate_text: "0.20",
    interval_text: "[0.10, 0.30]",
    truth_text: "0.25",
  };
  const scatter = {
    title: [piece("Path a")],
    across: "x" as const,
    up: "m" as const,
    means: [0, 0],
    own: [-500, -500, 500, 500],
    between: [-1000, 0, 1000, 0],
    pooled: [-1000, 0, 1000, 0],
    extent: [-1000, 1000, -1000, 1000],
    about: "Scatter of M on X",
  };
  return {
    turn,
    subtitle: "simulated",
    sentence: [piece("Said "), piece("<b>so</b>")],
    x: [0, 1000],
    m: [0, 1000],
    y: [0, 1000],
    scatters: [scatter],
    lines: [
      {
        name: "indirect_within",
        label: "Within",
        about: "",
        marks: [mark],
        gap: false,
        stale: true,
      },
    ],
    domain: [-0.5, 0.5, 0.2],
    status: "good",
    strong: "ML converged",
    text: "in 9 ms",
    method: "",
    code: "",
    settled: false,
  };
}

let model: FakeModel;
let store: PlayStore;
let place: HTMLElement;
const part = (name: string) => place.querySelector<HTMLElement>(`[data-testid="${name}"]`)!;

beforeEach(() => {
  model = new FakeModel({}, { _controls: controls(0), _frame: frame(0) });
  store = createPlayStore(model.model);
  place = document.createElement("div");
  document.body.append(place);
  act(() => render(createElement(App, { store }), place));
});
afterEach(() => {
  act(() => render(null, place));
  place.remove();
  store.dispose();
});

function drag(value: number): void {
  const input = part("mw-play-a_within") as HTMLInputElement;
  act(() => {
    input.value = String(value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

describe("a slider", () => {
  it("shows its own value at once, and that of Python once it is known", () => {
    act(() => void part("mw-play-a_within").dispatchEvent(new Event("pointerdown")));
    drag(-0.3);
    expect(part("mw-play-a_within-value").textContent).toBe("−0.30");
    const { turn } = model.sent.at(-1) as { turn: number };
    act(() => void part("mw-play-a_within").dispatchEvent(new Event("pointerup")));
    act(() => model.put({ controls: controls(turn, 0.25) }));
    expect(part("mw-play-a_within-value").textContent).toBe("0.25");
  });

  it("goes no further than the other settings let it", () => {
    const sliders = controls(0).sliders.map((one) => ({ ...one, reach: 0.2 }));
    act(() => model.put({ controls: { ...controls(0, 0), sliders } }));
    drag(-0.7);
    expect((part("mw-play-a_within") as HTMLInputElement).value).toBe("-0.2");
    expect(model.sent.at(-1)).toMatchObject({ kind: "set", value: -0.2 });
  });

  it("sends the latest value when answers are late, and the same drag each time", () => {
    act(() => void part("mw-play-a_within").dispatchEvent(new Event("pointerdown")));
    drag(0.5);
    const first = model.sent.at(-1) as { turn: number; drag: string };
    act(() => model.put({ frame: frame(first.turn) }));
    for (const value of [0.55, 0.6, 0.65, 0.7]) drag(value);
    const sent = model.sent.filter((item) => item.kind === "set");
    expect(sent.length).toBeLessThan(5);
    act(() => model.put({ frame: frame(Number(sent.at(-1)!.turn)) }));
    const last = model.sent.filter((item) => item.kind === "set").at(-1)!;
    expect(last.value).toBe(0.7);
    expect(last.drag).toBe(first.drag);
  });
});

describe("a fold", () => {
  const fold = () => part("mw-play-more-within");
  const put = (value: number, story = "sign") =>
    act(() => model.put({ controls: { ...controls(1, 0.4, value), story } }));

  it("hides what is not used, and says when something in it is", () => {
    expect(part("mw-play-direct_within")).toBeNull();
    put(0.5);
    expect((part("mw-play-direct_within") as HTMLInputElement).value).toBe("0.5");
    act(() => fold().click());
    expect(fold().getAttribute("aria-expanded")).toBe("false");
    expect(part("mw-play-direct_within")).toBeNull();
    expect(part("mw-play-kept-within").textContent).toContain("0.50");
  });

  it("stays open under the hand, and begins with each story as that needs it", () => {
    act(() => fold().click());
    put(0.5);
    put(0);
    expect(part("mw-play-direct_within")).not.toBeNull();
    put(0, "between");
    expect(part("mw-play-direct_within")).toBeNull();
    put(0.5, "covariance");
    expect(part("mw-play-direct_within")).not.toBeNull();
  });
});

describe("what is shown", () => {
  it("escapes words, marks stale rows, and draws every row", () => {
    expect(part("mw-play-sentence").textContent).toBe("Said <b>so</b>");
    expect(part("mw-play-sentence").querySelector("b")).toBeNull();
    const line = place.querySelector("[data-line=indirect_within]")!;
    expect(line.getAttribute("data-stale")).toBe("true");
    expect(line.textContent).toContain("[0.10, 0.30]");
    const dots = place.querySelector(".mw-play-plane ~ svg .mw-play-dots")!;
    expect(dots.getAttribute("d")!.match(/M/g)).toHaveLength(2);
  });

  it("says when Python is gone", () => {
    model.broken = true;
    act(() => part("mw-play-new").click());
    expect(part("mw-play-status").textContent).toContain("No kernel");
    expect((part("mw-play-a_within") as HTMLInputElement).disabled).toBe(true);
    expect(part("mw-play-offline").textContent).toContain("Run the cell again");
  });

  it("says so too where the host does not know, until something is heard", async () => {
    vi.useFakeTimers();
    const silent = createPlayStore(model.model);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(silent.online.value).toBe(false);
    act(() => model.put({ controls: controls(1) }));
    expect(silent.online.value).toBe(true);
    silent.dispose();
    vi.useRealTimers();
  });
});

describe("numbers", () => {
  it("are written as in Python", () => {
    expect([fixed(-0.5, 2), fixed(-0.001, 2), fixed(24, 0)]).toEqual(["−0.50", "0.00", "24"]);
  });
  it("has round ticks, and axes that only widen while a slider is held", () => {
    expect(ticks(-0.5, 0.5, 0.2)).toEqual([-0.4, -0.2, 0, 0.2, 0.4]);
    expect(widened([-1, 1], [-0.5, 2])).toEqual([-1, 2]);
  });
});
