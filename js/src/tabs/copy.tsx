/** Buttons that put a text on the clipboard and say so. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "../parts/icons";

interface Properties {
  text: string;
  children: ComponentChildren;
  mark?: IconName;
  small?: boolean;
  done?: string;
  testid?: string;
  /** How to copy, where it is not the text alone. */
  copy?: () => Promise<boolean>;
}

const SHOWN = 2000;

export function CopyButton(properties: Properties) {
  const { text, children, mark = "copy", small = false, done = "Copied", copy } = properties;
  const [state, setState] = useState<"" | "done" | "failed">("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const press = async () => {
    setState((await (copy ? copy() : copied(text))) ? "done" : "failed");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setState(""), SHOWN);
  };
  const said = state === "done" ? done : "The browser refuses; select the text instead.";
  return (
    <span class="mw-copy">
      <button
        type="button"
        class={`mw-btn mw-btn-outline${small ? " mw-btn-small" : ""}`}
        data-testid={properties.testid}
        onClick={press}
      >
        <Icon name={state === "done" ? "check" : mark} size={14} />
        {children}
      </button>
      <span class="mw-copy-said" role="status">
        {state && said}
      </span>
    </span>
  );
}

/** Whether the text is on the clipboard now. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text); // pages without a secure context, frames without permission
  }
}

function copiedBySelection(text: string): boolean {
  const before = document.activeElement as HTMLElement | null;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "mw-hidden";
  document.body.append(area);
  area.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false;
  }
  area.remove();
  before?.focus?.();
  return done;
}
