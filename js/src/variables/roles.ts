import { openMenu } from "../shell/menu";
import type { MenuItem, View } from "../view";
import type { Assign, Column } from "../wire";

export type Role = Assign["role"];

export const ROLE_KEYS: Record<string, Role> = {
  x: "exposure",
  m: "mediator",
  y: "outcome",
  g: "group",
  c: "covariate",
  w: "moderator",
};

export const ROLE_NAMES: Record<Role, string> = {
  exposure: "Exposure X",
  mediator: "Mediator M",
  outcome: "Outcome Y",
  group: "Group",
  covariate: "Covariate",
  moderator: "Moderator",
};

export interface Place {
  role: Role;
  /** The mediator that gives way. */
  instead?: string | undefined;
  /** The path that a moderator changes. */
  path?: string | undefined;
}

/** Give a column a role, or say why it cannot have it. */
export function assign(view: View, column: Column, place: Place): void {
  const refusal = column.refusals[place.role];
  if (refusal) {
    view.hint.value = refusal;
    return;
  }
  view.hint.value = "";
  view.store.send({
    kind: "assign",
    column: column.name,
    role: place.role,
    ...(place.instead === undefined ? {} : { instead: place.instead }),
    ...(place.path === undefined ? {} : { path: place.path }),
  });
}

export function findColumn(view: View, name: string): Column | undefined {
  return view.store.sections.columns.value.items.find((column) => column.name === name);
}

export function pathLabel(view: View, path: string): string {
  const slope = view.store.sections.draft.value.slopes.find((each) => each.path === path);
  return slope?.label ?? path;
}

/** Open the menu of roles below the row of a column. */
export function openRoleMenu(view: View, column: Column, anchor: Element): void {
  openMenu(view, anchor, { title: column.name, items: roleItems(view, column) });
}

export function openModeratorMenu(view: View, column: Column, anchor: Element): void {
  if (column.refusals.moderator) view.hint.value = column.refusals.moderator;
  else openMenu(view, anchor, { title: "Moderator of", items: moderatorItems(view, column) });
}

function roleItems(view: View, column: Column): MenuItem[] {
  const draft = view.store.sections.draft.value;
  const item = (label: string, key: string, place: Place): MenuItem => ({
    id: `role-${place.role}${place.instead === undefined ? "" : `-${place.instead}`}`,
    label,
    key,
    ...reason(column.refusals[place.role]),
    choose: () => assign(view, column, place),
  });
  const others = draft.mediators.filter((name) => name !== column.name);
  const items = [
    item(ROLE_NAMES.exposure, "X", { role: "exposure" }),
    ...(draft.mediators.includes(column.name)
      ? []
      : [
          item(others.length ? "Another mediator" : ROLE_NAMES.mediator, "M", { role: "mediator" }),
        ]),
    ...others.map((name) =>
      item(`Mediator in place of ${name}`, "", { role: "mediator", instead: name }),
    ),
    item(ROLE_NAMES.outcome, "Y", { role: "outcome" }),
    item(ROLE_NAMES.group, "G", { role: "group" }),
    item(ROLE_NAMES.covariate, "C", { role: "covariate" }),
    ...moderatorItems(view, column).map((each) => ({
      ...each,
      label: `Moderator of ${each.label}`,
    })),
  ];
  if (view.roles.value.has(column.name)) {
    items.push({
      id: "role-none",
      label: "No role",
      key: "Del",
      rule: true,
      choose: () => view.store.send({ kind: "clear", column: column.name }),
    });
  }
  return items;
}

function moderatorItems(view: View, column: Column): MenuItem[] {
  const draft = view.store.sections.draft.value;
  return draft.paths.map((path) => ({
    id: `moderate-${path}`,
    label: pathLabel(view, path),
    checked: Boolean(draft.moderators[path]?.includes(column.name)),
    ...reason(column.refusals.moderator),
    choose: () => {
      const is = view.store.sections.draft.value.moderators[path]?.includes(column.name);
      if (is) view.store.send({ kind: "clear", column: column.name, path });
      else assign(view, column, { role: "moderator", path });
    },
  }));
}

/** Open a list of columns for a place of the diagram. */
export function openColumnMenu(view: View, place: Place, held: string | null, anchor: Element) {
  const columns = view.store.sections.columns.value;
  const guess = place.role === "group" ? columns.group_guess : null;
  // What fits first, and of that what the data suggest.
  const rank = (column: Column) =>
    column.name === guess ? 0 : column.refusals[place.role] || !column.usable ? 2 : 1;
  const items: MenuItem[] = columns.items
    .filter((column) => column.name !== held)
    .sort((one, other) => rank(one) - rank(other))
    .map((column) => ({
      id: `column-${column.name}`,
      label: column.name,
      ...(column.name === guess ? { detail: columns.group_guess_words } : {}),
      key: view.roles.value.get(column.name)?.text ?? "",
      ...reason(column.refusals[place.role]),
      choose: () => assign(view, column, place),
    }));
  if (held !== null) {
    items.unshift({
      id: "clear",
      label: `Clear ${held}`,
      key: "Del",
      choose: () => view.store.send({ kind: "clear", column: held }),
    });
  }
  const title = place.path ? `Moderator of ${pathLabel(view, place.path)}` : ROLE_NAMES[place.role];
  openMenu(view, anchor, { title, items, search: columns.items.length >= 15 });
}

function reason(refusal: string | undefined): { refusal?: string } {
  return refusal ? { refusal } : {};
}
