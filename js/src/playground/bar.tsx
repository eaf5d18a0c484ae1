import { Icon, Mark, Ring } from "../parts/icons";
import type { PlayStore } from "./store";

interface Properties {
  store: PlayStore;
  coded: boolean;
  onCode: () => void;
  onOpen: () => void;
}

const ICONS = { good: "check", warning: "warning", error: "error" } as const;

/** Story, state, undo, code, and the way to the widget. */
export function Bar({ store, coded, onCode, onOpen }: Properties) {
  const controls = store.controls.value;
  const online = store.online.value;
  return (
    <div class="mw-bar mw-play-bar">
      <Mark />
      <span class="mw-title">Playground</span>
      <span class="mw-meta" data-testid="mw-play-subtitle" title={store.frame.value?.subtitle}>
        {store.frame.value?.subtitle}
      </span>
      <label class="mw-play-story">
        <span class="mw-field-label">Story</span>
        <span class="mw-select">
          <select
            data-testid="mw-play-story"
            value={controls?.story ?? ""}
            disabled={!online}
            onChange={(event) =>
              event.currentTarget.value &&
              store.send({ kind: "story", name: event.currentTarget.value })
            }
          >
            {!controls?.story && <option value="">None</option>}
            {controls?.stories.map(({ value, label }) => (
              <option value={value} key={value}>
                {label}
              </option>
            ))}
          </select>
          <Icon name="down" size={12} />
        </span>
      </label>
      <span class="mw-space" />
      <Pill store={store} />
      <span class="mw-buttons">
        <Step store={store} kind="undo" can={controls?.can_undo} what={controls?.undo_label} />
        <Step store={store} kind="redo" can={controls?.can_redo} what={controls?.redo_label} />
      </span>
      <span class="mw-bar-rule" />
      <span class="mw-buttons">
        <button
          type="button"
          class="mw-btn"
          data-testid="mw-play-code-button"
          aria-expanded={coded}
          onClick={onCode}
        >
          <Icon name="code" />
          Code
        </button>
        <button
          type="button"
          class="mw-btn"
          data-testid="mw-play-open"
          title="Open in the widget"
          disabled={!online}
          onClick={onOpen}
        >
          <Icon name="export" />
          <span>
            Open<span class="mw-play-long"> in the widget</span>
          </span>
        </button>
      </span>
    </div>
  );
}

interface StepProperties {
  store: PlayStore;
  kind: "undo" | "redo";
  can: boolean | undefined;
  what: string | undefined;
}

function Step({ store, kind, can, what }: StepProperties) {
  const verb = kind === "undo" ? "Undo" : "Redo";
  const label = what ? `${verb}: ${what}` : verb;
  return (
    <button
      type="button"
      class="mw-btn mw-btn-icon"
      data-testid={`mw-play-${kind}`}
      aria-label={label}
      title={label}
      aria-disabled={!can || !store.online.value}
      onClick={() => can && store.send({ kind })}
    >
      <Icon name={kind} />
    </button>
  );
}

function Pill({ store }: { store: PlayStore }) {
  const frame = store.frame.value;
  if (!store.online.value) {
    return (
      <span class="mw-pill mw-pill-error" data-testid="mw-play-status">
        <Icon name="error" size={14} />
        <b>No kernel;</b> last result shown
      </span>
    );
  }
  if (!frame) return null;
  const { status, strong, text } = frame;
  return (
    <span
      class={`mw-pill mw-pill-${status}`}
      data-testid="mw-play-status"
      title={text || undefined}
    >
      {status === "busy" && <Ring share={null} />}
      {status !== "busy" && status !== "waiting" && <Icon name={ICONS[status]} size={14} />}
      <b>{strong}</b>
      {text && <span class="mw-play-time">{text}</span>}
    </span>
  );
}
