import { type ComponentType, render } from "preact";
import { vi } from "vitest";
import { provideVega } from "../../src/chart/bundle";
import { createStore, type Store } from "../../src/store";
import type { Answer, Chart, GroupRows, Groups, Sections } from "../../src/wire";
import * as vega from "../../vega";
import { FakeModel } from "../page/fake";
import recorded from "./answer.json";

export const ANSWER = recorded as unknown as Answer;

/** A tab of a widget whose model is a fake, in a document. */
export function open(
  Tab: ComponentType<{ store: Store }>,
  sections: Partial<Sections>,
  traits: Record<string, unknown> = {},
) {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  provideVega(vega);
  const model = new FakeModel(sections, traits);
  const store = createStore(model.model);
  const el = document.createElement("div");
  document.body.append(el);
  render(<Tab store={store} />, el);
  const find = <E extends HTMLElement>(selector: string) => el.querySelector<E>(selector)!;
  return {
    model,
    store,
    el,
    find,
    id: (testid: string) => find(`[data-testid="${testid}"]`),
    button: (text: string) =>
      [...el.querySelectorAll("button")].find((each) => each.textContent === text)!,
    close() {
      render(null, el);
      el.remove();
      store.dispose();
      provideVega(undefined);
      vi.unstubAllGlobals();
    },
  };
}

/** Let what was asked for be drawn. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

export function press(element: Element, key: string, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  element.dispatchEvent(event);
  return event;
}

export function chart(name: string, more: Partial<Chart> = {}): Chart {
  const spec = {
    data: { name: "groups" },
    mark: "point",
    encoding: { x: { field: "rank", type: "quantitative" } },
    width: 500,
    height: 100,
  };
  return {
    name,
    spec,
    data: { groups: [] },
    about: `about ${name}`,
    columns: [],
    rows: [],
    ...more,
  };
}

/** Groups 0 to n - 1, sorted backwards. */
export function groupRows(n: number, more: Partial<GroupRows> = {}): GroupRows {
  const order = Array.from({ length: n }, (_, rank) => n - 1 - rank);
  const each = <T,>(value: (position: number) => T) =>
    Array.from({ length: n }, (_, i) => value(i));
  return {
    columns: ["person", "estimate", "95% interval", "rows"],
    label: each((i) => `id ${i}`),
    estimate: each((i) => i),
    lower: each((i) => i - 1),
    upper: each((i) => i + 1),
    decimals: each(() => 2),
    written: {},
    n_rows: each(() => "7"),
    value: [],
    color: [],
    both_negative: [],
    order,
    caterpillar: chart("caterpillar", {
      columns: ["person", "estimate", "95% interval", "rows"],
      data: {
        groups: [],
        window: [
          { x: -0.5, y: 0 },
          { x: n - 0.5, y: n },
        ],
      },
    }),
    overview: null,
    ...more,
  };
}

/** What stands around them. */
export function groups(more: Partial<Groups> = {}): Groups {
  return {
    revision: 4,
    reason: "",
    controls: [],
    shrink: true,
    shrink_label: "Shrink toward the average",
    color_words: [],
    stats: [{ value: "9 of 10", text: "persons have a positive indirect effect" }],
    selected: [],
    selected_words: "",
    multiples_words: "",
    multiples: null,
    snippet: "",
    ...more,
  };
}
