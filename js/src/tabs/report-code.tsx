/** Code that reproduces the report, for one program at a time; or why there is none. */

import { useState } from "preact/hooks";
import type { Report } from "../wire";
import { CopyButton } from "./copy";
import { Segments } from "./fields";

export function ReportCodeBox({ pane }: { pane: Report }) {
  const [wanted, setWanted] = useState("");
  const shown = pane.code.find((item) => item.id === wanted) ?? pane.code[0];
  if (!shown) return null;
  const choices = pane.code.map(({ id, label }) => ({ value: id, label, help: "", refusal: "" }));
  return (
    <section class="mw-report-code" aria-label="Code">
      <div class="mw-report-tools">
        <span class="mw-heading">Code</span>
        <Segments label="Program" choices={choices} value={shown.id} onChoose={setWanted} />
        <span class="mw-space" />
        {shown.code && (
          <CopyButton text={shown.code} small testid="mw-copy-report-code">
            Copy
          </CopyButton>
        )}
      </div>
      {shown.code ? (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
          <pre class="mw-code-block" tabIndex={0} data-language={shown.id}>
            <code>{shown.code}</code>
          </pre>
          <p class="mw-quiet">{pane.code_note}</p>
        </>
      ) : (
        <p class="mw-report-refusal" data-testid="mw-report-refusal">
          {shown.refusal}
        </p>
      )}
    </section>
  );
}
