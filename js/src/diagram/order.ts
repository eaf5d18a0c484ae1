/** In which order arrows go through the parts of the diagram. */

export const PARTS = "[data-node],[data-path],[data-slope],[data-add],[data-chip]";

const SIDES: Record<string, number> = { between: 1, within: 2 };
const NODES: Record<string, number> = { exposure: 0, mediator: 2, outcome: 6 };
const PATHS: Record<string, number> = { a: 1, d: 3, b: 4, direct: 5 };
const LAST = 9;

function letter(name: string): string {
  return name.split("[")[0] ?? name;
}

/** Group pill first; then panel by panel X, a, M, b, c′, Y, and what hangs on them. */
function rank(element: Element): [number, number, number] {
  const data = (element as SVGElement).dataset;
  const role = data.node;
  if (role === "group") return [0, 0, 0];
  const panel = element.closest("[data-side]")?.getAttribute("data-side") ?? "";
  const side = SIDES[panel] ?? 2;
  if (role) return [side, NODES[role] ?? LAST, Number(data.index ?? 0)];
  const path = data.path !== undefined ? (data.name ?? data.path) : data.slope;
  if (path !== undefined) {
    return [side, PATHS[letter(path)] ?? LAST, data.slope === undefined ? 0 : 1];
  }
  return [data.side ? side : 2, LAST, data.add === undefined ? 0 : 1];
}

export function partsInOrder(svg: Element): SVGElement[] {
  const parts = Array.from(svg.querySelectorAll<SVGElement>(PARTS)).filter((part) =>
    part.hasAttribute("role"),
  );
  const ranks = new Map(parts.map((part) => [part, rank(part)]));
  return parts.sort((one, other) => {
    const [first, second] = [ranks.get(one)!, ranks.get(other)!];
    for (let place = 0; place < 3; place += 1) {
      const difference = first[place]! - second[place]!;
      if (difference) return difference;
    }
    return 0;
  });
}
