// Characters that do not print, or that reorder what stands around them.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;
const LONGEST = 60;

function escaped(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  if (character === "\r") return "\\r";
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** A name from the data as it can be read: nothing invisible, nothing endless. */
export function shown(name: string, longest = LONGEST): string {
  const visible = name.replace(UNPRINTABLE, escaped);
  const characters = Array.from(visible);
  if (characters.length <= longest) return visible;
  const tail = Math.floor((longest - 1) / 2);
  return `${characters.slice(0, longest - 1 - tail).join("")}…${characters.slice(-tail).join("")}`;
}

/** A name from the data; whatever its script, it does not reorder its neighbours. */
export function Name({ of }: { of: string }) {
  return <bdi class="mw-name">{shown(of)}</bdi>;
}

/** The label of a path: a letter in italics, and the column in brackets upright. */
export function PathLabel({ label }: { label: string }) {
  const bracket = label.indexOf("[");
  if (bracket < 0) return <i class="mw-parameter">{label}</i>;
  return (
    <>
      <i class="mw-parameter">{label.slice(0, bracket)}</i>
      <bdi>{label.slice(bracket)}</bdi>
    </>
  );
}
