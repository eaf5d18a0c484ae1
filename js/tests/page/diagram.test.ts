import { describe, expect, it } from "vitest";
import { adopt, UnsafePicture } from "../../src/diagram/adopt";
import { between } from "../../src/diagram/glide";
import { morph } from "../../src/diagram/morph";
import { partsInOrder } from "../../src/diagram/order";
import { picture } from "./fake";

const SVG = 'xmlns="http://www.w3.org/2000/svg"';
const read = (text: string) => adopt(text, document);

describe("adopting a picture", () => {
  it("takes what only draws", () => {
    expect(read(picture()).querySelectorAll("[data-node]").length).toBe(4);
  });

  it.each([
    `<svg ${SVG}><script>alert(1)</script></svg>`,
    `<svg ${SVG} onload="alert(1)"></svg>`,
    `<svg ${SVG}><g onclick="alert(1)"/></svg>`,
    `<svg ${SVG}><foreignObject/></svg>`,
    `<svg ${SVG}><a href="javascript:alert(1)"/></svg>`,
    `<svg ${SVG}><image href="http://example.org/x.png"/></svg>`,
    `<svg ${SVG}><rect fill="url(http://example.org/x#a)"/></svg>`,
    `<svg ${SVG}><style>@import "http://example.org/x.css";</style></svg>`,
    `<svg ${SVG}><style>a{background:url(http://example.org)}</style></svg>`,
    `<div>no picture</div>`,
  ])("refuses %s", (text) => {
    expect(() => read(text)).toThrow(UnsafePicture);
  });

  it("lets names say what they like", () => {
    const name = "onload=alert(1) url(http://x) &lt;script&gt;";
    const svg = read(`<svg ${SVG}><g data-column="${name}" aria-label="${name}"/></svg>`);
    expect(svg.querySelector("g")?.getAttribute("data-column")).toContain("<script>");
  });
});

describe("growing into a new picture", () => {
  it("keeps elements with the same key, whatever comes before them", () => {
    const now = read(picture());
    const node = now.querySelector('[data-key="y"]');
    node?.setAttribute("tabindex", "0");
    const extra = '<g data-key="new" data-chip="covariate" data-column="z" role="button"/>';
    morph(now, read(picture({ extra, mediator: "other" })));
    expect(now.querySelector('[data-key="y"]')).toBe(node);
    expect(node?.getAttribute("tabindex")).toBe("0");
    expect(now.querySelector('[data-key="m"]')?.getAttribute("data-column")).toBe("other");
    expect(now.querySelector('[data-key="new"]')).not.toBeNull();
  });

  it("ends equal to the new picture", () => {
    const texts = [
      picture(),
      picture({ mediator: "" }),
      picture({ extra: '<text data-key="t">one</text><g data-key="u"/>' }),
      picture({ extra: '<g data-key="u"><path d="M0 0"/></g><text data-key="t">two</text>' }),
      `<svg ${SVG}><g data-key="m"/></svg>`,
      picture(),
    ];
    const now = read(texts[0]!);
    for (const text of texts) {
      const wanted = read(text);
      const outer = wanted.outerHTML;
      morph(now, wanted);
      expect(now.outerHTML).toBe(outer);
    }
  });

  it("lets numbers run, in steps of their own digits", () => {
    expect(between("0.10", "0.20", 0.5)).toBe("0.15");
    expect(between("[−0.10, 0.30]", "[0.10, 0.500]", 0.5)).toBe("[0.00, 0.400]");
    expect(between("0.2", "−0.400", 1)).toBe("−0.400");
    expect(between("1,000 of 5", "2,000 of 6", 0.5)).toBe("1,500 of 6");
  });
});

it("arrows go from the group through X, a, M, b, Y to what hangs on them", () => {
  const keys = partsInOrder(read(picture())).map((part) => part.dataset.key);
  expect(keys).toEqual(["pill", "x", "a", "a-dot", "m", "b", "y", "c", "add-m"]);
});
