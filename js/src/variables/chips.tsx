import { startDrag } from "../drag/drag";
import { Icon, TypeIcon } from "../parts/icons";
import { rove } from "../parts/roving";
import { Name } from "../parts/words";
import { useView, type View } from "../view";
import type { Column } from "../wire";
import { pressOnColumn } from "./keys";
import { LevelBadge, RoleTag, Said } from "./marks";
import { ColumnList, foundColumns, SearchField } from "./rail";
import { openRoleMenu } from "./roles";

const MOST_CHIPS = 24;

/** The variables of a narrow widget: chips in rows, the full list on demand. */
export function Chips() {
  const view = useView();
  const all = view.store.sections.columns.value.items;
  const details = view.detailsOpen.value;
  return (
    <section class="mw-chips" aria-label="Variables">
      <div class="mw-chips-head">
        <span class="mw-heading">Variables</span>
        <span class="mw-caption">
          {all.length} {all.length === 1 ? "column" : "columns"}
        </span>
        <span class="mw-space" />
        <button
          type="button"
          class="mw-btn mw-btn-small mw-btn-quiet"
          data-testid="mw-details"
          aria-expanded={details}
          onClick={() => {
            view.detailsOpen.value = !details;
          }}
        >
          Details
          <Icon name="down" size={12} />
        </button>
      </div>
      {details ? (
        <div class="mw-chips-list">
          <SearchField />
          <ColumnList columns={foundColumns(view)} />
        </div>
      ) : (
        <ChipRows view={view} columns={all} />
      )}
    </section>
  );
}

/** What has a role comes first where not all fit; the rest is in the list. */
function shownColumns(view: View, columns: Column[]): Column[] {
  const usable = columns.filter((column) => column.usable);
  if (usable.length <= MOST_CHIPS) return usable;
  const roles = view.roles.value;
  const held = usable.filter((column) => roles.has(column.name));
  const free = usable.filter((column) => !roles.has(column.name));
  return [...held, ...free].slice(0, MOST_CHIPS);
}

function ChipRows({ view, columns }: { view: View; columns: Column[] }) {
  const shown = shownColumns(view, columns);
  const active = Math.max(
    0,
    shown.findIndex((column) => column.name === view.activeColumn.value),
  );
  return (
    <div
      class="mw-chip-rows"
      role="listbox"
      aria-label="Variables"
      onKeyDown={rove("[role=option]")}
    >
      {shown.map((column, index) => {
        const tag = view.roles.value.get(column.name);
        return (
          <div
            key={column.name}
            class="mw-chip"
            role="option"
            aria-selected={Boolean(tag)}
            title={column.about}
            tabIndex={index === active ? 0 : -1}
            data-testid="mw-variable"
            data-column={column.name}
            onFocus={() => {
              view.activeColumn.value = column.name;
            }}
            onPointerDown={(event) => startDrag(view, column, event)}
            onClick={(event) =>
              view.store.canEdit() && openRoleMenu(view, column, event.currentTarget)
            }
            onKeyDown={(event) => {
              if (!pressOnColumn(view, column, event)) return;
              event.preventDefault();
              event.stopPropagation();
            }}
          >
            <TypeIcon kind={column.icon} />
            <span class="mw-row-name">
              <Name of={column.name} />
              <Said column={column} tag={tag} />
            </span>
            {tag ? <RoleTag tag={tag} /> : <LevelBadge badge={column.badge} />}
          </div>
        );
      })}
      {columns.filter((column) => column.usable).length > shown.length && (
        <span class="mw-caption mw-chips-rest">and more in Details</span>
      )}
    </div>
  );
}
