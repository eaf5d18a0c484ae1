/** The Effects tab: one sentence, the arithmetic behind it, the table and the forest. */

import { Icon } from "../parts/icons";
import type { Store } from "../store";
import type { Answer } from "../wire";
import { CopyButton } from "./copy";
import { EffectsTable, MoreEffects, Reasons } from "./effects-table";
import { Sentence } from "./sentence";
import { SettlingCard } from "./settling";

export function EffectsTab({ store }: { store: Store }) {
  const answer = store.sections.answer.value;
  if (!answer) return <div data-testid="mw-effects" />;
  const settling = answer.settling;
  return (
    <div
      class={`mw-effects-pane${settling ? " mw-settling" : ""}`}
      data-testid="mw-effects"
      data-stale={answer.stale}
      data-revision={answer.revision}
    >
      {!settling && <Reading answer={answer} store={store} />}
      <div
        class={answer.stale ? "mw-stale" : undefined}
        role="group"
        aria-label={answer.stale ? answer.stale_words : answer.interval_label}
        aria-disabled={answer.stale || undefined}
      >
        <EffectsTable answer={answer} store={store} />
        <Method answer={answer} />
        <Reasons lines={answer.effects} />
        <MoreEffects answer={answer} />
      </div>
      {settling && <SettlingCard chart={settling} notes={answer.notes} store={store} />}
    </div>
  );
}

/** How the intervals were made, and what the thin ones beside them are. */
function Method({ answer }: { answer: Answer }) {
  if (!answer.forest.data.beside?.length) return <p class="mw-method">{answer.method}</p>;
  return (
    <p class="mw-method">
      <svg width="26" height="12" aria-hidden="true">
        <path d="M2 6h22" stroke="var(--mw-w)" stroke-width="2" />
        <circle cx="13" cy="6" r="4" fill="var(--mw-w)" />
      </svg>
      {answer.method}
      <svg width="26" height="12" aria-hidden="true">
        <path d="M2 6h22M2 2.5v7M24 2.5v7" stroke="var(--mw-ink3)" stroke-width="1.2" />
      </svg>
      Monte Carlo, for comparison
    </p>
  );
}

function Reading({ answer, store }: { answer: Answer; store: Store }) {
  return (
    <div class="mw-reading">
      {answer.stale && <StaleMark words={answer.stale_words} store={store} />}
      <p class={`mw-read${answer.stale ? " mw-read-stale" : ""}`} role="status">
        <Sentence spans={answer.reading} />
      </p>
      {!answer.stale && answer.formula.length + answer.notes.length > 0 && (
        <div class="mw-arithmetic">
          {answer.formula.length > 0 && (
            <p class="mw-formula">
              <Sentence spans={answer.formula} />
            </p>
          )}
          {answer.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </div>
      )}
      {!answer.stale && (
        <CopyButton text={answer.sentence} small testid="mw-copy-sentence">
          Copy sentence
        </CopyButton>
      )}
    </div>
  );
}

function StaleMark({ words, store }: { words: string; store: Store }) {
  const draft = store.sections.draft.value;
  return (
    <div class="mw-stale-mark">
      <p class="mw-stale-words">{words}</p>
      {draft.can_undo && store.canEdit() && (
        <button
          type="button"
          class="mw-btn mw-btn-outline mw-btn-small"
          title={draft.undo_label}
          onClick={() => store.send({ kind: "undo" })}
        >
          <Icon name="undo" size={14} />
          Undo
        </button>
      )}
    </div>
  );
}
