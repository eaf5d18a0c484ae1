import { describe, expect, it } from "vitest";
import type { PathDetail } from "../../src/wire";
import { FULL } from "./fake";
import { cleaned, open, press, settled } from "./opened";

cleaned();

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
  note: { construct: "", mechanism: "time", standing: "" },
  removable: "",
};
const SCREEN = { tab: "effects" as const, folded: false, path: "a_within" };

describe("a theory note", () => {
  it("is typed in the popover, where letters are letters", async () => {
    const { id, model } = open({ draft: FULL, detail: DETAIL, screen: SCREEN });
    await settled();
    const field = id("mw-note-construct") as HTMLInputElement;
    field.focus();
    press(field, "w");
    expect(document.activeElement).toBe(field);
    field.value = "trust";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    press(field, "Enter");
    id("mw-note").querySelector<HTMLElement>("[data-value=speculative]")!.click();
    expect(model.gestures).toEqual([
      { kind: "note", path: "a_within", construct: "trust" },
      { kind: "note", path: "a_within", standing: "speculative" },
    ]);
  });
});
