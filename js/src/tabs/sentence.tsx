/** Sentences that come in pieces. */

import type { Span } from "../wire";

function classOf(span: Span): string {
  const classes = [];
  if (span.side) classes.push(`mw-side-${span.side}`);
  if (span.strong) classes.push("mw-strong");
  if (span.italic) classes.push("mw-italic");
  return classes.join(" ");
}

/** The pieces, each in its style. */
export function Sentence({ spans }: { spans: Span[] }) {
  return (
    <>
      {spans.map((span, place) =>
        span.key ? (
          <kbd class="mw-kbd" key={place}>
            {span.text}
          </kbd>
        ) : (
          <span class={classOf(span) || undefined} key={place}>
            {span.text}
          </span>
        ),
      )}
    </>
  );
}
