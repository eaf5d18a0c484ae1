/** The Groups tab: each group's own effect, in order, in counts, and a dozen of them close up. */

import { ChartView } from "../chart";
import type { Store } from "../store";
import type { GroupRows, Groups } from "../wire";
import { Caterpillar } from "./caterpillar";
import { CopyButton } from "./copy";
import { Field, Switch } from "./fields";
import { type Selection, useSelection } from "./selection";

// Pixels of the words beside small multiples, and the least that a panel needs.
const WORDS = 118;
const PANEL = 52;

export function GroupsTab({ store }: { store: Store }) {
  const groups = store.sections.groups.value;
  const rows = store.sections.group_rows.value;
  if (!groups) return <div data-testid="mw-groups" />;
  return (
    <div data-testid="mw-groups" data-revision={groups.revision}>
      {groups.reason && <p class="mw-guide">{groups.reason}</p>}
      {rows && <GroupsBody store={store} groups={groups} rows={rows} />}
    </div>
  );
}

interface Properties {
  store: Store;
  groups: Groups;
  rows: GroupRows;
}

function GroupsBody({ store, groups, rows }: Properties) {
  const selection = useSelection(store, groups);
  return (
    <>
      <GroupControls store={store} groups={groups} />
      <div class="mw-groups-main">
        <div class="mw-stats">
          {groups.stats.map((stat) => (
            <div class="mw-stat" key={stat.text}>
              <div class="mw-stat-value">{stat.value}</div>
              <div class="mw-stat-text">{stat.text}</div>
            </div>
          ))}
        </div>
        <Caterpillar store={store} rows={rows} selection={selection} />
      </div>
      {selection.chosen.size > 0 && (
        <Multiples store={store} groups={groups} selection={selection} />
      )}
    </>
  );
}

interface MultiplesProperties {
  store: Store;
  groups: Groups;
  selection: Selection;
}

/** The selected groups close up; they follow a selection that the hand has just made. */
function Multiples({ store, groups, selection }: MultiplesProperties) {
  const { chosen, ahead } = selection;
  const words = ahead ? `${chosen.size} selected` : groups.selected_words;
  // In a saved page nobody draws those that were not selected then.
  const drawn = ahead && store.fixed ? null : groups.multiples;
  return (
    <section class="mw-multiples" aria-label={words} aria-busy={ahead && !store.fixed}>
      <div class="mw-multiples-head">
        <h3 class="mw-heading">{words}</h3>
        <span class="mw-quiet">{drawn && groups.multiples_words}</span>
        {(ahead || !store.fixed) && (
          <button
            type="button"
            class="mw-btn mw-btn-outline mw-btn-small"
            data-testid="mw-clear-selection"
            onClick={() => selection.commit([])}
          >
            Clear selection
          </button>
        )}
      </div>
      {drawn && (
        <ChartView
          chart={drawn}
          store={store}
          height={Number(drawn.spec.height ?? 200) + 10}
          least={WORDS + PANEL * Math.min(Math.max(groups.selected.length, 6), 12)}
        />
      )}
    </section>
  );
}

function GroupControls({ store, groups }: { store: Store; groups: Groups }) {
  const fixed = !store.canEdit();
  const set = (control: string, value: string) =>
    store.send({ kind: "set_groups", control, value });
  return (
    <div class="mw-tab-controls">
      {groups.controls.map((control) => (
        <Field
          key={control.name}
          control={control}
          disabled={fixed}
          onChoose={(value) => set(control.name, value)}
        />
      ))}
      {groups.color_words.length > 0 && <Ramp words={groups.color_words} />}
      <div class="mw-tab-tools">
        <Switch
          on={groups.shrink}
          label={groups.shrink_label}
          disabled={fixed}
          testid="mw-shrink"
          onToggle={(on) => set("shrink", on ? "yes" : "no")}
        />
        {groups.snippet && (
          <CopyButton
            text={groups.snippet}
            mark="code"
            testid="mw-selection-code"
            done="Copied as code"
          >
            Selection to notebook
          </CopyButton>
        )}
      </div>
    </div>
  );
}

/** The ramp's steps: two words name its ends, otherwise each step has its own. */
function Ramp({ words }: { words: string[] }) {
  const swatch = (step: number) => (
    <i class="mw-ramp-step" style={`background:var(--mw-r${step})`} />
  );
  if (words.length === 2) {
    return (
      <span class="mw-ramp">
        {words[0]}
        <span class="mw-ramp-steps">{[1, 2, 3, 4, 5].map(swatch)}</span>
        {words[1]}
      </span>
    );
  }
  return (
    <span class="mw-ramp">
      {words.map((word, place) => (
        <span class="mw-ramp-word" key={word}>
          {swatch(place + 1)}
          {word}
        </span>
      ))}
    </span>
  );
}
