import { useView } from "../view";

/** A long job: how far it is, what stopping keeps. */
export function ProgressBar() {
  const { store } = useView();
  const progress = store.sections.progress.value;
  if (!progress) return null;
  const share = progress.total > 0 ? (100 * progress.done) / progress.total : 0;
  return (
    <div class="mw-progress" data-testid="mw-progress">
      <div class="mw-progress-words">
        <b>{progress.strong}</b>
        <span>{progress.text}</span>
      </div>
      <div
        class="mw-track"
        role="progressbar"
        aria-label={progress.label}
        aria-valuemin={0}
        aria-valuenow={progress.done}
        aria-valuemax={progress.total}
        aria-valuetext={progress.strong}
      >
        <div style={{ width: `${share}%` }} />
      </div>
      <div class="mw-progress-actions">
        {progress.stop && (
          <button
            type="button"
            class="mw-btn mw-btn-outline"
            data-testid="mw-stop"
            onClick={() => store.send({ kind: "cancel", keep: true })}
          >
            {progress.stop}
          </button>
        )}
        <button
          type="button"
          class="mw-btn"
          data-testid="mw-cancel"
          onClick={() => store.send({ kind: "cancel", keep: false })}
        >
          Cancel
        </button>
      </div>
    </div>
  );
}
