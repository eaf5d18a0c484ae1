/** The selected groups: at once what the hand says, soon what Python confirms. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Store } from "../store";
import type { Groups } from "../wire";

// After so long what Python says holds, even if it is something else.
const PATIENCE = 1500;

export interface Selection {
  chosen: ReadonlySet<number>;
  /** Whether it is ahead of what Python has shown. */
  ahead: boolean;
  /** Show a selection without telling anyone, while a brush is drawn. */
  preview: (positions: number[]) => void;
  /** Select these. */
  commit: (positions: number[]) => void;
}

export function useSelection(store: Store, groups: Groups): Selection {
  const [own, setOwn] = useState<number[]>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const positions = own ?? groups.selected;

  useEffect(() => {
    if (own && same(own, groups.selected)) setOwn(undefined);
  }, [groups.selected]);
  useEffect(() => () => clearTimeout(timer.current), []);

  return {
    chosen: new Set(positions),
    ahead: own !== undefined && !same(own, groups.selected),
    preview: setOwn,
    commit(next) {
      clearTimeout(timer.current);
      if (store.fixed) {
        // what was selected when the page was saved comes back, and is still drawn
        setOwn(next.length ? next : undefined);
        return;
      }
      setOwn(next);
      timer.current = setTimeout(() => setOwn(undefined), PATIENCE);
      store.send({ kind: "select_groups", positions: next });
    },
  };
}

function same(one: number[], other: number[]): boolean {
  if (one.length !== other.length) return false;
  const there = new Set(other);
  return one.every((position) => there.has(position));
}
