import { afterEach, describe, expect, it, vi } from "vitest";
import { ReportTab } from "../../src/tabs";
import type { Report, ReportForm } from "../../src/wire";
import { open, press, settled } from "./helpers";

const span = (text: string, more = {}) => ({
  text,
  side: "" as const,
  strong: false,
  italic: false,
  key: false,
  ...more,
});
const forms = (text: string): ReportForm[] => [
  { form: "text", text },
  { form: "markdown", text: `*${text}*` },
  { form: "html", text: `<p>${text}</p>` },
  { form: "latex", text: `\\emph{${text}}` },
];
const REPORT: Report = {
  revision: 3,
  reason: "",
  style: {
    name: "style",
    label: "Text",
    form: "segments",
    value: "apa",
    choices: ["apa", "plain"].map((value) => ({ value, label: value, help: "", refusal: "" })),
    help: "",
  },
  smallest: "",
  smallest_label: "Smallest effect that would matter",
  blocks: [
    { kind: "heading", spans: [span("Results")], points: [] },
    {
      kind: "prose",
      spans: [span("<b>x</b> by "), span("0.06", { strong: true, side: "within" })],
      points: [],
    },
    { kind: "points", spans: [], points: [{ title: "Order", text: "not shown" }] },
  ],
  forms: forms("report"),
  tables: [
    {
      title: "Table 1. Effects",
      columns: ["", "Est."],
      rows: [
        { heading: true, side: "within", cells: [[span("Within persons")]] },
        { heading: false, side: "", cells: [[span("x → m")], [span("0.19")]] },
      ],
      note: "",
      forms: forms("table"),
    },
  ],
  checks: [{ status: "look", title: "Groups", detail: "few" }],
  judgements: [
    {
      title: "Order in time",
      detail: "x before m",
      ticks: [{ name: "order", level: "", held: true }],
    },
    {
      title: "No unmeasured confounding",
      detail: "held constant",
      ticks: [
        { name: "confounding-xm-within", level: "within", held: false },
        { name: "confounding-xm-between", level: "between", held: true },
      ],
    },
  ],
  note: "Association.",
  decisions: [{ id: "4", when: "2026-11-23 04:12", what: "slope of <b>", why: "few rows" }],
  code: [
    { id: "python", label: "Python", code: "import medwidget\n", refusal: "" },
    { id: "lavaan", label: "lavaan", code: "", refusal: "No slopes that vary." },
  ],
  code_note: "It gives the figures.",
};

class Item {
  constructor(readonly parts: Record<string, Blob>) {}
}

function type(field: HTMLInputElement, text: string) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

let page: ReturnType<typeof open>;
afterEach(() => page.close());

describe("the report", () => {
  it("shows text as text, and tables with their levels", () => {
    page = open(ReportTab, { report: REPORT });
    expect(page.find("article p").textContent).toBe("<b>x</b> by 0.06");
    expect(page.find("article .mw-side-within").textContent).toBe("0.06");
    expect(page.find("article li").textContent).toBe("Order. not shown");
    expect(page.find(".mw-report-level th").getAttribute("colspan")).toBe("2");
    expect(page.find("tbody td").textContent).toBe("0.19");
  });

  it("says why there is none", () => {
    page = open(ReportTab, { report: { ...REPORT, reason: "There is no result." } });
    expect(page.el.textContent).toBe("There is no result.");
  });

  it("sends ticks, style and size", () => {
    page = open(ReportTab, { report: REPORT });
    page.id("mw-judge-confounding-xm-within").click();
    page.id("mw-judge-order").click();
    expect(page.find(".mw-assumption-levels").textContent).toContain("withinbetween");
    page.find("[data-value=plain]").click();
    const size = page.find<HTMLInputElement>("[data-testid=mw-smallest]");
    type(size, "0.1");
    press(size, "Enter");
    size.dispatchEvent(new Event("blur"));
    expect(page.model.gestures).toEqual([
      { kind: "judge", assumption: "confounding-xm-within", held: true },
      { kind: "judge", assumption: "order", held: false },
      { kind: "set_report", control: "style", value: "plain" },
      { kind: "set_report", control: "smallest", value: "0.1" },
    ]);
  });

  it("lists decisions and takes a reason for each", () => {
    page = open(ReportTab, { report: REPORT });
    const reason = page.find<HTMLInputElement>("[data-testid=mw-reason]");
    expect(reason.value).toBe("few rows");
    expect(page.find(".mw-decision-what").textContent).toBe("slope of <b>");
    type(reason, "too few rows");
    reason.dispatchEvent(new Event("blur"));
    expect(page.model.gestures).toEqual([
      { kind: "explain", decision: "4", reason: "too few rows" },
    ]);
    page.close();
    page = open(ReportTab, { report: { ...REPORT, decisions: [] } });
    expect(page.id("mw-decisions")).toBeNull();
  });

  it("can only be read where there is no Python", () => {
    page = open(ReportTab, { report: REPORT }, { _static: true });
    const inputs = [...page.el.querySelectorAll<HTMLInputElement>("input")];
    expect(inputs.length).toBe(4);
    expect(inputs.every((input) => input.disabled)).toBe(true);
  });

  it("is copied as rich text with plain text beside it", async () => {
    page = open(ReportTab, { report: REPORT });
    const write = vi.fn(async (_: Item[]) => {});
    vi.stubGlobal("ClipboardItem", Item);
    vi.stubGlobal("navigator", { clipboard: { write } });
    page.id("mw-copy-report").click();
    await settled();
    const { parts } = write.mock.calls[0]![0][0]!;
    expect(await parts["text/html"]!.text()).toBe("<p>report</p>");
    expect(await parts["text/plain"]!.text()).toBe("report");
  });

  it("is copied in the form that is chosen, tables by themselves", async () => {
    page = open(ReportTab, { report: REPORT });
    const writeText = vi.fn(async (_: string) => {});
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    const form = page.find<HTMLSelectElement>("[data-testid=mw-report-form]");
    form.value = "latex";
    form.dispatchEvent(new Event("change", { bubbles: true }));
    await settled();
    page.id("mw-copy-report").click();
    page.button("Copy table").click();
    await settled();
    expect(writeText.mock.calls).toEqual([["\\emph{report}"], ["\\emph{table}"]]);
  });

  it("has code, or the sentence that says why there is none", async () => {
    page = open(ReportTab, { report: REPORT });
    expect(page.find("pre").textContent).toBe("import medwidget\n");
    page.find("[data-value=lavaan]").click();
    await settled();
    expect(page.find("pre")).toBeNull();
    expect(page.id("mw-report-refusal").textContent).toBe("No slopes that vary.");
  });
});
