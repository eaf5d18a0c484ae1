import { describe, expect, it, vi } from "vitest";
import widget from "../../src";
import { column, columns, diagram, draft, FakeModel, picture } from "./fake";
import { cleaned, open, press, settled } from "./opened";

cleaned();

describe("keys on a column", () => {
  it.each([
    ["x", "exposure"],
    ["M", "mediator"],
    ["y", "outcome"],
    ["g", "group"],
    ["c", "covariate"],
  ])("%s assigns %s", (key, role) => {
    const { row, model } = open();
    press(row("age"), key);
    expect(model.gestures).toEqual([{ kind: "assign", column: "age", role }]);
  });

  it("do nothing with Ctrl, and say why a role is refused", async () => {
    const refused = column("note", { refusals: { outcome: "note is text." } });
    const { row, model, el } = open({ columns: columns(refused) });
    press(row("note"), "c", { ctrlKey: true });
    press(row("note"), "y");
    await settled();
    expect(model.gestures).toEqual([]);
    expect(el.textContent).toContain("note is text.");
  });

  it("never reach the notebook", () => {
    const { row, el } = open();
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    for (const key of ["x", "d", "0", "ArrowDown", "Enter"]) press(row("age"), key);
    press(el.querySelector(".mw-root")!, "a");
    document.removeEventListener("keydown", heard);
    expect(heard).not.toHaveBeenCalled();
  });

  it("Delete clears, but only what has a role", () => {
    const { row, model } = open();
    press(row("age"), "Delete");
    press(row("x"), "Delete");
    expect(model.gestures).toEqual([{ kind: "clear", column: "x" }]);
  });

  it("arrows move the one tab stop", async () => {
    const { row, el } = open();
    row("id").focus();
    press(row("id"), "ArrowDown");
    await settled();
    expect(document.activeElement).toBe(row("x"));
    expect(el.querySelectorAll("[role=option][tabindex='0']").length).toBe(1);
  });
});

describe("the menu of roles", () => {
  it("opens by Enter, names the keys, and gives the focus back", async () => {
    const { row, find } = open();
    row("age").focus();
    press(row("age"), "Enter");
    await settled();
    const items = [...find("[role=menu]").querySelectorAll("[role^=menuitem]")];
    expect(items.map((item) => item.querySelector("bdi")?.textContent)).toEqual([
      "Exposure X",
      "Another mediator",
      "Mediator in place of m",
      "Outcome Y",
      "Group",
      "Covariate",
      "Moderator of a",
      "Moderator of b",
      "Moderator of c′",
    ]);
    press(document.activeElement!, "Escape");
    await settled();
    expect(find("[role=menu]")).toBeNull();
    expect(document.activeElement).toBe(row("age"));
  });

  it("assigns what is chosen", async () => {
    const { row, id, model } = open();
    row("age").click();
    await settled();
    id("mw-menu-role-mediator-m").click();
    id("mw-menu-moderate-a")?.click();
    expect(model.gestures).toEqual([
      { kind: "assign", column: "age", role: "mediator", instead: "m" },
    ]);
  });
});

describe("the diagram", () => {
  it("opens and closes a path", async () => {
    const { part, model } = open();
    part("a").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    model.put({ screen: { tab: "effects", folded: false, path: "a_within" } });
    await settled();
    expect(part("a").getAttribute("data-selected")).toBe("true");
    part("a").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(model.gestures).toEqual([
      { kind: "show", path: "a_within" },
      { kind: "show", path: null },
    ]);
  });

  it("toggles a slope by its dot and by R; not one that cannot vary", async () => {
    const { part, model } = open();
    part("a-dot").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    press(part("b"), "r");
    expect(model.gestures).toEqual([
      { kind: "toggle_slope", path: "a" },
      { kind: "toggle_slope", path: "b" },
    ]);
  });

  it("keeps the focus when it is drawn anew, and gives it on when its part has gone", async () => {
    const { part, model } = open();
    part("b").focus();
    model.put({ diagram: diagram(picture({ estimate: "0.99", mediator: "other" })) });
    await settled();
    expect(document.activeElement).toBe(part("b"));
    const without = picture().replace(/<g data-key="b"[\s\S]*?<\/g>/, "");
    model.put({ diagram: diagram(without) });
    await settled();
    expect(document.activeElement).toBe(part("y"));
  });

  it("takes the guessed group by Enter", () => {
    const pill = picture().replace(
      'data-node="group" data-column="id"',
      'data-node="group" data-empty="true"',
    );
    const known = { ...columns(column("id")), group_guess: "id" };
    const { part, model } = open({ columns: known, diagram: diagram(pill) });
    press(part("pill"), "Enter");
    expect(model.gestures).toEqual([{ kind: "assign", column: "id", role: "group" }]);
  });

  it("that holds a script is not shown, and this is said", async () => {
    const { el, model } = open();
    model.put({ diagram: diagram("<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>") });
    await settled();
    expect(el.querySelector("[onload]")).toBeNull();
    expect(el.textContent).toContain("A part of the widget could not be shown.");
  });
});

describe("the rest of the page", () => {
  it("undoes and redoes by keys", () => {
    const { find, model } = open();
    press(find(".mw-root"), "z", { ctrlKey: true });
    press(find(".mw-root"), "Z", { metaKey: true, shiftKey: true });
    expect(model.gestures).toEqual([{ kind: "undo" }, { kind: "redo" }]);
  });

  it("presses what a message offers", async () => {
    const action = { id: "drop", label: "Drop c′", primary: true, preview: "From 1 to 2." };
    const { id, model, el } = open({
      messages: [
        { id: "m1", severity: "warning", title: "T", detail: "D.", more: "", actions: [action] },
      ],
    });
    expect(el.textContent).toContain("D. From 1 to 2.");
    id("mw-action-drop").click();
    expect(model.gestures).toEqual([{ kind: "act", message: "m1", action: "drop" }]);
  });

  it("shows how far a job is, stops it or ends it", () => {
    const { id, find, model } = open({
      progress: {
        job: "j",
        label: "Bootstrapping",
        done: 412,
        total: 1000,
        strong: "412 of 1,000 samples",
        text: "about 6 s left",
        stop: "Stop and keep 412",
      },
    });
    expect(find("[role=progressbar]").getAttribute("aria-valuenow")).toBe("412");
    id("mw-stop").click();
    id("mw-cancel").click();
    expect(model.gestures.map((each) => each.keep)).toEqual([true, false]);
  });

  it("without a kernel is readable and says so", async () => {
    const { id, row, model, el } = open();
    model.broken = true;
    press(row("age"), "x");
    await settled();
    expect(id("mw-status").getAttribute("data-kind")).toBe("offline");
    expect(el.querySelector("[role=alert]")?.textContent).toContain("The kernel is not running");
    expect(id("mw-undo").getAttribute("aria-disabled")).toBe("true");
  });

  it("saved as a page offers nothing that needs Python", () => {
    const { id, row, model } = open({}, { _static: true });
    press(row("age"), "x");
    expect(id("mw-export")).toBeNull();
    expect(id("mw-undo")).toBeNull();
    expect(model.sent).toEqual([]);
  });

  it("lists hundreds of columns without making as many elements", async () => {
    const many = Array.from({ length: 3000 }, (_, index) => column(`c${index}`));
    const { el, find } = open({ columns: columns(...many), draft: draft() });
    expect(el.querySelectorAll("[data-testid=mw-variable]").length).toBeLessThan(80);
    const field = find<HTMLInputElement>("input[type=search]");
    field.value = "c2999";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await settled();
    expect(el.querySelectorAll("[data-testid=mw-variable]").length).toBe(1);
  });
});

const HOSTILE = [
  '<img src=x onerror="window.bad=1">',
  "__proto__",
  "a\nb",
  "\u202egnp.exe",
  "'\"\\].`$1",
  "x".repeat(500),
  "👩‍👩‍👧",
];

describe("a column named", () => {
  it.each(HOSTILE)("%s is shown as text and assigned by its own name", async (name) => {
    const { el, model } = open({ columns: columns(column(name)), draft: draft() });
    const row = el.querySelector<HTMLElement>("[data-testid=mw-variable]")!;
    expect(row.querySelector("img")).toBeNull();
    expect(row.querySelector("bdi")?.textContent?.length).toBeGreaterThan(0);
    expect(row.textContent).not.toContain("\u202e");
    press(row, "x");
    expect(model.gestures).toEqual([{ kind: "assign", column: name, role: "exposure" }]);
    row.click();
    await settled();
    expect(el.querySelector("img")).toBeNull();
  });
});

it("two views share one store; the last one closes it", () => {
  const model = new FakeModel();
  const lifecycle = widget();
  const boxes = [document.createElement("div"), document.createElement("div")];
  const closings = boxes.map((el) => lifecycle.render({ model: model.model, el }));
  const count = () => [...model.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  const both = count();
  closings[0]!();
  expect(count()).toBe(both);
  closings[1]!();
  expect(count()).toBe(0);
});
