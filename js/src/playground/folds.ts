import { useRef, useState } from "preact/hooks";
import type { Controls, Slider } from "./shapes";

export type Part = Slider["part"];

/** Which parts show all their settings, for which story, and which parts use secondary ones. */
export interface Folds {
  story: string | null;
  used: ReadonlySet<Part>;
  open: ReadonlySet<Part>;
}

export const UNKNOWN: Folds = { story: null, used: new Set(), open: new Set() };

/** A story begins with what it uses unfolded; later what comes into use is unfolded too. */
export function followed(before: Folds, controls: Controls): Folds {
  const { story } = controls;
  const sliders = controls.sliders.filter((slider) => slider.secondary && !slider.usual);
  const used = new Set(sliders.map((slider) => slider.part));
  if (before.story !== story) return { story, used, open: used };
  const begun = [...used].filter((part) => !before.used.has(part));
  return { story, used, open: new Set([...before.open, ...begun]) };
}

export function useFolds(controls: Controls | null) {
  const folds = useRef(UNKNOWN);
  const seen = useRef<Controls | null>(null);
  const [, redraw] = useState({});
  if (controls && seen.current !== controls) {
    seen.current = controls;
    folds.current = followed(folds.current, controls);
  }
  const turn = (part: Part) => {
    const open = new Set(folds.current.open);
    if (!open.delete(part)) open.add(part);
    folds.current = { ...folds.current, open };
    redraw({});
  };
  return { open: folds.current.open, turn };
}
