import { shown } from "../parts/words";
import type { Tag } from "../view";
import type { Column } from "../wire";

const BADGES = { L1: "mw-level mw-level-1", L2: "mw-level mw-level-2", ID: "mw-level", "": "" };

export function RoleTag({ tag }: { tag: Tag | undefined }) {
  if (!tag) return null;
  return (
    <span class={tag.faint ? "mw-tag mw-tag-faint" : "mw-tag"} aria-hidden="true">
      {tag.text}
    </span>
  );
}

export function LevelBadge({ badge }: { badge: Column["badge"] }) {
  if (!badge) return <span />;
  return (
    <span class={BADGES[badge]} aria-hidden="true">
      {badge}
    </span>
  );
}

/** How a column's variance splits: ochre between, blue within. */
export function IccBar({ column }: { column: Column }) {
  const share = column.share_between;
  if (share === null) return <span class="mw-icc mw-icc-none" />;
  const full = share >= 0.995;
  return (
    <span class="mw-icc" title={`ICC ${column.icc}`}>
      {share >= 0.005 && (
        <i class={full ? "mw-icc-full" : undefined} style={{ width: `${100 * share}%` }} />
      )}
    </span>
  );
}

/** What a screen reader says of a column instead of its marks; it follows the name. */
export function Said({ column, tag }: { column: Column; tag: Tag | undefined }) {
  const about = column.about.startsWith(`${column.name}: `)
    ? column.about.slice(column.name.length + 2)
    : column.about;
  const words = [tag?.words, shown(about, 400)].filter(Boolean).join(", ");
  return <span class="mw-hidden">{words}</span>;
}
