/** What the page finds out about the place that it is shown in. */

export type Theme = "light" | "dark";

const DARK_CLASSES = ["dark", "vscode-dark", "vscode-high-contrast", "dark-theme"];
const LIGHT_CLASSES = ["light", "vscode-light", "vscode-high-contrast-light", "light-theme"];
const WATCHED = ["class", "style", "theme", "data-theme", "data-jp-theme-light", "data-bs-theme"];

/** The theme that a host declares on an element, if it declares one. */
function declared(element: Element): Theme | null {
  const jupyter = element.getAttribute("data-jp-theme-light");
  if (jupyter !== null) return jupyter === "false" ? "dark" : "light";
  for (const name of ["data-theme", "data-bs-theme", "theme"]) {
    const value = element.getAttribute(name);
    if (value === "dark" || value === "light") return value;
  }
  // A light high-contrast theme of VS Code carries the class of the dark one too.
  if (LIGHT_CLASSES.some((name) => element.classList.contains(name))) return "light";
  if (DARK_CLASSES.some((name) => element.classList.contains(name))) return "dark";
  return null;
}

export function themeOf(page: Document): Theme {
  const said = declared(page.body) ?? declared(page.documentElement);
  if (said) return said;
  return page.defaultView?.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Keep `data-mw-theme` of the widget true to its host. Returns how to stop. */
export function followTheme(root: HTMLElement): () => void {
  const page = root.ownerDocument;
  const apply = () => {
    root.dataset.mwTheme = themeOf(page);
  };
  apply();
  const observer = new MutationObserver(apply);
  for (const element of [page.body, page.documentElement]) {
    observer.observe(element, { attributes: true, attributeFilter: WATCHED });
  }
  const preference = page.defaultView?.matchMedia?.("(prefers-color-scheme: dark)");
  preference?.addEventListener("change", apply);
  return () => {
    observer.disconnect();
    preference?.removeEventListener("change", apply);
  };
}

export function prefersStillness(page: Document): boolean {
  return Boolean(page.defaultView?.matchMedia?.("(prefers-reduced-motion: reduce)").matches);
}

/** The focused element, also inside a shadow tree. */
export function focusedIn(root: HTMLElement): Element | null {
  return (root.getRootNode() as Document | ShadowRoot).activeElement;
}
