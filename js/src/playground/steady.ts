import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Pairs of least and most that only widen while a slider is held, so that points move, not axes. */
export function useSteady(wanted: number[], held: boolean): number[] {
  const shown = useRef(wanted);
  shown.current = held ? widened(shown.current, wanted) : wanted;
  return shown.current;
}

export function widened(before: number[], wanted: number[]): number[] {
  return wanted.map((value, place) => {
    const known = before[place] ?? value;
    return place % 2 === 0 ? Math.min(known, value) : Math.max(known, value);
  });
}

/** A least height that only grows while a slider is held, so that no slider moves under the hand. */
export function useSteadyHeight<E extends HTMLElement>(held: boolean) {
  const element = useRef<E>(null);
  const [least, setLeast] = useState(0);
  useLayoutEffect(() => {
    setLeast(held ? (element.current?.offsetHeight ?? 0) : 0);
  });
  return [element, least] as const;
}
