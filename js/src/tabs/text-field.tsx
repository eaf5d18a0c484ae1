/** A line of text that is sent once it is complete: on Enter, or when the field is left. */

import type { TargetedKeyboardEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface Properties {
  id?: string;
  value: string;
  label?: string;
  placeholder?: string;
  testid?: string;
  decimal?: boolean;
  disabled?: boolean;
  onCommit: (text: string) => void;
}

export function TextField(properties: Properties) {
  const { id, value, label, placeholder, testid, decimal, disabled, onCommit } = properties;
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    sent.current = value;
    setText(value);
  }, [value]);
  const commit = (typed: string) => {
    if (typed === sent.current) return;
    sent.current = typed;
    onCommit(typed);
  };
  const press = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") commit(event.currentTarget.value);
    else if (event.key === "Escape") setText(value);
    else return;
    event.stopPropagation();
  };
  return (
    <input
      id={id}
      type="text"
      inputMode={decimal ? "decimal" : "text"}
      class="mw-search"
      aria-label={label}
      data-testid={testid}
      placeholder={placeholder}
      value={text}
      disabled={disabled}
      onInput={(event) => setText(event.currentTarget.value)}
      onBlur={(event) => commit(event.currentTarget.value)}
      onKeyDown={press}
    />
  );
}
