import type { View } from "../view";
import type { Column } from "../wire";
import { assign, openModeratorMenu, openRoleMenu, ROLE_KEYS } from "./roles";

/** What a key does on the row or chip of a column; true if it did anything. */
export function pressOnColumn(view: View, column: Column, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const anchor = event.currentTarget as Element;
  const role = ROLE_KEYS[event.key.toLowerCase()];
  if (!view.store.canEdit()) return false;
  if (role === "moderator") openModeratorMenu(view, column, anchor);
  else if (role) assign(view, column, { role });
  else if (event.key === "Enter" || event.key === " ") openRoleMenu(view, column, anchor);
  else if (event.key === "Delete" || event.key === "Backspace") {
    if (!view.roles.value.has(column.name)) return true;
    view.store.send({ kind: "clear", column: column.name });
  } else return false;
  return true;
}
