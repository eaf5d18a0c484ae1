import { afterEach, describe, expect, it, vi } from "vitest";
import { CodeTab, DiagnosticsTab } from "../../src/tabs";
import type { Code, Diagnostics } from "../../src/wire";
import { chart, open, settled } from "./helpers";

const DIAGNOSTICS: Diagnostics = {
  revision: 3,
  reason: "",
  look: true,
  checks: [
    { status: "look", title: "Random effects", detail: "SD of c′ is 0" },
    { status: "ok", title: "Convergence", detail: "gradient 2 × 10⁻⁶" },
  ],
  panels: [{ title: "Residuals", text: "Points on the line: normal.", chart: chart("quantiles") }],
  tables: [
    {
      title: "Spread",
      columns: ["", "SD"],
      rows: [
        ["a", "0.26"],
        ["b", "0.22"],
      ],
    },
  ],
  influence: "offered",
  influence_words: "Leave out each person in turn.",
};
const CODE: Code = {
  revision: 3,
  languages: [
    { id: "python", label: "Python", code: "x = '</script><b>'\n" },
    { id: "widget", label: "This widget", code: "mw.explore(df)\n" },
  ],
  note: "Run it.",
};

let page: ReturnType<typeof open>;
afterEach(() => page.close());

describe("diagnostics", () => {
  it("show each check with its state in words", () => {
    page = open(DiagnosticsTab, { diagnostics: DIAGNOSTICS });
    const lines = [...page.el.querySelectorAll(".mw-check")].map((line) => line.textContent);
    expect(lines).toEqual(["Random effectsSD of c′ is 0look", "Convergencegradient 2 × 10⁻⁶ok"]);
  });

  it("have tables without empty headings", () => {
    page = open(DiagnosticsTab, { diagnostics: DIAGNOSTICS });
    const heads = [...page.el.querySelectorAll("th")].map((head) => head.textContent);
    expect(heads).toEqual(["SD", "a", "b"]);
  });

  it("offer to leave groups out, once", async () => {
    page = open(DiagnosticsTab, { diagnostics: DIAGNOSTICS });
    page.id("mw-run-influence").click();
    expect(page.model.gestures).toEqual([{ kind: "run_influence" }]);
    page.model.put({ diagnostics: { ...DIAGNOSTICS, influence: "running" } });
    await settled();
    expect(page.id("mw-run-influence")).toBeNull();
  });
});

describe("code", () => {
  it("is shown as it is, in the language that is chosen, and copied", async () => {
    const writeText = vi.fn(async () => {});
    page = open(CodeTab, { code: CODE });
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    expect(page.find("pre").textContent).toBe(CODE.languages[0]!.code);
    page.find("[data-value=widget]").click();
    await settled();
    expect(page.find("pre").textContent).toBe("mw.explore(df)\n");
    page.id("mw-copy-code").click();
    await settled();
    expect(writeText).toHaveBeenCalledWith("mw.explore(df)\n");
  });

  it("is to be selected where the clipboard is out of reach", async () => {
    page = open(CodeTab, { code: CODE });
    vi.stubGlobal("navigator", {});
    document.execCommand = () => false;
    page.id("mw-copy-code").click();
    await settled();
    expect(page.find(".mw-copy-said").textContent).toContain("select the text");
  });
});
