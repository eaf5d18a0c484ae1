import { afterEach, describe, expect, it, vi } from "vitest";
import { loadVega, provideVega, unzipped, type Vega, vegaNow } from "../../src/chart/bundle";
import { createStore, type Store } from "../../src/store";
import { FakeModel } from "../page/fake";

const BUNDLE = { name: "the bundle" } as unknown as Vega;

function storeOf(model: FakeModel): Store {
  return createStore(model.model);
}

function asked(model: FakeModel): Record<string, unknown>[] {
  return model.sent.filter((sent) => sent.kind === "ask" && sent.what === "vega");
}

async function zipped(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

afterEach(() => {
  provideVega(undefined);
  vi.useRealTimers();
});

describe("the bundle that draws charts", () => {
  it("is not asked for where it is on the page already", async () => {
    const model = new FakeModel();
    provideVega(BUNDLE);
    expect(await loadVega(storeOf(model))).toBe(BUNDLE);
    expect(asked(model)).toHaveLength(0);
  });

  it("is asked for once by widgets that open together", () => {
    vi.useFakeTimers();
    const [one, other] = [new FakeModel(), new FakeModel()];
    const first = storeOf(one);
    for (const store of [first, first, storeOf(other)]) loadVega(store).catch(() => {});
    expect(asked(one)).toHaveLength(1);
    expect(asked(other)).toHaveLength(0);
  });

  it("is asked for by another widget if the first gets no answer", async () => {
    vi.useFakeTimers();
    const [dead, live] = [new FakeModel(), new FakeModel()];
    loadVega(storeOf(dead)).catch(() => {});
    loadVega(storeOf(live)).catch(() => {});
    await vi.advanceTimersByTimeAsync(3500);
    expect(asked(live)).toHaveLength(1);
  });

  it("can be asked for again after a refusal", async () => {
    const model = new FakeModel();
    const store = storeOf(model);
    const first = loadVega(store);
    model.reply({ id: asked(model)[0]!.id as number, what: "vega", error: "not installed" });
    await expect(first).rejects.toThrow("not installed");
    loadVega(store).catch(() => {});
    expect(asked(model)).toHaveLength(2);
    expect(vegaNow()).toBeUndefined();
  });

  it("is unzipped if it is zipped", async () => {
    const packed = await zipped("export const x = 1;");
    expect(await (await unzipped(packed)).text()).toBe("export const x = 1;");
    const plain = new DataView(new TextEncoder().encode("export {}").buffer);
    expect(await (await unzipped(plain)).text()).toBe("export {}");
  });
});
