import { Icon } from "../parts/icons";
import { rove } from "../parts/roving";
import { PathLabel } from "../parts/words";
import { Field } from "../tabs/fields";
import { useView, type View } from "../view";
import type { Control, Slope } from "../wire";

/** How the model is fitted: everything that is chosen is in sight. */
export function Options() {
  const view = useView();
  if (!view.complete.value) return null;
  if (!view.stacked.value) return <OptionsRow view={view} />;
  const open = view.optionsOpen.value;
  return (
    <>
      <div class="mw-summary">
        <span class="mw-summary-title">Model</span>
        <span class="mw-summary-words">{view.store.sections.draft.value.summary}</span>
        <span class="mw-space" />
        <button
          type="button"
          class="mw-btn mw-btn-small mw-btn-outline"
          data-testid="mw-options"
          aria-expanded={open}
          onClick={() => {
            view.optionsOpen.value = !open;
          }}
        >
          <Icon name="options" size={14} />
          Options
        </button>
      </div>
      {open && <OptionsRow view={view} />}
    </>
  );
}

function OptionsRow({ view }: { view: View }) {
  const { store } = view;
  const draft = store.sections.draft.value;
  const disabled = !store.canEdit();
  const field = (control: Control) => (
    <Field
      key={control.name}
      control={control}
      disabled={disabled}
      onChoose={(value) => {
        view.hint.value = "";
        store.send({ kind: "choose", control: control.name, value });
      }}
    />
  );
  // The switches stand behind the first control, which says what is taken apart.
  const [first, ...rest] = draft.controls;
  return (
    <div class="mw-options" onClickCapture={(event) => explain(view, event)}>
      {first && field(first)}
      {draft.slopes.length > 0 && <Slopes view={view} slopes={draft.slopes} disabled={disabled} />}
      {rest.map(field)}
      {view.hint.value && <div class="mw-hint">{view.hint.value}</div>}
    </div>
  );
}

interface SlopesProperties {
  view: View;
  slopes: Slope[];
  disabled: boolean;
}

function Slopes({ view, slopes, disabled }: SlopesProperties) {
  const label = view.store.sections.draft.value.slopes_label;
  return (
    <div class="mw-field">
      <span class="mw-field-label">{label}</span>
      <div class="mw-slopes" role="group" aria-label={label} onKeyDown={rove("[role=switch]")}>
        {slopes.map((slope, index) => (
          <button
            key={slope.path}
            type="button"
            role="switch"
            class="mw-slope"
            data-testid={`mw-slope-${slope.path}`}
            aria-checked={slope.on}
            aria-disabled={slope.refusal ? true : undefined}
            aria-label={`Path ${slope.label}`}
            title={slope.refusal || slope.help}
            disabled={disabled}
            tabIndex={index === 0 ? 0 : -1}
            onClick={() =>
              !slope.refusal && view.store.send({ kind: "toggle_slope", path: slope.path })
            }
          >
            <svg width="10" height="10" aria-hidden="true">
              {slope.on ? (
                <circle cx="5" cy="5" r="4" fill="currentColor" />
              ) : (
                <circle
                  cx="5"
                  cy="5"
                  r="3.5"
                  fill="none"
                  stroke="currentColor"
                  stroke-width="1.2"
                />
              )}
            </svg>
            <PathLabel label={slope.label} />
          </button>
        ))}
      </div>
    </div>
  );
}

/** A choice that is refused says why when it is pressed. */
function explain(view: View, event: Event): void {
  const pressed = (event.target as Element).closest("[aria-disabled=true]");
  view.hint.value = pressed?.getAttribute("title") ?? "";
}
