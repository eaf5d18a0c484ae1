/** The Code tab: code that makes what is on screen. */

import { useState } from "preact/hooks";
import type { Store } from "../store";
import { CopyButton } from "./copy";
import { Segments } from "./fields";

export function CodeTab({ store }: { store: Store }) {
  const pane = store.sections.code.value;
  const [wanted, setWanted] = useState("");
  const shown = pane?.languages.find((item) => item.id === wanted) ?? pane?.languages[0];
  if (!pane || !shown) {
    return <div data-testid="mw-code">{pane && <p class="mw-guide">{pane.note}</p>}</div>;
  }
  const choices = pane.languages.map(({ id, label }) => ({
    value: id,
    label,
    help: "",
    refusal: "",
  }));
  return (
    <div data-testid="mw-code" data-revision={pane.revision}>
      <div class="mw-tab-controls">
        <Segments label="Language" choices={choices} value={shown.id} onChoose={setWanted} />
        <span class="mw-space" />
        <CopyButton text={shown.code} testid="mw-copy-code">
          Copy
        </CopyButton>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre class="mw-code-block" tabIndex={0} data-language={shown.id}>
        <code>{shown.code}</code>
      </pre>
      {pane.note && <p class="mw-quiet">{pane.note}</p>}
    </div>
  );
}
