import { openMenu } from "../shell/menu";
import { assign, findColumn, openColumnMenu, type Place, pathLabel } from "../variables/roles";
import type { MenuItem, View } from "../view";
import type { Control } from "../wire";

/** What clicking, or Enter, does on a part of the diagram. */
export function pressPart(view: View, part: SVGElement): void {
  const { slope, path, node, add, chip, name } = part.dataset;
  if (path !== undefined) {
    const open = view.store.sections.screen.value.path;
    view.store.send({ kind: "show", path: open === path ? null : path });
    return;
  }
  if (!view.store.canEdit()) return;
  if (slope !== undefined) toggle(view, slope);
  else if (node !== undefined) openColumnMenu(view, placeOf(part)!, columnOf(part), part);
  else if (add !== undefined) openColumnMenu(view, placeOf(part)!, null, part);
  else if (chip !== undefined) openChipMenu(view, part, name);
}

export function toggle(view: View, path: string): void {
  const slope = view.store.sections.draft.value.slopes.find((each) => each.path === path);
  view.hint.value = slope?.refusal ?? "";
  if (slope && !slope.refusal) view.store.send({ kind: "toggle_slope", path });
}

function columnOf(part: SVGElement): string | null {
  return part.dataset.empty === "true" ? null : (part.dataset.column ?? null);
}

/** The role that a column takes by being dropped on a part. */
export function placeOf(part: SVGElement): Place | null {
  const { node, add, path, name } = part.dataset;
  if (node !== undefined) {
    const role = node as Place["role"];
    const held = columnOf(part);
    return role === "mediator" && held !== null ? { role, instead: held } : { role };
  }
  if (add !== undefined) return { role: add as Place["role"] };
  if (path !== undefined) return { role: "moderator", path: name ?? path };
  return null;
}

/** Whether a path is estimated, as a menu; nothing where it cannot be otherwise. */
export function openHoldMenu(view: View, parameter: string, anchor: Element): boolean {
  const hold = view.store.sections.draft.value.holds.find((each) => each.name === parameter);
  if (!hold) return false;
  openMenu(view, anchor, {
    title: hold.label,
    items: choiceItems(hold, HOLD_KEYS, (value) =>
      view.store.send({ kind: "hold", parameter, value }),
    ),
  });
  return true;
}

const HOLD_KEYS: Record<string, string> = { free: "E", zero: "0", equal: "=" };

function choiceItems(
  control: Control,
  keys: Record<string, string>,
  choose: (value: string) => void,
): MenuItem[] {
  return control.choices.map((choice) => ({
    id: `choice-${choice.value}`,
    label: choice.label,
    key: keys[choice.value] ?? "",
    checked: choice.value === control.value,
    ...(choice.help ? { detail: choice.help } : {}),
    ...(choice.refusal ? { refusal: choice.refusal } : {}),
    choose: () => choice.value !== control.value && choose(choice.value),
  }));
}

function splitItems(view: View, column: string): MenuItem[] {
  const split = view.store.sections.draft.value.splits.find((each) => each.name === column);
  if (!split) return [];
  return choiceItems(split, {}, (value) => view.store.send({ kind: "split", column, value })).map(
    (item, place) => ({ ...item, rule: place === 0 }),
  );
}

function openChipMenu(view: View, part: SVGElement, path: string | undefined): void {
  const column = columnOf(part);
  if (column === null) return;
  const moderates = part.dataset.chip === "moderator" && path !== undefined;
  const words = moderates ? `Moderator of ${pathLabel(view, path)}` : "Covariate";
  const clear = moderates
    ? ({ kind: "clear", column, path } as const)
    : ({ kind: "clear", column } as const);
  openMenu(view, part, {
    title: column,
    items: [
      {
        id: "clear",
        label: `Remove: ${words.toLowerCase()}`,
        key: "Del",
        choose: () => view.store.send(clear),
      },
      ...(moderates ? [] : splitItems(view, column)),
    ],
  });
}

/** What a key does on a part that has the focus; true if it did anything. */
export function pressKey(view: View, part: SVGElement, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { path, slope, name, node } = part.dataset;
  const key = event.key.toLowerCase();
  if (key === "enter" || key === " ") {
    if (!acceptGuess(view, part)) pressPart(view, part);
    return true;
  }
  if (!view.store.canEdit()) return false;
  if (key === "r" && (path !== undefined || slope !== undefined)) {
    toggle(view, slope ?? name ?? path!);
    return true;
  }
  if (key === "w" && path !== undefined) {
    openColumnMenu(view, { role: "moderator", path: name ?? path }, null, part);
    return true;
  }
  if (key === "f" && path !== undefined) return openHoldMenu(view, path, part);
  if (key === "delete" || key === "backspace") {
    clear(view, part, node !== undefined);
    return true;
  }
  return false;
}

function clear(view: View, part: SVGElement, isNode: boolean): void {
  const column = columnOf(part);
  if (column === null) return;
  const path = part.dataset.name;
  const moderates = !isNode && part.dataset.chip === "moderator" && path !== undefined;
  view.store.send({ kind: "clear", column, ...(moderates ? { path } : {}) });
}

/** Enter on the empty pill takes the column that looks like the group. */
function acceptGuess(view: View, part: SVGElement): boolean {
  const guess = view.store.sections.columns.value.group_guess;
  const empty = part.dataset.node === "group" && columnOf(part) === null;
  const column = empty && guess !== null ? findColumn(view, guess) : undefined;
  if (!column || !view.store.canEdit()) return false;
  assign(view, column, { role: "group" });
  return true;
}
