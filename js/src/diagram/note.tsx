/** What theory says of a path: typed in its popover, listed in the report. */

import { Segments } from "../tabs/fields";
import { TextField } from "../tabs/text-field";
import type { View } from "../view";
import type { PathDetail, TheoryNote } from "../wire";

const STANDINGS = [
  ["", "Open"],
  ["testable", "Testable"],
  ["speculative", "Speculative"],
].map(([value, label]) => ({ value: value!, label: label!, help: "", refusal: "" }));

export function Note({ view, detail }: { view: View; detail: PathDetail }) {
  const { note } = detail;
  const editable = view.store.canEdit();
  const change = (changes: Partial<TheoryNote>) =>
    view.store.send({ kind: "note", path: detail.path, ...changes });
  const noted = Boolean(note.construct || note.mechanism || note.standing);
  return (
    <details class="mw-popover-part mw-note-on-path" open={noted} data-testid="mw-note">
      <summary>
        <span class="mw-popover-label">Theory</span>
      </summary>
      <TextField
        label="What its columns stand for"
        placeholder="What its columns stand for"
        testid="mw-note-construct"
        value={note.construct}
        disabled={!editable}
        onCommit={(construct) => change({ construct })}
      />
      <TextField
        label="Mechanism"
        placeholder="Mechanism"
        testid="mw-note-mechanism"
        value={note.mechanism}
        disabled={!editable}
        onCommit={(mechanism) => change({ mechanism })}
      />
      <Segments
        label="Standing of the note"
        choices={STANDINGS}
        value={note.standing}
        disabled={!editable}
        onChoose={(standing) => change({ standing })}
      />
    </details>
  );
}
