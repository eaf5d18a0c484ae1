import { signal } from "@preact/signals";
import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChartView } from "../../src/chart";
import { provideVega } from "../../src/chart/bundle";
import type { Store } from "../../src/store";
import * as vega from "../../vega";
import { chart, settled } from "../tabs/helpers";

const CHART = chart("curve", {
  columns: ["group", "estimate"],
  rows: Array.from({ length: 450 }, (_, place) => [`<b>${place}</b>`, "0.1"]),
});

let place: HTMLElement;
let store: Store;

function show() {
  render(<ChartView chart={CHART} store={store} />, place);
}

function button(): HTMLButtonElement {
  return place.querySelector("figcaption button")!;
}

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  place = document.createElement("div");
  document.body.append(place);
  const ask = vi.fn(() => Promise.reject(new Error("no kernel")));
  store = { online: signal(false), ask } as unknown as Store;
});
afterEach(() => {
  render(null, place);
  place.remove();
  provideVega(undefined);
  vi.unstubAllGlobals();
});

describe("a chart", () => {
  it("is drawn, and is a table when that is wanted", async () => {
    provideVega(vega);
    show();
    await settled();
    expect(place.querySelector("svg")).not.toBeNull();
    button().click();
    await settled();
    expect(place.querySelector("svg")).toBeNull();
    expect(place.querySelectorAll("tbody tr")).toHaveLength(200);
    button().click();
    await settled();
    expect(place.querySelector("svg")).not.toBeNull();
  });

  it("has a text for those who see neither", () => {
    provideVega(vega);
    show();
    expect(place.querySelector(".mw-hidden")?.textContent).toBe("about curve");
    expect(place.querySelector(".mw-chart-marks")?.getAttribute("aria-hidden")).toBe("true");
  });

  it("is its table where it cannot be drawn, until the kernel is back", async () => {
    show();
    await settled();
    expect(place.querySelector("figcaption")?.textContent).toContain("could not be drawn");
    expect(place.querySelector("td")?.textContent).toBe("<b>0</b>");
    expect(store.ask).toHaveBeenCalledTimes(1);
    provideVega(vega);
    store.online.value = true;
    await settled();
    expect(place.querySelector("svg")).not.toBeNull();
  });

  it("shows a long table in steps", async () => {
    show();
    await settled();
    for (const expected of [400, 450]) {
      place.querySelector<HTMLButtonElement>(".mw-chart-table button")!.click();
      await settled();
      expect(place.querySelectorAll("tbody tr")).toHaveLength(expected);
    }
    expect(place.querySelector(".mw-chart-table button")).toBeNull();
  });
});
