import { afterEach, beforeEach, vi } from "vitest";
import widget from "../../src";
import type { Sections } from "../../src/wire";
import { column, columns, diagram, FakeModel, FULL, picture } from "./fake";

let ends: (() => void)[] = [];

/** A widget on a page, on a model without a kernel. */
export function open(sections: Partial<Sections> = {}, traits: Record<string, unknown> = {}) {
  const model = new FakeModel(
    {
      columns: columns(column("id"), column("x"), column("m"), column("y"), column("age")),
      draft: FULL,
      diagram: diagram(picture()),
      ...sections,
    },
    traits,
  );
  const el = document.createElement("div");
  document.body.append(el);
  ends.push(widget().render({ model: model.model, el }), () => el.remove());
  const find = <E extends HTMLElement>(selector: string) => el.querySelector<E>(selector)!;
  return {
    model,
    el,
    find,
    id: (testid: string) => find(`[data-testid="${testid}"]`),
    row: (name: string) => find(`[data-testid=mw-variable][data-column="${name}"]`),
    part: (key: string) => find(`.mw-picture [data-key="${key}"]`),
  };
}

/** Press a key on a part of it. */
export function press(element: Element, key: string, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  element.dispatchEvent(event);
  return event;
}

/** Wait until what was asked for is drawn. */
export const settled = () => vi.waitFor(() => new Promise((resolve) => setTimeout(resolve, 20)));

/** Take every widget off the page after each test. */
export function cleaned(): void {
  beforeEach(() => {
    vi.stubGlobal(
      "ResizeObserver",
      class {
        observe() {}
        disconnect() {}
      },
    );
  });
  afterEach(() => {
    for (const end of ends) end();
    ends = [];
    vi.unstubAllGlobals();
  });
}
