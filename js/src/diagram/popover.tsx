import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { ChartView } from "../chart";
import { focusedIn } from "../host";
import { Icon } from "../parts/icons";
import { Segments } from "../tabs/fields";
import { Sentence } from "../tabs/sentence";
import { assign, findColumn } from "../variables/roles";
import { useView, type View } from "../view";
import type { PathDetail } from "../wire";
import { Note } from "./note";
import { toggle } from "./press";

const GAP = 18; // px from the path to the box
const CARET = 29; // px from the box's corner to its tip
const EDGE = 8;

/** What is known of one path, below the path; the diagram beside it stays in use. */
export function Popover() {
  const view = useView();
  const { screen, detail } = view.store.sections;
  const path = screen.value.path;
  const known = detail.value;
  if (path === null || known?.path !== path || screen.value.folded) return null;
  return <PopoverBox key={path} view={view} detail={known} />;
}

function PopoverBox({ view, detail }: { view: View; detail: PathDetail }) {
  const box = useRef<HTMLDivElement>(null);
  const close = () => {
    view.store.send({ kind: "show", path: null });
    pathPart(view, detail.path)?.focus({ preventScroll: true });
  };
  const svg = view.store.sections.diagram.value.svg;
  useLayoutEffect(
    () => place(view, detail.path, box.current),
    [view, detail, svg, view.width.value],
  );
  useEffect(() => {
    box.current?.focus({ preventScroll: true });
    return () => keepFocus(view, detail.path);
  }, [view, detail.path]);
  const title = detail.title.map((span) => span.text).join("");
  return (
    <div
      ref={box}
      class="mw-popover"
      role="dialog"
      aria-label={title}
      tabIndex={-1}
      data-testid="mw-popover"
      onKeyDown={(event) => pressInPopover(view, detail, event, close)}
    >
      <i class="mw-caret" />
      <div class="mw-popover-title">
        <span>
          <Sentence spans={detail.title} />
        </span>
        <SideBadge side={detail.side} />
      </div>
      <div class="mw-popover-numbers">
        <span class={`mw-popover-estimate mw-side-${detail.side}`}>{detail.estimate}</span>
        <span class="mw-muted">{detail.interval}</span>
        {detail.facts.map((fact) => (
          <span key={fact} class="mw-fact">
            {fact}
          </span>
        ))}
      </div>
      <Spread view={view} detail={detail} />
      <Hold view={view} parameter={detail.path} />
      <Moderators view={view} detail={detail} />
      <Note view={view} detail={detail} />
      <div class="mw-popover-foot">
        <span class="mw-space" />
        <button type="button" class="mw-btn mw-btn-small mw-btn-quiet" onClick={close}>
          Close
        </button>
        <kbd class="mw-kbd">Esc</kbd>
      </div>
    </div>
  );
}

function SideBadge({ side }: { side: PathDetail["side"] }) {
  if (side !== "within" && side !== "between") return null;
  const level = side === "within" ? "mw-level mw-level-1" : "mw-level mw-level-2";
  return <span class={level}>{side.toUpperCase()}</span>;
}

function Spread({ view, detail }: { view: View; detail: PathDetail }) {
  const { slope } = detail;
  if (!slope && !detail.spread) return null;
  return (
    <div class="mw-popover-part">
      {slope && (
        <div class="mw-popover-row">
          <button
            type="button"
            role="switch"
            class="mw-switch"
            aria-checked={slope.on}
            aria-disabled={slope.refusal ? true : undefined}
            title={slope.refusal || slope.help}
            disabled={!view.store.canEdit()}
            onClick={() => toggle(view, slope.path)}
          >
            <span class="mw-switch-track" aria-hidden="true" />
            {view.store.sections.draft.value.slopes_label}
          </button>
          <span class="mw-space" />
          <kbd class="mw-kbd">R</kbd>
        </div>
      )}
      {slope?.refusal && <div class="mw-hint">{slope.refusal}</div>}
      {detail.spread && (
        <ChartView chart={detail.spread} store={view.store} height={50} tabled={false} />
      )}
      {detail.spread_words.length > 0 && (
        <div class="mw-popover-words">
          <Sentence spans={detail.spread_words} />
        </div>
      )}
    </div>
  );
}

/** With latent centering: is the path estimated, zero, or the same at both levels. */
function Hold({ view, parameter }: { view: View; parameter: string }) {
  const hold = view.store.sections.draft.value.holds.find((each) => each.name === parameter);
  if (!hold) return null;
  const refused = hold.choices.find((choice) => choice.refusal)?.refusal;
  return (
    <div class="mw-popover-part mw-popover-hold" data-testid="mw-hold">
      <div class="mw-popover-row">
        <span class="mw-popover-label">This path is</span>
        <span class="mw-space" />
        <kbd class="mw-kbd">F</kbd>
      </div>
      <Segments
        choices={hold.choices}
        value={hold.value}
        label={hold.label}
        disabled={!view.store.canEdit()}
        onChoose={(value) => view.store.send({ kind: "hold", parameter, value })}
      />
      {refused && <div class="mw-hint">{refused}</div>}
    </div>
  );
}

function Moderators({ view, detail }: { view: View; detail: PathDetail }) {
  const path = detail.slope?.path ?? detail.path.replace(/_(within|between)$/, "");
  if (!detail.moderators.length && !detail.moderator_choices.length) return null;
  return (
    <div class="mw-popover-part mw-popover-row">
      <span class="mw-popover-label">Moderator</span>
      {detail.moderators.map((column) => (
        <button
          key={column}
          type="button"
          class="mw-btn mw-btn-small mw-btn-outline mw-removable"
          aria-label={`Remove moderator ${column}`}
          disabled={!view.store.canEdit()}
          onClick={() => view.store.send({ kind: "clear", column, path })}
        >
          <bdi>{column}</bdi>
          <Icon name="close" size={12} />
        </button>
      ))}
      {detail.moderator_choices.length > 0 && (
        <span class="mw-select mw-popover-select">
          <select
            aria-label="Moderator"
            disabled={!view.store.canEdit()}
            value=""
            onChange={(event) => {
              const column = findColumn(view, event.currentTarget.value);
              event.currentTarget.value = "";
              if (column) assign(view, column, { role: "moderator", path });
            }}
          >
            <option value="">choose a column</option>
            {detail.moderator_choices.map((choice) => (
              <option key={choice.value} value={choice.value} disabled={Boolean(choice.refusal)}>
                {choice.label}
              </option>
            ))}
          </select>
          <Icon name="down" size={12} />
        </span>
      )}
      <kbd class="mw-kbd">W</kbd>
    </div>
  );
}

function pressInPopover(view: View, detail: PathDetail, event: KeyboardEvent, close: () => void) {
  const typing =
    event.target instanceof HTMLSelectElement || event.target instanceof HTMLInputElement;
  const key = event.key.toLowerCase();
  if (key === "escape") close();
  else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  else if (key === "r" && detail.slope) toggle(view, detail.slope.path);
  else if (key === "w") {
    (event.currentTarget as HTMLElement).querySelector("select")?.focus();
  } else if (key === "f") {
    (event.currentTarget as HTMLElement)
      .querySelector<HTMLElement>(".mw-popover-hold [tabindex='0']")
      ?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function pathPart(view: View, path: string): SVGElement | null {
  const parts = view.root.current?.querySelectorAll<SVGElement>(".mw-picture [data-path]") ?? [];
  return Array.from(parts).find((part) => part.dataset.path === path) ?? null;
}

/** Focus inside a box that goes away would be lost: it returns to the path. */
function keepFocus(view: View, path: string): void {
  const root = view.root.current;
  const focused = root && focusedIn(root);
  if (!focused || focused === root.ownerDocument.body) {
    pathPart(view, path)?.focus({ preventScroll: true });
  }
}

/** Below the path, to the side of its middle that leaves both nodes in sight. */
function place(view: View, path: string, box: HTMLElement | null): void {
  const root = view.root.current;
  const part = pathPart(view, path);
  if (!root || !box || !part) return;
  const corner = root.getBoundingClientRect();
  const line = (part.querySelector(".mw-hit") ?? part).getBoundingClientRect();
  const x = line.left + line.width / 2 - corner.left;
  const y = line.top + line.height / 2 - corner.top;
  const stage = part.closest("svg")!.getBoundingClientRect();
  const share = (x - (stage.left - corner.left)) / Math.max(stage.width, 1);
  const width = box.offsetWidth;
  const tip = share > 0.55 ? width - CARET : share < 0.45 ? CARET : width / 2;
  const left = Math.min(Math.max(EDGE, x - tip), root.clientWidth - width - EDGE);
  box.style.left = `${left}px`;
  box.style.top = `${y + GAP}px`;
  box.style.setProperty("--mw-tip", `${Math.min(Math.max(x - left, 12), width - 12)}px`);
}
