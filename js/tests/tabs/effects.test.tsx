import { afterEach, describe, expect, it, vi } from "vitest";
import { EffectsTab } from "../../src/tabs";
import { heightsOf } from "../../src/tabs/effects-table";
import type { Answer } from "../../src/wire";
import { ANSWER, chart, open, settled } from "./helpers";

let page: ReturnType<typeof open>;

function show(more: Partial<Answer> = {}, traits: Record<string, unknown> = {}) {
  page = open(EffectsTab, { answer: { ...ANSWER, ...more } }, traits);
  return page;
}

afterEach(() => page.close());

describe("the table of effects", () => {
  it("has a row for each effect of the forest, and no other", () => {
    const { el } = show();
    const shown = [...el.querySelectorAll(".mw-forest tbody tr")].map((row) =>
      row.getAttribute("data-effect"),
    );
    const drawn = (ANSWER.forest.data.effects ?? []).map((row) => row.name);
    expect(shown).toEqual(drawn);
    expect(ANSWER.effects.some((line) => line.more)).toBe(true);
  });

  it("has rows as tall as those of the forest", () => {
    const { find } = show();
    const { row, gap, axis } = heightsOf(ANSWER.forest);
    const rows = find(".mw-forest").style.gridTemplateRows.split(" ");
    const lines = ANSWER.effects.filter((line) => !line.more);
    const expected = lines.map((line) => `${row + (line.gap ? gap : 0)}px`);
    expect(rows).toEqual(["auto", ...expected, `${axis}px`]);
    expect(lines.filter((line) => line.gap)).toHaveLength(1);
  });

  it("shows every effect with its definition on request", async () => {
    const { id, el } = show();
    id("mw-all-effects").click();
    await settled();
    const definitions = [...el.querySelectorAll(".mw-code")].map((cell) => cell.textContent);
    expect(definitions).toEqual(ANSWER.effects.map((line) => line.definition));
  });

  it("says why there is no number", () => {
    const [first, ...rest] = ANSWER.effects;
    const line = { ...first!, estimate: "–", interval: "–", reason: "x never varies." };
    const { find } = show({ effects: [line, ...rest] });
    expect(find(".mw-reasons").textContent).toBe(`${first!.label}x never varies.`);
  });

  it("takes new numbers in place, with the drawing that is there", async () => {
    const { el, model, find } = show();
    await settled();
    const drawing = el.querySelector(".mw-forest-plot svg");
    expect(drawing).not.toBeNull();
    const effects = ANSWER.effects.map((line) => ({ ...line, estimate: "0.123" }));
    model.put({ answer: { ...ANSWER, revision: 9, effects } });
    await settled();
    expect(find("td.mw-forest-number").textContent).toBe("0.123");
    expect(el.querySelector(".mw-forest-plot svg")).toBe(drawing);
  });
});

describe("the reading", () => {
  it("is one sentence in pieces, with the arithmetic below", () => {
    const { find } = show();
    expect(find(".mw-read").textContent).toBe(ANSWER.sentence);
    expect(find(".mw-read .mw-side-within").textContent).toBe("0.06");
    expect(find(".mw-formula").textContent).toContain("a × b");
  });

  it("shows text from the data as text", () => {
    const hostile = '<img src=x onerror="window.broken=1">';
    const span = { text: hostile, side: "" as const, strong: false, italic: false, key: false };
    const { el, find } = show({ reading: [span], notes: [hostile] });
    expect(find(".mw-read").textContent).toBe(hostile);
    expect(el.querySelector("img")).toBeNull();
  });

  it("is copied as a sentence", async () => {
    const writeText = vi.fn(async () => {});
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    const { id, find } = show();
    id("mw-copy-sentence").click();
    await settled();
    expect(writeText).toHaveBeenCalledWith(ANSWER.sentence);
    expect(find(".mw-copy-said").textContent).toBe("Copied");
  });
});

describe("a result that is out of date", () => {
  const stale = { stale: true, stale_words: "Result before the last change." };

  it("is dimmed and labelled, and offers to undo", async () => {
    const { find, model, store, button } = show(stale);
    expect(find(".mw-stale[aria-disabled=true] .mw-forest")).not.toBeNull();
    expect(find(".mw-stale-words").textContent).toBe(stale.stale_words);
    expect(button("Undo")).toBeUndefined();
    model.put({ draft: { ...store.sections.draft.value, can_undo: true } });
    await settled();
    button("Undo").click();
    expect(model.gestures).toEqual([{ kind: "undo" }]);
  });
});

describe("an interval under way", () => {
  it("stands beside how it settles", () => {
    const { id, el } = show({ settling: chart("settling") });
    expect(id("mw-settling").textContent).toContain("about settling");
    expect(el.querySelector(".mw-read")).toBeNull();
  });
});
