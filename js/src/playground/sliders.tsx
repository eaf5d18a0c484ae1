import { useRef } from "preact/hooks";
import { Icon } from "../parts/icons";
import { Sentence } from "../tabs/sentence";
import { type Part, useFolds } from "./folds";
import { fixed } from "./format";
import type { Slider } from "./shapes";
import type { PlayStore } from "./store";

// Side by side where there is no room for them above one another.
const COLUMNS = [
  [
    { part: "design", title: "Design" },
    { part: "within", title: "Within" },
  ],
  [
    { part: "between", title: "Between" },
    { part: "slopes", title: "Slopes across groups" },
  ],
] as const;

// Presses of a key that follow one another within this time are one step of the history.
const TOGETHER = 1000;

/** Every setting as a slider, by what it is a part of. */
export function Sliders({ store }: { store: PlayStore }) {
  const controls = store.controls.value;
  const folds = useFolds(controls);
  if (!controls) return null;
  return (
    <>
      {COLUMNS.map((parts) => (
        <div class="mw-play-column" key={parts[0].part}>
          {parts.map(({ part, title }) => (
            <Section
              part={part}
              title={title}
              sliders={controls.sliders.filter((slider) => slider.part === part)}
              open={folds.open.has(part)}
              onFold={() => folds.turn(part)}
              store={store}
              key={part}
            />
          ))}
        </div>
      ))}
    </>
  );
}

interface SectionProperties {
  part: Part;
  title: string;
  sliders: Slider[];
  open: boolean;
  onFold: () => void;
  store: PlayStore;
}

/** What comes first of a part; and what else it has, unless that is folded away. */
function Section({ part, title, sliders, open, onFold, store }: SectionProperties) {
  const more = sliders.filter((slider) => slider.secondary);
  const kept = open ? [] : more.filter((slider) => !slider.usual);
  return (
    <fieldset class="mw-play-part" data-part={part}>
      <legend>{title}</legend>
      {more.length > 0 && (
        <button
          type="button"
          class="mw-play-fold"
          data-testid={`mw-play-more-${part}`}
          aria-label={`${open ? "Less" : "More"} of ${title}`}
          aria-expanded={open}
          onClick={onFold}
        >
          {open ? "Less" : "More"}
          <Icon name="down" size={12} />
        </button>
      )}
      <div class="mw-play-settings">
        {sliders
          .filter((slider) => open || !slider.secondary)
          .map((slider) => (
            <Setting slider={slider} store={store} key={slider.name} />
          ))}
        {kept.length > 0 && (
          <p class="mw-play-kept" data-testid={`mw-play-kept-${part}`}>
            {kept.map((slider) => (
              <span key={slider.name}>
                <Sentence spans={slider.label} /> <b>{fixed(slider.value, slider.decimals)}</b>
              </span>
            ))}
          </p>
        )}
      </div>
    </fieldset>
  );
}

let drags = 0;

function Setting({ slider, store }: { slider: Slider; store: PlayStore }) {
  const { name, least, most, reach, step, decimals, note } = slider;
  const moving = store.moving.value;
  const value = moving?.name === name ? moving.value : slider.value;
  const drag = useRef({ id: "", at: 0 });
  const share = (number: number) => `${(100 * (number - least)) / (most - least)}%`;
  const zero = Math.max(least, Math.min(0, most));
  const begin = () => {
    drags += 1;
    drag.current.id = `${name}-${drags}`;
  };
  const move = (number: number) => {
    const now = performance.now();
    if (!drag.current.id || (!store.held.value && now - drag.current.at > TOGETHER)) begin();
    drag.current.at = now;
    store.move(name, number, drag.current.id);
  };
  const low = Math.min(value, zero);
  const text = fixed(value, decimals);
  const id = `mw-play-${name}`;
  return (
    <label class="mw-play-slider" data-setting={name}>
      <span>
        <Sentence spans={slider.label} />
      </span>
      <output data-testid={`${id}-value`}>{text}</output>
      <span class="mw-play-track">
        <i class="mw-play-rail" />
        <i
          class="mw-play-fill"
          style={`left:${share(low)};width:calc(${share(Math.max(value, zero))} - ${share(low)})`}
        />
        {least < 0 && <i class="mw-play-zero" style={`left:${share(0)}`} />}
        <input
          type="range"
          data-testid={id}
          aria-label={slider.spoken}
          aria-valuetext={text}
          title={note || undefined}
          min={least}
          max={most}
          step={step}
          value={value}
          disabled={!store.online.value}
          onPointerDown={() => {
            begin();
            store.held.value = true;
          }}
          onPointerUp={() => store.release()}
          onPointerCancel={() => store.release()}
          onInput={(event) => {
            const wanted = Number(event.currentTarget.value);
            const number = Math.max(-reach, Math.min(reach, wanted));
            // Else the thumb goes on where the setting cannot follow.
            if (number !== wanted) event.currentTarget.value = String(number);
            move(number);
          }}
        />
      </span>
      {note && <small>{note}</small>}
    </label>
  );
}
