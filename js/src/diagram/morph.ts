import { glide } from "./glide";

/** Attributes that belong to the page: a new picture does not take them away. */
const KEPT = new Set(["tabindex", "data-drop", "data-selected"]);

/**
 * Make `now` equal to `wanted`, reusing its elements where `data-key` (or, without keys, the
 * place among siblings of the same kind) says that they are the same. So focus stays where it
 * is, and what CSS can move, moves.
 */
export function morph(now: Element, wanted: Element): void {
  morphAttributes(now, wanted);
  morphChildren(now, wanted);
}

function morphAttributes(now: Element, wanted: Element): void {
  for (const { name } of Array.from(now.attributes)) {
    if (!wanted.hasAttribute(name) && !KEPT.has(name)) now.removeAttribute(name);
  }
  for (const { name, value } of Array.from(wanted.attributes)) {
    if (KEPT.has(name) && now.hasAttribute(name)) continue;
    if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
}

function keyOf(node: Node): string | null {
  return node.nodeType === Node.ELEMENT_NODE ? (node as Element).getAttribute("data-key") : null;
}

function alike(now: Node, wanted: Node): boolean {
  return (
    now.nodeType === wanted.nodeType &&
    now.nodeName === wanted.nodeName &&
    keyOf(now) === keyOf(wanted)
  );
}

function morphChildren(now: Element, wanted: Element): void {
  const keyed = new Map<string, Node>();
  for (const child of now.childNodes) {
    const key = keyOf(child);
    if (key !== null) keyed.set(key, child);
  }
  let here: ChildNode | null = now.firstChild;
  for (const goal of Array.from(wanted.childNodes)) {
    const key = keyOf(goal);
    let found: ChildNode | null = null;
    if (key !== null) found = (keyed.get(key) as ChildNode | undefined) ?? null;
    else if (here && keyOf(here) === null) found = here;
    if (!found || !alike(found, goal)) {
      now.insertBefore(goal, here);
      continue;
    }
    if (found === here) here = here.nextSibling;
    else moveBefore(now, found, here);
    if (found.nodeType === Node.ELEMENT_NODE) morph(found as Element, goal as Element);
    else if (found.nodeValue !== goal.nodeValue) retext(found as Text, goal.nodeValue ?? "");
  }
  while (here) {
    const next: ChildNode | null = here.nextSibling;
    here.remove();
    here = next;
  }
}

/** Put `child` before `place`; where the browser can, without it losing focus. */
function moveBefore(parent: Element, child: ChildNode, place: ChildNode | null): void {
  const able = parent as Element & { moveBefore?: (child: Node, place: Node | null) => void };
  if (able.moveBefore) able.moveBefore(child, place);
  else parent.insertBefore(child, place);
}

function retext(node: Text, text: string): void {
  if (node.parentElement?.closest(".mw-number")) glide(node, text);
  else node.nodeValue = text;
}
