import { afterEach, describe, expect, it, vi } from "vitest";
import { GroupsTab } from "../../src/tabs";
import type { Control, GroupRows } from "../../src/wire";
import { chart, groupRows, groups, open, press, settled } from "./helpers";

const CHOICE = { help: "", refusal: "" };
const EFFECT: Control = {
  name: "effect",
  label: "Effect",
  form: "segments",
  value: "indirect",
  choices: [
    { ...CHOICE, value: "indirect", label: "indirect" },
    { ...CHOICE, value: "a", label: "a", refusal: "the same for everyone" },
    { ...CHOICE, value: "b", label: "b" },
  ],
  help: "",
};
const SORT: Control = { ...EFFECT, name: "sort", form: "menu", value: "b" };

let page: ReturnType<typeof open>;

async function show(
  section = groups(),
  traits: Record<string, unknown> = {},
  rows: GroupRows | null = groupRows(10),
) {
  page = open(GroupsTab, { groups: section, group_rows: rows }, traits);
  await settled();
  return page;
}

const surface = () => page.find<HTMLElement>(".mw-cat-surface");
const option = () => page.find("[role=option]").textContent;

function point(type: string, rank: number, more: PointerEventInit = {}) {
  // A plot of 500 pixels and 10 groups: 50 pixels each.
  const where = { clientX: rank * 50 + 25, clientY: 10, button: 0, bubbles: true, pointerId: 1 };
  surface().dispatchEvent(new PointerEvent(type, { ...where, ...more }));
}

afterEach(() => {
  page.close();
  vi.useRealTimers();
});

describe("controls of groups", () => {
  it("are set by gestures", async () => {
    const { model, find, id } = await show(groups({ controls: [EFFECT, SORT] }));
    find("[data-value=b]").click();
    find("[data-value=a]").click(); // refused
    press(find("[data-value=indirect]"), "ArrowRight");
    const menu = find<HTMLSelectElement>("select");
    menu.value = "indirect";
    menu.dispatchEvent(new Event("change", { bubbles: true }));
    id("mw-shrink").click();
    expect(model.gestures).toEqual([
      { kind: "set_groups", control: "effect", value: "b" },
      { kind: "set_groups", control: "effect", value: "b" },
      { kind: "set_groups", control: "sort", value: "indirect" },
      { kind: "set_groups", control: "shrink", value: "no" },
    ]);
  });

  it("cannot be used in a saved page", async () => {
    const { id, find } = await show(groups({ controls: [SORT] }), { _static: true });
    expect(id("mw-shrink").hasAttribute("disabled")).toBe(true);
    expect(find("select").hasAttribute("disabled")).toBe(true);
  });

  it("stand for nothing where there are no groups", async () => {
    const { id, el } = await show(groups({ reason: "No path differs between persons." }), {}, null);
    expect(id("mw-groups").textContent).toBe("No path differs between persons.");
    expect(el.querySelector("button")).toBeNull();
  });
});

describe("a brush", () => {
  it("is drawn by hand, shown at once and sent when let go", async () => {
    const { model, find } = await show();
    point("pointerdown", 2);
    point("pointermove", 4);
    await settled();
    expect(find(".mw-brush").textContent).toBe("3 selected");
    expect(model.gestures).toEqual([]);
    point("pointerup", 4);
    expect(model.gestures).toEqual([{ kind: "select_groups", positions: [7, 6, 5] }]);
  });

  it("is not one where the selected lie apart", async () => {
    const { el } = await show(groups({ selected: [1, 8], selected_words: "2 selected" }));
    expect(el.querySelector(".mw-brush")).toBeNull();
    expect(el.querySelector(".mw-multiples")).not.toBeNull();
  });

  it("selects one group by a click, more with Ctrl, none by another click", async () => {
    const { model } = await show();
    const click = async (rank: number, more: PointerEventInit = {}) => {
      point("pointerdown", rank, more);
      point("pointerup", rank, more);
      await settled();
    };
    await click(0);
    await click(5, { ctrlKey: true });
    await click(0, { ctrlKey: true });
    await click(5);
    const sent = model.gestures.map((each) => each.positions);
    expect(sent).toEqual([[9], [9, 4], [4], []]);
  });

  it("is moved and extended by keys", async () => {
    const { model } = await show();
    const keys: [string, boolean][] = [
      ["Home", false],
      ["ArrowRight", false],
      ["ArrowRight", true],
      ["ArrowRight", true],
      ["ArrowUp", true],
      ["ArrowDown", true],
      ["Escape", false],
    ];
    for (const [key, shiftKey] of keys) {
      expect(press(surface(), key, { shiftKey }).defaultPrevented).toBe(true);
      await settled();
    }
    const sent = model.gestures.map((each) => each.positions);
    expect(sent).toEqual([[8, 7], [8, 7, 6], [7, 6, 5], [8, 7, 6], []]);
  });

  it("tells the group at the cursor in the words of its table", async () => {
    await show();
    press(surface(), "End");
    await settled();
    expect(option()).toBe("person id 0, estimate 0.00, 95% interval [−1.00, 1.00], rows 7");
    expect(page.find(".mw-tip").textContent).toBe(
      "person id 0estimate 0.0095% interval [−1.00, 1.00]rows 7",
    );
  });

  it("gives way to what Python says after a while", async () => {
    const { model, find, el } = await show();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    point("pointerdown", 2);
    point("pointerup", 2);
    await Promise.resolve();
    expect(find(".mw-brush")).not.toBeNull();
    model.put({ groups: groups() });
    await vi.advanceTimersByTimeAsync(1600);
    expect(el.querySelector(".mw-brush")).toBeNull();
  });

  it("follows a selection made in Python", async () => {
    const { model, find } = await show();
    model.put({ groups: groups({ selected: [3, 4], selected_words: "2 selected persons" }) });
    await settled();
    expect(find(".mw-brush").textContent).toBe("2 selected");
    expect(find(".mw-multiples h3").textContent).toBe("2 selected persons");
  });
});

describe("a selection that is ahead of Python", () => {
  it("is shown at once; what was close up stays until the new ones come", async () => {
    const before = groups({
      selected: [1],
      selected_words: "1 selected person",
      multiples: chart("groups"),
    });
    const { model, find } = await show(before);
    point("pointerdown", 2);
    point("pointermove", 4);
    await settled();
    const section = find(".mw-multiples");
    expect(section.querySelector("h3")!.textContent).toBe("3 selected");
    expect(section.getAttribute("aria-busy")).toBe("true");
    expect(section.querySelector("[data-chart=groups] svg")).not.toBeNull();
    point("pointerup", 4);
    expect(model.gestures).toHaveLength(1);
    model.put({ groups: { ...before, selected: [7, 6, 5], selected_words: "3 selected persons" } });
    await settled();
    expect(section.querySelector("h3")!.textContent).toBe("3 selected persons");
    expect(section.getAttribute("aria-busy")).toBe("false");
  });

  it("stays in a saved page, where nobody is asked for it", async () => {
    const saved = groups({
      selected: [1],
      selected_words: "1 selected person",
      multiples: chart("groups"),
    });
    const { model, el, find, id } = await show(saved, { _static: true });
    expect(id("mw-clear-selection")).toBeNull();
    point("pointerdown", 2);
    point("pointerup", 2);
    await settled();
    expect(find(".mw-multiples h3").textContent).toBe("1 selected");
    expect(find(".mw-multiples").getAttribute("aria-busy")).toBe("false");
    expect(el.querySelector("[data-chart=groups]")).toBeNull();
    point("pointerdown", 3);
    point("pointermove", 5);
    point("pointerup", 5);
    await settled();
    expect(find(".mw-brush").textContent).toBe("3 selected");
    id("mw-clear-selection").click();
    await settled();
    expect(find(".mw-multiples h3").textContent).toBe("1 selected person");
    expect(model.gestures).toEqual([]);
  });
});

describe("the table of all groups", () => {
  it("is written by the page, in the order of the picture", async () => {
    const { button, el } = await show();
    button("Show as table").click();
    await settled();
    const cells = [...el.querySelectorAll("tbody tr")].map((row) => row.textContent);
    expect(cells).toHaveLength(10);
    expect(cells[0]).toBe("id 99.00[8.00, 10.00]7");
  });
});

describe("the selection", () => {
  it("is cleared, copied as code and shown close up", async () => {
    const writeText = vi.fn(async () => {});
    const section = groups({
      selected: [1],
      selected_words: "1 selected person",
      multiples: chart("groups"),
      snippet: "selected = ['id 1']\n",
    });
    const { model, id, el } = await show(section);
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    expect(el.querySelector(".mw-multiples [data-chart=groups] svg")).not.toBeNull();
    id("mw-selection-code").click();
    id("mw-clear-selection").click();
    await settled();
    expect(writeText).toHaveBeenCalledWith(section.snippet);
    expect(model.gestures).toEqual([{ kind: "select_groups", positions: [] }]);
  });
});
