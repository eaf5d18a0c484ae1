import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { followTheme } from "../host";
import { CopyButton } from "../tabs/copy";
import { Segments } from "../tabs/fields";
import { Sentence } from "../tabs/sentence";
import { Bar } from "./bar";
import { Below, showsWidgets } from "./below";
import { Forest } from "./forest";
import { Legend, ScatterPlot } from "./scatter";
import type { Frame } from "./shapes";
import { Sliders } from "./sliders";
import { useSteadyHeight } from "./steady";
import type { PlayStore } from "./store";

const KEYS = new Set(["arrowup", "arrowdown", "arrowleft", "arrowright", "home", "end", "enter"]);
const SAID_AFTER = 600; // ms of quiet before the sentence is read out

/** The playground, in one of possibly several views. */
export function App({ store }: { store: PlayStore }) {
  const root = useRef<HTMLDivElement>(null);
  const [coded, setCoded] = useState(false);
  const [opened, setOpened] = useState<string | null>(null);
  const [fault, setFault] = useState("");
  const frame = store.frame.value;
  useLayoutEffect(() => (root.current ? followTheme(root.current) : undefined), []);
  const open = async () => {
    if (!showsWidgets(store.model)) {
      setOpened("");
      return;
    }
    try {
      const { reply } = await store.ask("open");
      setOpened(reply.text);
      setFault("");
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <div
        ref={root}
        class="mw-root mw-play"
        role="region"
        aria-label="Playground"
        data-testid="mw-play"
        data-turn={frame?.turn}
        data-settled={frame?.settled}
        data-lm-suppress-shortcuts="true"
        onFocusIn={(event) => {
          // Notebook 7 looks at the focused element itself before its ancestors.
          (event.target as Element).setAttribute("data-lm-suppress-shortcuts", "true");
        }}
        onKeyDown={(event) => press(store, event)}
      >
        <Bar store={store} coded={coded} onCode={() => setCoded(!coded)} onOpen={open} />
        <div class="mw-play-body">
          {frame && <Seen frame={frame} held={store.held.value} />}
          <Side store={store} />
          {frame && (
            <div class="mw-play-told">
              <Centering store={store} />
              <Forest frame={frame} held={store.held.value} />
              <p class="mw-caption">{frame.method}</p>
              {coded && <Code frame={frame} />}
              {fault && (
                <p class="mw-quiet" role="alert">
                  {fault}
                </p>
              )}
              <Spoken frame={frame} />
            </div>
          )}
        </div>
      </div>
      {opened !== null && <Below model={store.model} id={opened} />}
    </>
  );
}

/** The sentence and its pictures. */
function Seen({ frame, held }: { frame: Frame; held: boolean }) {
  const [words, least] = useSteadyHeight<HTMLParagraphElement>(held);
  return (
    <div class="mw-play-seen">
      <p class="mw-read" data-testid="mw-play-sentence" ref={words} style={{ minHeight: least }}>
        <Sentence spans={frame.sentence} />
      </p>
      <Legend />
      <div class="mw-play-scatters">
        {frame.scatters.map((scatter) => (
          <ScatterPlot frame={frame} scatter={scatter} held={held} key={scatter.up} />
        ))}
      </div>
    </div>
  );
}

/** What can be set. */
function Side({ store }: { store: PlayStore }) {
  const online = store.online.value;
  return (
    <div class="mw-play-side">
      {!online && (
        <p class="mw-play-offline" data-testid="mw-play-offline">
          The kernel is not running, so the sliders cannot be moved. Run the cell again to move
          them.
        </p>
      )}
      <Sliders store={store} />
      <div class="mw-play-foot">
        <div class="mw-play-buttons">
          <button
            type="button"
            class="mw-btn mw-btn-primary"
            data-testid="mw-play-new"
            disabled={!online}
            onClick={() => store.send({ kind: "new_data" })}
          >
            Draw new data
          </button>
          <button
            type="button"
            class="mw-btn mw-btn-outline"
            data-testid="mw-play-reset"
            disabled={!online}
            onClick={() => store.send({ kind: "reset" })}
          >
            Reset
          </button>
        </div>
        <p class="mw-quiet">{store.controls.value?.seed}</p>
      </div>
    </div>
  );
}

/** Under which centring the estimates are shown in detail. */
function Centering({ store }: { store: PlayStore }) {
  const controls = store.controls.value;
  return (
    <div class="mw-play-centering">
      <span class="mw-field-label">Estimates under</span>
      <Segments
        choices={(controls?.centerings ?? []).map((choice) => ({
          ...choice,
          help: "",
          refusal: "",
        }))}
        value={controls?.centering ?? ""}
        label="Centring"
        disabled={!store.online.value}
        onChoose={(value) => store.send({ kind: "centering", value })}
      />
    </div>
  );
}

function Code({ frame }: { frame: Frame }) {
  return (
    <section class="mw-play-code" aria-label="Code" data-testid="mw-play-code">
      <CopyButton text={frame.code} testid="mw-play-copy">
        Copy
      </CopyButton>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre class="mw-code-block" tabIndex={0}>
        <code>{frame.code}</code>
      </pre>
    </section>
  );
}

/** The sentence for screen readers, once nothing moves. */
function Spoken({ frame }: { frame: Frame }) {
  const [said, setSaid] = useState("");
  const words = frame.sentence.map((span) => span.text).join("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(words), SAID_AFTER);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <div class="mw-hidden" role="status" aria-live="polite">
      {said}
    </div>
  );
}

function press(store: PlayStore, event: KeyboardEvent): void {
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (command && !event.altKey && (key === "z" || key === "y")) {
    store.send({ kind: key === "y" || event.shiftKey ? "redo" : "undo" });
    event.preventDefault();
    event.stopPropagation();
  } else if (!command && (key.length === 1 || KEYS.has(key))) {
    event.stopPropagation(); // notebooks have uses of their own for these
  }
}
