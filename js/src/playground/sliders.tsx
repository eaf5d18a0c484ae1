import { useRef } from "preact/hooks";
import { Sentence } from "../tabs/sentence";
import { fixed } from "./format";
import type { Slider } from "./shapes";
import type { PlayStore } from "./store";

const PARTS = [
  { part: "design", title: "Design" },
  { part: "within", title: "Within" },
  { part: "between", title: "Between" },
  { part: "slopes", title: "Slopes across groups" },
] as const;

// Presses of a key that follow one another within this time are one step of the history.
const TOGETHER = 1000;

/** Every setting as a slider, by what it is a part of. */
export function Sliders({ store }: { store: PlayStore }) {
  const controls = store.controls.value;
  if (!controls) return null;
  return (
    <>
      {PARTS.map(({ part, title }) => (
        <fieldset class="mw-play-part" data-part={part} key={part}>
          <legend>{title}</legend>
          {controls.sliders
            .filter((slider) => slider.part === part)
            .map((slider) => (
              <Setting slider={slider} store={store} key={slider.name} />
            ))}
        </fieldset>
      ))}
    </>
  );
}

let drags = 0;

function Setting({ slider, store }: { slider: Slider; store: PlayStore }) {
  const { name, least, most, step, decimals, note } = slider;
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
          onInput={(event) => move(Number(event.currentTarget.value))}
        />
      </span>
      {note && <small>{note}</small>}
    </label>
  );
}
