import { afterEach, beforeEach, expect, it, vi } from "vitest";
import widget from "../../src";
import { column, columns, diagram, FakeModel, FULL } from "./fake";

// As Python draws what is only to be read: nothing has a role but the picture itself.
const READ = `<svg xmlns="http://www.w3.org/2000/svg" class="mw-diagram" role="img"
  aria-label="Path a within, x to m, 0.19. Path b within, m to y, 0.15" viewBox="0 0 870 436">
<style>.mw-diagram .line{stroke:var(--mw-w,#2563c9)}</style>
<g class="level w"><g class="path" data-path="a_within" data-name="a" data-side="within">
<path class="line" d="M0 0L9 9"/></g>
<g class="node" data-node="exposure" data-index="0" data-side="within" data-column="x">
<rect class="shape"/></g>
<g data-slope="a"><circle class="dot"/></g></g></svg>`;

let end = () => {};

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
  end();
  vi.unstubAllGlobals();
});

it("a saved page reads out its paths, and pressing them asks nobody", async () => {
  const model = new FakeModel(
    {
      columns: columns(column("id"), column("x"), column("m"), column("y")),
      draft: FULL,
      diagram: diagram(READ),
    },
    { _static: true },
  );
  const el = document.createElement("div");
  document.body.append(el);
  const leave = widget().render({ model: model.model, el });
  end = () => {
    leave();
    el.remove();
  };
  const picture = el.querySelector(".mw-picture svg")!;
  expect(picture.getAttribute("aria-label")).toContain("Path b within, m to y, 0.15");
  expect(picture.querySelector("[tabindex], [role]")).toBeNull();
  for (const part of picture.querySelectorAll("g")) {
    part.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    for (const key of ["Enter", "r", "w", "Delete", "ArrowRight"]) {
      part.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(model.sent).toEqual([]);
  expect(el.querySelector("[data-testid=mw-popover], [role=menu]")).toBeNull();
});
