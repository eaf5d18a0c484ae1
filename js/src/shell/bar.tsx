import { Dots, Icon, Mark } from "../parts/icons";
import { openTab, useView, type View } from "../view";
import { exportItems } from "./exports";
import { openMenu } from "./menu";
import { StatusPill } from "./status";

/** Data, state, undo, code and export: the row at the top. */
export function Bar() {
  const view = useView();
  const columns = view.store.sections.columns.value;
  const stacked = view.stacked.value;
  return (
    <div class="mw-bar">
      <Mark />
      <span class="mw-title">{columns.title}</span>
      <span class="mw-meta">{stacked ? columns.short_subtitle : columns.subtitle}</span>
      <span class="mw-space" />
      <StatusPill />
      {!view.store.fixed && <UndoRedo view={view} />}
      {stacked ? <MoreButton view={view} /> : <CodeAndExport view={view} />}
    </div>
  );
}

function UndoRedo({ view }: { view: View }) {
  const draft = view.store.sections.draft.value;
  const online = view.store.online.value;
  return (
    <span class="mw-buttons">
      <button
        type="button"
        class="mw-btn mw-btn-icon"
        data-testid="mw-undo"
        aria-label={named("Undo", draft.undo_label)}
        title={named("Undo", draft.undo_label)}
        aria-disabled={!draft.can_undo || !online}
        onClick={() => draft.can_undo && view.store.send({ kind: "undo" })}
      >
        <Icon name="undo" />
      </button>
      {!view.stacked.value && (
        <button
          type="button"
          class="mw-btn mw-btn-icon"
          data-testid="mw-redo"
          aria-label={named("Redo", draft.redo_label)}
          title={named("Redo", draft.redo_label)}
          aria-disabled={!draft.can_redo || !online}
          onClick={() => draft.can_redo && view.store.send({ kind: "redo" })}
        >
          <Icon name="redo" />
        </button>
      )}
    </span>
  );
}

function named(verb: string, what: string): string {
  return what ? `${verb}: ${what}` : verb;
}

function CodeAndExport({ view }: { view: View }) {
  return (
    <>
      <span class="mw-bar-rule" />
      <span class="mw-buttons">
        <button
          type="button"
          class="mw-btn"
          data-testid="mw-code-button"
          onClick={() => openTab(view, "code")}
        >
          <Icon name="code" />
          Code
        </button>
        {!view.store.fixed && (
          <button
            type="button"
            class="mw-btn"
            data-testid="mw-export"
            aria-haspopup="menu"
            onClick={(event) =>
              openMenu(view, event.currentTarget, { title: "Export", items: exportItems(view) })
            }
          >
            <Icon name="export" />
            Export
          </button>
        )}
      </span>
    </>
  );
}

function MoreButton({ view }: { view: View }) {
  const open = (button: Element) => {
    const draft = view.store.sections.draft.value;
    const items = [
      {
        id: "code",
        label: "Code",
        choose: () => openTab(view, "code"),
      },
      ...(view.store.fixed ? [] : exportItems(view)),
    ];
    if (!view.store.fixed) {
      items.unshift({
        id: "redo",
        label: named("Redo", draft.redo_label),
        ...(draft.can_redo ? {} : { refusal: "Nothing has been undone." }),
        choose: () => view.store.send({ kind: "redo" }),
      });
    }
    openMenu(view, button, { title: "More", items });
  };
  return (
    <button
      type="button"
      class="mw-btn mw-btn-icon"
      data-testid="mw-more"
      aria-label="More"
      aria-haspopup="menu"
      onClick={(event) => open(event.currentTarget)}
    >
      <Dots kind="more" />
    </button>
  );
}
