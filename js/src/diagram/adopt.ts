/** Reading an SVG from Python into the page, with nothing in it that could run or load. */

const FORBIDDEN = new Set([
  "script",
  "foreignobject",
  "iframe",
  "object",
  "embed",
  "image",
  "feimage",
  "use",
  "a",
  "animate",
  "set",
  "animatetransform",
  "animatemotion",
  "handler",
]);

export class UnsafePicture extends Error {}

/** The `<svg>` of a text. Throws if the text is no SVG, or does more than draw. */
export function adopt(text: string, page: Document): SVGSVGElement {
  const Parser = page.defaultView?.DOMParser ?? DOMParser;
  const parsed = new Parser().parseFromString(text, "image/svg+xml");
  const svg = parsed.documentElement;
  if (svg?.localName !== "svg" || parsed.querySelector("parsererror")) {
    throw new UnsafePicture("The diagram is not well formed.");
  }
  refuseActive(svg);
  for (const element of svg.querySelectorAll("*")) refuseActive(element);
  // The lines of a button are words of their own, also to whom they are read.
  for (const words of svg.querySelectorAll("[role][aria-label] text")) {
    words.before(parsed.createTextNode(" "));
  }
  return page.importNode(svg, true) as unknown as SVGSVGElement;
}

function refuseActive(element: Element): void {
  if (FORBIDDEN.has(element.localName.toLowerCase())) {
    throw new UnsafePicture(`The diagram holds <${element.localName}>.`);
  }
  for (const { name, value } of Array.from(element.attributes)) {
    const local = name.toLowerCase();
    const loads = /url\(\s*['"]?(?!#)/i.test(value) && !local.startsWith("data-");
    const named = local.startsWith("data-") || local.startsWith("aria-");
    if (local.startsWith("on") || local.endsWith("href") || (loads && !named)) {
      throw new UnsafePicture(`The diagram has the attribute ${name}.`);
    }
  }
  if (
    element.localName === "style" &&
    /@import|url\(\s*['"]?(?!#)/i.test(element.textContent ?? "")
  ) {
    throw new UnsafePicture("The style of the diagram loads something.");
  }
}
