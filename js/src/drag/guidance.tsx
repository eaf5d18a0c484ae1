import { Dots, TypeIcon } from "../parts/icons";
import { Name } from "../parts/words";
import { LevelBadge } from "../variables/marks";
import { type Drag, useView } from "../view";

const GHOST = 270; // px, a little more than its greatest width

/** Where the column can go, or why not here. */
export function DragGuidance({ drag }: { drag: Drag }) {
  const last = drag.open.length - 1;
  return (
    <div class="mw-guidance mw-drag-guidance" data-testid="mw-drag-guidance">
      {drag.refusal ? (
        <span class="mw-guidance-refusal">{drag.refusal}</span>
      ) : (
        <>
          Release on{" "}
          {drag.open.map((role, index) => (
            <span key={role}>
              {index > 0 && (index === last ? " or " : ", ")}
              <b>{role}</b>
            </span>
          ))}
          {!drag.open.length && "a path to make it a moderator"};{" "}
        </>
      )}
      {!drag.refusal && (
        <>
          <kbd class="mw-kbd">Esc</kbd> puts the column back.
        </>
      )}
    </div>
  );
}

/** The column under the pointer. */
export function Ghost() {
  const view = useView();
  const drag = view.drag.value;
  if (!drag) return null;
  const { column } = drag;
  // Near the right edge it hangs on the other side of the pointer.
  const left = drag.x > view.width.value - GHOST ? "calc(-100% - 4px)" : "4px";
  return (
    <div
      class="mw-ghost"
      aria-hidden="true"
      style={{
        transform: `translate(${drag.x}px, ${drag.y + 6}px) translateX(${left}) rotate(-1.5deg)`,
      }}
    >
      <Dots kind="grip" size={14} />
      <TypeIcon kind={column.icon} />
      <Name of={column.name} />
      <LevelBadge badge={column.badge} />
      {column.icc && <span class="mw-caption">ICC {column.icc}</span>}
    </div>
  );
}
