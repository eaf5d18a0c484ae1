import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createStore } from "../../src/store";
import { columns, draft, FakeModel } from "./fake";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("sections", () => {
  it("are read at first and followed afterwards", () => {
    const model = new FakeModel({ draft: draft({ revision: 3 }) });
    const store = createStore(model.model);
    expect(store.sections.draft.value.revision).toBe(3);
    model.put({ draft: draft({ revision: 4 }) });
    expect(store.sections.draft.value.revision).toBe(4);
  });

  it("that lack something are refused, and the last good one stays", () => {
    const model = new FakeModel({ columns: columns() });
    const store = createStore(model.model);
    model.put({ columns: { title: "half a section" } });
    expect(store.sections.columns.value.title).toBe("diary");
    expect(store.fault.value).toContain("columns lacks");
  });

  it("that are not there yet are empty, not broken", () => {
    const model = new FakeModel({}, { _columns: null, _messages: null, _screen: undefined });
    const store = createStore(model.model);
    expect(store.sections.columns.value.items).toEqual([]);
    expect(store.sections.screen.value.tab).toBe("effects");
    expect(store.fault.value).toBe("");
  });

  it("check every message of the list", () => {
    const model = new FakeModel();
    const store = createStore(model.model);
    model.put({ messages: [{ id: "a" }] });
    expect(store.sections.messages.value).toEqual([]);
    expect(store.fault.value).toContain("messages lacks");
  });

  it("are let go by dispose", () => {
    const model = new FakeModel();
    createStore(model.model).dispose();
    const left = [...model.listeners.values()].reduce((count, set) => count + set.size, 0);
    expect(left).toBe(0);
  });
});

describe("asking", () => {
  it("resolves with the reply of the same id and its buffer", async () => {
    const model = new FakeModel();
    const store = createStore(model.model);
    const first = store.ask("svg");
    const second = store.ask("vega");
    const [one, two] = model.sent.slice(-2);
    expect(one?.id).not.toBe(two?.id);
    const buffer = new DataView(new ArrayBuffer(3));
    model.reply({ id: two?.id as number, what: "vega" }, [buffer]);
    model.reply({ id: one?.id as number, what: "svg", text: "<svg/>" });
    expect((await second).buffer).toBe(buffer);
    expect((await first).reply.text).toBe("<svg/>");
  });

  it("rejects with the error of the reply", async () => {
    const model = new FakeModel();
    const asked = createStore(model.model).ask("html");
    model.reply({ id: model.sent.at(-1)?.id as number, error: "No bundle." });
    await expect(asked).rejects.toThrow("No bundle.");
  });

  it("gives up after a while, and when the widget is closed", async () => {
    const store = createStore(new FakeModel().model);
    const late = expect(store.ask("html", 1000)).rejects.toThrow("No answer");
    await vi.advanceTimersByTimeAsync(1001);
    await late;
    const closed = expect(store.ask("html")).rejects.toThrow("closed");
    store.dispose();
    await closed;
  });
});

describe("the kernel", () => {
  const kernel = () => {
    const slots = new Set<() => void>();
    return {
      status: "idle",
      statusChanged: { connect: (s: () => void) => slots.add(s), disconnect: () => {} },
      become(status: string) {
        this.status = status;
        for (const slot of slots) slot();
      },
    };
  };

  it("is lost when sending fails", () => {
    const model = new FakeModel();
    const store = createStore(model.model);
    model.broken = true;
    store.send({ kind: "undo" });
    expect(store.online.value).toBe(false);
    expect(store.canEdit()).toBe(false);
  });

  it("is lost when it dies, and found again when it answers", async () => {
    const model = new FakeModel();
    const given = kernel();
    model.widget_manager = { kernel: given };
    const store = createStore(model.model);
    await vi.advanceTimersByTimeAsync(0);
    given.become("dead");
    expect(store.online.value).toBe(false);
    given.become("idle");
    model.reply({ id: model.sent.at(-1)?.id as number, what: "ping" });
    expect(store.online.value).toBe(true);
  });

  it("that is idle and does not know the widget counts as lost; a busy one does not", async () => {
    const model = new FakeModel();
    const given = kernel();
    given.status = "busy";
    model.widget_manager = { kernel: given };
    const store = createStore(model.model);
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.online.value).toBe(true);
    model.tell("comm_live_update");
    given.become("idle");
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.online.value).toBe(false);
  });

  it("is not needed to open another tab", () => {
    const model = new FakeModel({}, { _static: true });
    const store = createStore(model.model);
    store.send({ kind: "show", tab: "code" });
    store.send({ kind: "undo" });
    expect(model.sent).toEqual([]);
    expect(store.sections.screen.value.tab).toBe("code");
  });
});
