import { Icon } from "../parts/icons";
import { useView } from "../view";
import type { Message } from "../wire";

const MOST = 3;
const RANK: Record<Message["severity"], number> = { error: 0, warning: 1, note: 2 };

/** What is the case, what it means for the numbers, and what can be done. */
export function Banners() {
  const view = useView();
  const { store } = view;
  const all = [...store.sections.messages.value];
  if (store.fault.value) all.unshift(brokenSection(store.fault.value));
  if (view.notice.value) all.unshift(view.notice.value);
  if (!store.online.value && !store.fixed) all.unshift(KERNEL_LOST);
  if (!all.length) return null;
  all.sort((one, other) => RANK[one.severity] - RANK[other.severity]);
  return (
    <div class="mw-notes">
      {all.slice(0, MOST).map((message) => (
        <Banner key={message.id} message={message} />
      ))}
      {all.length > MOST && (
        <details class="mw-notes-more">
          <summary>{all.length - MOST} more</summary>
          {all.slice(MOST).map((message) => (
            <Banner key={message.id} message={message} />
          ))}
        </details>
      )}
    </div>
  );
}

function Banner({ message }: { message: Message }) {
  const view = useView();
  const previews = message.actions.map((action) => action.preview).filter(Boolean);
  const detail = [message.detail, ...previews].filter(Boolean).join(" ");
  return (
    <div
      class={`mw-note mw-note-${message.severity}`}
      role={message.severity === "error" ? "alert" : "status"}
      data-testid="mw-message"
      data-message={message.id}
      data-severity={message.severity}
    >
      <Icon name={message.severity} />
      <div class="mw-note-words">
        <div class="mw-note-title">{message.title}</div>
        {detail && <div class="mw-note-detail">{detail}</div>}
        {message.more && (
          <details class="mw-note-more">
            <summary>Details</summary>
            <pre>{message.more}</pre>
          </details>
        )}
      </div>
      <div class="mw-note-actions">
        {message.actions.map((action) => (
          <button
            key={action.id}
            type="button"
            class={action.primary ? "mw-btn mw-btn-primary" : "mw-btn mw-btn-outline"}
            data-testid={`mw-action-${action.id}`}
            title={action.preview || undefined}
            disabled={!view.store.canEdit()}
            onClick={() => view.store.send({ kind: "act", message: message.id, action: action.id })}
          >
            {action.label}
          </button>
        ))}
        {message === KERNEL_LOST && (
          <button
            type="button"
            class="mw-btn mw-btn-outline"
            data-testid="mw-action-check"
            onClick={() => void view.store.ask("ping", 3000).catch(() => {})}
          >
            Look again
          </button>
        )}
        {message === view.notice.value && (
          <button
            type="button"
            class="mw-btn mw-btn-outline"
            onClick={() => {
              view.notice.value = null;
            }}
          >
            Close
          </button>
        )}
      </div>
    </div>
  );
}

const KERNEL_LOST: Message = {
  id: "kernel-lost",
  severity: "error",
  title: "The kernel is not running, so nothing can be fitted.",
  detail:
    "Your mapping and the last result are kept in this cell. Run the cell again to fit again.",
  more: "",
  actions: [],
};

function brokenSection(fault: string): Message {
  return {
    id: "broken-section",
    severity: "error",
    title: "A part of the widget could not be shown.",
    detail: "Python and the page are of different versions. Install one and reload the page.",
    more: fault,
    actions: [],
  };
}
