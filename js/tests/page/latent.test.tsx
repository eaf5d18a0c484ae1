import { describe, expect, it } from "vitest";
import type { Control, PathDetail } from "../../src/wire";
import { diagram, FULL, picture } from "./fake";
import { cleaned, open, press, settled } from "./opened";

cleaned();

const choice = (value: string, label: string, refusal = "") => ({
  value,
  label,
  help: "",
  refusal,
});

const hold = (name: string, value = "free", refusal = ""): Control => ({
  name,
  label: `Path ${name}`,
  form: "segments",
  value,
  choices: [
    choice("free", "estimated"),
    choice("zero", "fixed at 0"),
    choice("equal", "equal across levels", refusal),
  ],
  help: "",
});

const SPLIT: Control = {
  name: "age",
  label: "age split by",
  form: "menu",
  value: "latent",
  choices: [choice("latent", "latent means"), choice("within", "within only")],
  help: "",
};

const DETAIL: PathDetail = {
  path: "a_within",
  side: "within",
  title: [{ text: "a", side: "", strong: false, italic: true, key: false }],
  estimate: "0.15",
  interval: "[0.1, 0.2]",
  facts: [],
  slope: null,
  spread: null,
  spread_words: [],
  moderators: [],
  moderator_choices: [],
  note: { construct: "", mechanism: "", standing: "" },
  removable: "",
};

const LATENT = { ...FULL, holds: [hold("a_within"), hold("b_within", "free", "one level only")] };
const OPENED = { tab: "effects" as const, folded: false, path: "a_within" };

describe("a path with latent centering", () => {
  it("is fixed, freed or made equal in its popover", async () => {
    const { id, model } = open({ draft: LATENT, detail: DETAIL, screen: OPENED });
    await settled();
    const radios = [...id("mw-hold").querySelectorAll<HTMLElement>("[role=radio]")];
    expect(radios.map((each) => each.getAttribute("aria-checked"))).toEqual([
      "true",
      "false",
      "false",
    ]);
    radios[1]!.click();
    radios[2]!.click();
    expect(model.gestures).toEqual([
      { kind: "hold", parameter: "a_within", value: "zero" },
      { kind: "hold", parameter: "a_within", value: "equal" },
    ]);
  });

  it("is reached in the popover by F, and says what is refused", async () => {
    const detail = { ...DETAIL, path: "b_within" };
    const screen = { ...OPENED, path: "b_within" };
    const { id, model } = open({ draft: LATENT, detail, screen });
    await settled();
    press(id("mw-popover"), "f");
    expect(document.activeElement?.getAttribute("data-value")).toBe("free");
    expect(id("mw-hold").textContent).toContain("one level only");
    id("mw-hold").querySelectorAll<HTMLElement>("[role=radio]")[2]!.click();
    expect(model.gestures).toEqual([]);
  });

  it("has a menu by F, with a letter for each choice", async () => {
    const { part, find, model } = open({ draft: LATENT });
    part("a").focus();
    press(part("a"), "f");
    await settled();
    const items = [...find("[role=menu]").querySelectorAll("[role^=menuitem]")];
    expect(items.map((item) => item.querySelector("kbd")?.textContent)).toEqual(["E", "0", "="]);
    expect(items.map((item) => item.getAttribute("aria-checked"))).toEqual([
      "true",
      "false",
      "false",
    ]);
    press(document.activeElement!, "0");
    await settled();
    expect(model.gestures).toEqual([{ kind: "hold", parameter: "a_within", value: "zero" }]);
    expect(document.activeElement).toBe(part("a"));
  });

  it("cannot be held with another centering", async () => {
    const { part, find, id, model } = open({ detail: DETAIL, screen: OPENED });
    press(part("a"), "f");
    await settled();
    expect(find("[role=menu]")).toBeNull();
    expect(id("mw-hold")).toBeNull();
    expect(model.gestures).toEqual([]);
  });
});

it("a covariate is split in another way from its chip", async () => {
  const { part, id, model } = open({
    draft: { ...LATENT, covariates: ["age"], splits: [SPLIT] },
    diagram: diagram(picture()),
  });
  part("c").dispatchEvent(new MouseEvent("click", { bubbles: true }));
  await settled();
  expect(id("mw-menu-choice-latent").getAttribute("aria-checked")).toBe("true");
  id("mw-menu-choice-within").click();
  expect(model.gestures).toEqual([{ kind: "split", column: "age", value: "within" }]);
});
