import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { startDrag } from "../drag/drag";
import { focusedIn } from "../host";
import { TypeIcon } from "../parts/icons";
import { Name } from "../parts/words";
import { useView, type View } from "../view";
import type { Column } from "../wire";
import { pressOnColumn } from "./keys";
import { IccBar, LevelBadge, RoleTag, Said } from "./marks";
import { openRoleMenu } from "./roles";

const ROW = 31;
const SEARCH_FROM = 15; // columns
const WINDOW_FROM = 60; // columns; fewer are all in the page
const MARGIN = 8; // rows beyond the visible ones

/** The columns of the data: from here they are taken to the diagram. */
export function Rail() {
  const view = useView();
  const columns = view.store.sections.columns.value;
  const found = foundColumns(view);
  return (
    <aside class="mw-rail" aria-label="Variables">
      <div class="mw-rail-head" aria-hidden="true">
        <span class="mw-heading">Variables</span>
        <span>level</span>
        <span>ICC</span>
        <span>miss.</span>
      </div>
      <SearchField />
      <ColumnList columns={found} />
      {columns.legend.length === 2 && (
        <div class="mw-rail-foot">
          <div>
            <span class="mw-swatch mw-swatch-b" />
            {columns.legend[0]}
            <span class="mw-swatch mw-swatch-w" />
            {columns.legend[1]}
          </div>
          <div>The ICC bar splits each variable’s variance.</div>
        </div>
      )}
    </aside>
  );
}

export function foundColumns(view: View): Column[] {
  const items = view.store.sections.columns.value.items;
  const wanted = view.filter.value.trim().toLowerCase();
  return wanted ? items.filter((column) => column.name.toLowerCase().includes(wanted)) : items;
}

export function SearchField() {
  const view = useView();
  const count = view.store.sections.columns.value.items.length;
  if (count < SEARCH_FROM) return null;
  return (
    <input
      type="search"
      class="mw-search"
      aria-label="Find a column"
      placeholder={`Find in ${count} columns`}
      value={view.filter.value}
      onInput={(event) => {
        view.filter.value = event.currentTarget.value;
      }}
    />
  );
}

/** The rows in sight, in a box as high as all of them. */
export function ColumnList({ columns }: { columns: Column[] }) {
  const view = useView();
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(20 * ROW);
  const active = activeIndex(view, columns);
  const windowed = columns.length > WINDOW_FROM;
  const first = windowed ? Math.max(0, Math.floor(top / ROW) - MARGIN) : 0;
  const last = windowed
    ? Math.min(columns.length, Math.ceil((top + height) / ROW) + MARGIN)
    : columns.length;
  const rows: [Column, number][] = columns.slice(first, last).map((c, i) => [c, first + i]);
  // The row with the tab stop stays in the page, or the focus would be lost by scrolling.
  if (active >= 0 && (active < first || active >= last)) rows.push([columns[active]!, active]);

  useLayoutEffect(() => {
    if (box.current) setHeight(box.current.clientHeight || 20 * ROW);
  }, [view.width.value, columns.length]);

  return (
    <div
      ref={box}
      class="mw-list"
      role="listbox"
      aria-label="Variables"
      onScroll={(event) => windowed && setTop(event.currentTarget.scrollTop)}
      onKeyDown={(event) => walk(view, columns, box.current, event)}
    >
      <div role="presentation" style={{ height: `${columns.length * ROW}px` }}>
        {rows.map(([column, index]) => (
          <Row
            key={column.name}
            view={view}
            column={column}
            index={index}
            count={columns.length}
            active={index === Math.max(active, 0)}
          />
        ))}
      </div>
      {!columns.length && <div class="mw-list-none">No column has this in its name.</div>}
    </div>
  );
}

function activeIndex(view: View, columns: Column[]): number {
  const name = view.activeColumn.value;
  return name === null ? -1 : columns.findIndex((column) => column.name === name);
}

/** Move the tab stop, and the focus with it. */
function walk(view: View, columns: Column[], box: HTMLElement | null, event: KeyboardEvent) {
  const here = Math.max(activeIndex(view, columns), 0);
  const targets: Record<string, number> = {
    ArrowDown: here + 1,
    ArrowUp: here - 1,
    PageDown: here + 10,
    PageUp: here - 10,
    Home: 0,
    End: columns.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined || event.ctrlKey || event.metaKey || !box) return;
  event.preventDefault();
  event.stopPropagation();
  const index = Math.min(Math.max(target, 0), columns.length - 1);
  const column = columns[index];
  if (!column) return;
  view.activeColumn.value = column.name;
  if (index * ROW < box.scrollTop) box.scrollTop = index * ROW;
  else if ((index + 1) * ROW > box.scrollTop + box.clientHeight) {
    box.scrollTop = (index + 1) * ROW - box.clientHeight;
  }
}

interface RowProperties {
  view: View;
  column: Column;
  index: number;
  count: number;
  active: boolean;
}

function Row({ view, column, index, count, active }: RowProperties) {
  const element = useRef<HTMLDivElement>(null);
  const tag = view.roles.value.get(column.name);
  useLayoutEffect(() => {
    const root = view.root.current;
    const focused = root && focusedIn(root);
    const list = element.current?.closest(".mw-list");
    // The focus follows the tab stop only while it is in the list.
    if (active && focused && list?.contains(focused)) {
      element.current?.focus({ preventScroll: true });
    }
  }, [active, view]);
  const classes = ["mw-row"];
  if (tag) classes.push("mw-used");
  if (!column.usable) classes.push("mw-off");
  return (
    <div
      ref={element}
      class={classes.join(" ")}
      style={{ transform: `translateY(${index * ROW}px)` }}
      role="option"
      aria-selected={Boolean(tag)}
      aria-setsize={count}
      aria-posinset={index + 1}
      title={column.about}
      tabIndex={active ? 0 : -1}
      data-testid="mw-variable"
      data-column={column.name}
      onFocus={() => {
        view.activeColumn.value = column.name;
      }}
      onPointerDown={(event) => startDrag(view, column, event)}
      onClick={(event) => view.store.canEdit() && openRoleMenu(view, column, event.currentTarget)}
      onKeyDown={(event) => {
        if (!pressOnColumn(view, column, event)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <TypeIcon kind={column.icon} />
      <span class="mw-row-name">
        <Name of={column.name} />
        <RoleTag tag={tag} />
        <Said column={column} tag={tag} />
      </span>
      <LevelBadge badge={column.badge} />
      <IccBar column={column} />
      <span class="mw-missing" aria-hidden="true">
        {column.missing}
      </span>
    </div>
  );
}
