import { Icon } from "../parts/icons";
import { rove } from "../parts/roving";
import {
  CodeTab,
  DiagnosticsTab,
  EffectsTab,
  GroupsTab,
  ReportTab,
  SpecificationsTab,
} from "../tabs";
import { openTab, useView } from "../view";
import type { Screen } from "../wire";

type TabName = Screen["tab"];

const TABS: [TabName, string, typeof EffectsTab][] = [
  ["effects", "Effects", EffectsTab],
  ["groups", "Groups", GroupsTab],
  ["specifications", "Specifications", SpecificationsTab],
  ["diagnostics", "Diagnostics", DiagnosticsTab],
  ["report", "Report", ReportTab],
  ["code", "Code", CodeTab],
];

/** What the model says, from six sides. */
export function Tabs() {
  const view = useView();
  const { store } = view;
  const open = store.sections.screen.value.tab;
  const look = store.sections.diagnostics.value?.look ?? false;
  const name = (tab: TabName) => `mw-tab-${tab}`;
  const Pane = TABS.find(([tab]) => tab === open)?.[2] ?? EffectsTab;
  // Before there is a model there is nothing to say about it.
  if (!view.complete.value && !store.sections.answer.value && open === "effects") return null;
  return (
    <>
      <div class="mw-tabs" role="tablist" aria-label="Result" onKeyDown={rove("[role=tab]", true)}>
        {TABS.map(([tab, label]) => (
          <button
            key={tab}
            type="button"
            role="tab"
            class="mw-tab"
            data-testid={name(tab)}
            aria-selected={tab === open}
            tabIndex={tab === open ? 0 : -1}
            onClick={() => tab !== open && openTab(view, tab)}
          >
            {label}
            {tab === "diagnostics" && look && (
              <>
                <Icon name="warning" size={13} />
                <span class="mw-hidden">: look</span>
              </>
            )}
          </button>
        ))}
      </div>
      <div
        class="mw-tabpanel"
        role="tabpanel"
        aria-label={TABS.find(([tab]) => tab === open)?.[1]}
        data-pane={open}
      >
        <Pane key={open} store={store} />
      </div>
    </>
  );
}
