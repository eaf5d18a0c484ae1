const STEPS: Record<string, (index: number, last: number) => number> = {
  ArrowRight: (index, last) => (index === last ? 0 : index + 1),
  ArrowDown: (index, last) => (index === last ? 0 : index + 1),
  ArrowLeft: (index, last) => (index === 0 ? last : index - 1),
  ArrowUp: (index, last) => (index === 0 ? last : index - 1),
  Home: () => 0,
  End: (_, last) => last,
};

/** Let arrows move the focus among the parts of a composite, and press them if it says so. */
export function rove(selector: string, press = false) {
  return (event: KeyboardEvent) => {
    const composite = event.currentTarget as HTMLElement;
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const parts = Array.from(composite.querySelectorAll<HTMLElement>(selector));
    const here = parts.indexOf((event.target as Element).closest<HTMLElement>(selector)!);
    if (here < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const part = parts[step(here, parts.length - 1)]!;
    part.focus();
    if (press) part.click();
  };
}
