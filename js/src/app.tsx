import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Popover } from "./diagram/popover";
import { Guidance, Ribbon, Stage } from "./diagram/stage";
import { Ghost } from "./drag/guidance";
import { followTheme } from "./host";
import { Options } from "./options/options";
import { Banners } from "./shell/banners";
import { Bar } from "./shell/bar";
import { Menu } from "./shell/menu";
import { ProgressBar } from "./shell/progress";
import { Announcements } from "./shell/status";
import { Tabs } from "./shell/tabs";
import type { Store } from "./store";
import { Chips } from "./variables/chips";
import { Rail } from "./variables/rail";
import { createView, type View, ViewContext } from "./view";

const LAYOUT_DELAY = 120; // ms after the last change of width
const LAYOUT_STEP = 4; // px that are worth drawing again

/** The whole widget, in one of possibly several views. */
export function App({ store }: { store: Store }) {
  const view = useMemo(() => createView(store), [store]);
  const root = useRef<HTMLDivElement>(null);
  const { folded } = store.sections.screen.value;
  const title = store.sections.columns.value.title;

  useLayoutEffect(() => {
    view.root.current = root.current;
    return root.current ? followTheme(root.current) : undefined;
  }, [view]);
  useWidth(view);
  useLayoutGesture(view);

  return (
    <ViewContext.Provider value={view}>
      <div
        ref={root}
        class="mw-root"
        role="region"
        aria-label={title ? `Mediation model, ${title}` : "Mediation model"}
        data-testid="mw-root"
        data-lm-suppress-shortcuts="true"
        onFocusIn={keepKeys}
        data-size={view.small.value ? "small" : view.stacked.value ? "stacked" : "wide"}
        data-offline={!store.online.value && !store.fixed ? "true" : undefined}
        data-fixed={store.fixed ? "true" : undefined}
        onKeyDown={(event) => pressAnywhere(view, event)}
      >
        <Bar />
        <Banners />
        <ProgressBar />
        {folded ? (
          <Ribbon />
        ) : (
          <div class="mw-body">
            {view.stacked.value ? <Chips /> : <Rail />}
            <div class="mw-main">
              <div class="mw-above">
                <Guidance />
                <Options />
              </div>
              <Stage />
            </div>
          </div>
        )}
        <Popover />
        <Tabs />
        <Menu />
        <Ghost />
        <Announcements />
      </div>
    </ViewContext.Provider>
  );
}

function useWidth(view: View): void {
  useLayoutEffect(() => {
    const root = view.root.current;
    if (!root) return;
    const measure = () => {
      // Hidden views (a closed tab of the notebook) have no width; what they had stays.
      if (root.clientWidth) view.width.value = root.clientWidth;
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(root);
    return () => observer.disconnect();
  }, [view]);
}

/** Tell Python how wide the diagram is to be drawn. */
function useLayoutGesture(view: View): void {
  const width = view.diagramWidth.value;
  const sent = useRef(0);
  useEffect(() => {
    const known = sent.current || view.store.sections.diagram.value.width;
    if (Math.abs(width - known) < LAYOUT_STEP) return;
    const send = () => {
      sent.current = width;
      view.store.send({ kind: "layout", width });
    };
    if (!sent.current) {
      send();
      return;
    }
    const timer = setTimeout(send, LAYOUT_DELAY);
    return () => clearTimeout(timer);
  }, [view, width]);
}

/**
 * Notebook 7 looks for shortcuts before the page hears of a key, and matches the focused element
 * itself ("…:focus") before its ancestors: each needs the mark that the root has.
 */
function keepKeys(event: FocusEvent): void {
  if (event.target instanceof Element) {
    event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input, textarea, [contenteditable=true]");
}

function pressAnywhere(view: View, event: KeyboardEvent): void {
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (command && !event.altKey && !isTyping(event.target) && (key === "z" || key === "y")) {
    const kind = key === "y" || event.shiftKey ? "redo" : "undo";
    view.store.send({ kind });
    event.preventDefault();
    event.stopPropagation();
  } else if (key === "escape" && view.store.sections.progress.value?.stop) {
    view.store.send({ kind: "cancel", keep: true });
    event.stopPropagation();
  } else if (!command && key.length === 1) {
    // Single letters are shortcuts of notebooks.
    event.stopPropagation();
  }
}
