/** The Report tab: text and tables to copy, code for other programs, and what is assumed. */

import { useState } from "preact/hooks";
import { Icon } from "../parts/icons";
import type { Store } from "../store";
import type { Report, ReportBlock, ReportForm, ReportTable } from "../wire";
import { Segments } from "./fields";
import { Assumptions } from "./report-assumptions";
import { ReportCodeBox } from "./report-code";
import { CopyReport } from "./report-copy";
import { Decisions } from "./report-decisions";
import { Sentence } from "./sentence";

type Form = ReportForm["form"] | "rich";

const FORMS: [Form, string][] = [
  ["rich", "Word"],
  ["markdown", "Markdown"],
  ["latex", "LaTeX"],
  ["html", "HTML"],
  ["text", "Plain text"],
];

export function ReportTab({ store }: { store: Store }) {
  const pane = store.sections.report.value;
  const [form, setForm] = useState<Form>("rich");
  if (!pane) return <div data-testid="mw-report" />;
  if (pane.reason) {
    return (
      <div data-testid="mw-report">
        <p class="mw-guide">{pane.reason}</p>
      </div>
    );
  }
  return (
    <div class="mw-report" data-testid="mw-report" data-revision={pane.revision}>
      <div class="mw-report-text">
        <Tools store={store} pane={pane} form={form} onForm={setForm} />
        <article class="mw-report-article" aria-label="Report" lang="en">
          {pane.blocks.map((block, place) => (
            <Block key={place} block={block} />
          ))}
        </article>
        {pane.tables.map((table) => (
          <TableBox key={table.title} table={table} form={form} />
        ))}
      </div>
      <div class="mw-report-side">
        <ReportCodeBox pane={pane} />
        <Assumptions store={store} pane={pane} />
        <Decisions store={store} pane={pane} />
      </div>
    </div>
  );
}

interface ToolsProperties {
  store: Store;
  pane: Report;
  form: Form;
  onForm: (form: Form) => void;
}

function Tools({ store, pane, form, onForm }: ToolsProperties) {
  return (
    <div class="mw-report-tools">
      <span class="mw-heading" id="mw-report-style">
        {pane.style.label}
      </span>
      <Segments
        label="Style of the text"
        choices={pane.style.choices}
        value={pane.style.value}
        disabled={!store.canEdit()}
        onChoose={(value) => store.send({ kind: "set_report", control: "style", value })}
      />
      <span class="mw-space" />
      <span class="mw-report-copies">
        <span class="mw-select">
          <select
            aria-label="Copy for"
            data-testid="mw-report-form"
            value={form}
            onChange={(event) => onForm(event.currentTarget.value as Form)}
          >
            {FORMS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <Icon name="down" size={12} />
        </span>
        <CopyReport forms={pane.forms} form={form} testid="mw-copy-report">
          Copy report
        </CopyReport>
      </span>
    </div>
  );
}

function Block({ block }: { block: ReportBlock }) {
  if (block.kind === "heading") {
    return (
      <h3 class="mw-report-heading">
        <Sentence spans={block.spans} />
      </h3>
    );
  }
  if (block.kind === "prose") {
    return (
      <p>
        <Sentence spans={block.spans} />
      </p>
    );
  }
  return (
    <ul>
      {block.points.map((point) => (
        <li key={point.title}>
          <span class="mw-strong">{point.title}.</span> {point.text}
        </li>
      ))}
    </ul>
  );
}

function TableBox({ table, form }: { table: ReportTable; form: Form }) {
  const [head, ...columns] = table.columns;
  return (
    <section class="mw-report-table" aria-label={table.title}>
      <div class="mw-report-caption">
        <h4>{table.title}</h4>
        <CopyReport forms={table.forms} form={form} small>
          Copy table
        </CopyReport>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <div class="mw-scroll" tabIndex={0} role="group" aria-label={table.title}>
        <table class="mw-table">
          <thead>
            <tr>
              {head ? <th scope="col">{head}</th> : <td />}
              {columns.map((column, place) => (
                <th scope="col" key={place}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, place) =>
              row.heading ? (
                <tr key={place} class="mw-report-level">
                  <th scope="colgroup" colSpan={table.columns.length}>
                    <span class={row.side ? `mw-side-${row.side}` : undefined}>
                      <Sentence spans={row.cells[0] ?? []} />
                    </span>
                  </th>
                </tr>
              ) : (
                <tr key={place}>
                  {table.columns.map((_, index) => {
                    const cell = <Sentence spans={row.cells[index] ?? []} />;
                    return index === 0 ? (
                      <th scope="row" key={index}>
                        {cell}
                      </th>
                    ) : (
                      <td key={index}>{cell}</td>
                    );
                  })}
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
      {table.note && <p class="mw-caption">{table.note}</p>}
    </section>
  );
}
