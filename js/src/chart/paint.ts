/** Colours of charts. Python writes each as the light hex of a token; the page paints it. */

import { DARK, LIGHT } from "../tokens";

const HEX = /#[0-9a-f]{6}\b/gi;
const TOKENS = new Map<string, string>();
for (const [token, hex] of Object.entries(LIGHT)) {
  if (!TOKENS.has(hex)) TOKENS.set(hex, token);
}

export type Paint = (hex: string) => string;

/** For SVG: the custom property of the token, so that themes change without drawing again. */
export const byProperty: Paint = (hex) => {
  const token = TOKENS.get(hex.toLowerCase());
  return token ? `var(--mw-${token}, ${hex})` : hex;
};

/** For canvas, which knows no custom properties: what the properties are now. */
export function byValue(dark: boolean): Paint {
  return (hex) => {
    const token = TOKENS.get(hex.toLowerCase());
    return (token && (dark ? DARK : LIGHT)[token]) || hex;
  };
}

/** A specification as JSON, painted. */
export function painted(specification: string, paint: Paint): string {
  return specification.replace(HEX, paint);
}

/** Whether an element is shown in a dark theme, by the ink that it inherits. */
export function isDark(element: Element): boolean {
  const ink = getComputedStyle(element).getPropertyValue("--mw-ink").trim();
  return ink.toLowerCase() === DARK.ink;
}

/** Call back whenever the theme of an element may have changed; returns what ends it. */
export function watchTheme(element: Element, changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const options = { attributes: true, attributeFilter: ["data-mw-theme", "data-jp-theme-light"] };
  for (const place of [document.body, element.closest(".mw-root")]) {
    if (place) observer.observe(place, options);
  }
  return () => observer.disconnect();
}
