import { prefersStillness } from "../host";

const DURATION = 160; // ms
const NUMBER = /[−-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?/g;

const running = new WeakMap<Text, number>();

interface Figure {
  value: number;
  decimals: number;
}

function figuresOf(text: string): Figure[] {
  return (text.match(NUMBER) ?? []).map((figure) => ({
    value: Number(figure.replace("−", "-").replaceAll(",", "")),
    decimals: figure.split(".")[1]?.length ?? 0,
  }));
}

/** The text at a share of the way from one to another; both have as many numbers. */
export function between(from: string, to: string, share: number): string {
  const starts = figuresOf(from);
  const ends = figuresOf(to);
  let index = 0;
  return to.replace(NUMBER, (goal) => {
    const start = starts[index]!;
    const end = ends[index]!;
    index += 1;
    const value = start.value + share * (end.value - start.value);
    const plain = Math.abs(value).toFixed(end.decimals);
    const text = goal.includes(",") ? plain.replace(/\B(?=(\d{3})+(?!\d))/g, ",") : plain;
    return value < 0 && Number(plain) !== 0 ? `−${text}` : text;
  });
}

/** Let the numbers of a text run to their new values. */
export function glide(node: Text, to: string): void {
  const from = node.nodeValue ?? "";
  const page = node.ownerDocument;
  const frames = page.defaultView;
  const before = running.get(node);
  if (before !== undefined) frames?.cancelAnimationFrame(before);
  running.delete(node);
  const comparable = from.replace(NUMBER, "#") === to.replace(NUMBER, "#");
  if (!frames || !comparable || page.hidden || prefersStillness(page)) {
    node.nodeValue = to;
    return;
  }
  const start = frames.performance.now();
  const step = (now: number) => {
    const passed = Math.min(Math.max((now - start) / DURATION, 0), 1);
    if (passed === 1 || !node.isConnected) {
      node.nodeValue = to;
      running.delete(node);
      return;
    }
    node.nodeValue = between(from, to, 1 - (1 - passed) ** 3);
    running.set(node, frames.requestAnimationFrame(step));
  };
  running.set(node, frames.requestAnimationFrame(step));
}
