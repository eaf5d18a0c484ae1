import { useEffect, useState } from "preact/hooks";
import { Icon, Ring } from "../parts/icons";
import { useView } from "../view";
import type { Status } from "../wire";

const QUIET = 300; // ms before work under way is shown
const SETTLED = 600; // ms of quiet before a state is read out

const ICONS = { good: "check", warning: "warning", error: "error" } as const;

/** The state as it is worth showing: work that ends within 300 ms is never mentioned. */
function useShownStatus(): Status {
  const { store } = useView();
  const status = store.sections.status.value;
  const [shown, setShown] = useState(status);
  useEffect(() => {
    if (status.kind !== "busy" || shown.kind === "busy") {
      setShown(status);
      return;
    }
    const timer = setTimeout(() => setShown(status), QUIET);
    return () => clearTimeout(timer);
  }, [status, shown.kind]);
  return status.kind === "busy" ? shown : status;
}

export function StatusPill() {
  const { store } = useView();
  const status = useShownStatus();
  const progress = store.sections.progress.value;
  const offline = !store.online.value && !store.fixed;
  if (offline) {
    return (
      <span class="mw-pill mw-pill-error" data-testid="mw-status" data-kind="offline">
        <Icon name="error" size={14} />
        <b>No kernel;</b> last result shown
      </span>
    );
  }
  const share = progress && progress.total > 0 ? progress.done / progress.total : null;
  return (
    <span
      class={`mw-pill mw-pill-${status.kind}`}
      data-testid="mw-status"
      data-kind={status.kind}
      data-revision={store.sections.status.value.revision}
      data-answered={store.sections.status.value.answered}
    >
      {status.kind === "busy" && <Ring share={share} />}
      {status.kind !== "busy" && status.kind !== "waiting" && (
        <Icon name={ICONS[status.kind]} size={14} />
      )}
      {status.strong && <b>{status.strong}</b>}
      {status.text && <span>{status.text}</span>}
    </span>
  );
}

/** What a screen reader is told: the state once it has settled, and what was refused. */
export function Announcements() {
  const view = useView();
  const status = view.store.sections.status.value;
  const hint = view.hint.value;
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (status.kind === "busy") return;
    const timer = setTimeout(() => setSaid(`${status.strong} ${status.text}`.trim()), SETTLED);
    return () => clearTimeout(timer);
  }, [status]);
  return (
    <div class="mw-hidden">
      <div role="status" aria-live="polite">
        {said}
      </div>
      <div role="status" aria-live="polite">
        {hint}
      </div>
    </div>
  );
}
