/** Controls of the tabs: segments, menus, switches. */

import type { TargetedKeyboardEvent } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "../parts/icons";
import type { Choice, Control } from "../wire";

interface FieldProperties {
  control: Control;
  disabled?: boolean;
  onChoose: (value: string) => void;
}

/** A control with its label. */
export function Field({ control, disabled = false, onChoose }: FieldProperties) {
  const id = useId();
  return (
    <div class="mw-field" data-testid={`mw-control-${control.name}`} title={control.help}>
      <span class="mw-field-label" id={id}>
        {control.label}
      </span>
      {control.form === "segments" ? (
        <Segments
          choices={control.choices}
          value={control.value}
          labelledBy={id}
          disabled={disabled}
          onChoose={onChoose}
        />
      ) : (
        <span class="mw-select">
          <select
            aria-labelledby={id}
            value={control.value}
            disabled={disabled}
            onChange={(event) => onChoose(event.currentTarget.value)}
          >
            {control.choices.map((choice) => (
              <option key={choice.value} value={choice.value} disabled={choice.refusal !== ""}>
                {choice.label}
              </option>
            ))}
          </select>
          <Icon name="down" size={12} />
        </span>
      )}
    </div>
  );
}

interface SegmentProperties {
  choices: Choice[];
  value: string;
  labelledBy?: string;
  label?: string;
  disabled?: boolean;
  onChoose: (value: string) => void;
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** One of a few, all in sight; one tab stop, arrows choose. */
export function Segments(properties: SegmentProperties) {
  const { choices, value, labelledBy, label, disabled, onChoose } = properties;
  const open = choices.filter((choice) => !choice.refusal);
  const stop = open.some((choice) => choice.value === value) ? value : open[0]?.value;
  const press = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const step = STEPS[event.key];
    if (!step || !open.length) return;
    event.preventDefault();
    event.stopPropagation();
    const now = open.findIndex((choice) => choice.value === stop);
    const next = open[(now + step + open.length) % open.length] as Choice;
    const buttons = event.currentTarget.querySelectorAll<HTMLElement>("[role=radio]");
    buttons[choices.indexOf(next)]?.focus();
    onChoose(next.value);
  };
  return (
    <div
      class="mw-segments"
      role="radiogroup"
      aria-labelledby={labelledBy}
      aria-label={label}
      onKeyDown={press}
    >
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          role="radio"
          aria-checked={choice.value === value}
          aria-disabled={choice.refusal ? true : undefined}
          disabled={disabled}
          tabIndex={choice.value === stop ? 0 : -1}
          title={choice.refusal || choice.help || undefined}
          data-value={choice.value}
          onClick={() => !choice.refusal && choice.value !== value && onChoose(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}

interface SwitchProperties {
  on: boolean;
  label: string;
  disabled?: boolean;
  testid?: string;
  onToggle: (on: boolean) => void;
}

export function Switch({ on, label, disabled, testid, onToggle }: SwitchProperties) {
  return (
    <button
      type="button"
      class="mw-switch"
      role="switch"
      aria-checked={on}
      disabled={disabled}
      data-testid={testid}
      onClick={() => onToggle(!on)}
    >
      <span class="mw-switch-track" aria-hidden="true" />
      {label}
    </button>
  );
}
