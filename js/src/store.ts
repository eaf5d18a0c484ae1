import { effect, type Signal, signal } from "@preact/signals";
import { kernelOf, watchKernel } from "./liveness";
import type { Model } from "./model";
import { NOTHING_YET, refusal, SECTION_NAMES, type SectionName } from "./sections";
import type { Ask, Gesture, Reply, Sections } from "./wire";

export type SectionSignals = { readonly [Name in SectionName]: Signal<Sections[Name]> };

export interface Answered {
  reply: Reply;
  buffer: DataView | null;
}

/** Everything that the page knows, and the only way in which it speaks to Python. */
export interface Store {
  readonly sections: SectionSignals;
  /** False once the kernel does not answer: nothing can be fitted, everything stays readable. */
  readonly online: Signal<boolean>;
  /** True in a saved page, where there is no Python to ask. */
  readonly fixed: boolean;
  /** Why a section could not be shown; empty if all could. */
  readonly fault: Signal<string>;
  /** False where gestures would reach nobody. */
  readonly canEdit: () => boolean;
  send(gesture: Exclude<Gesture, Ask>): void;
  ask(what: Ask["what"], patience?: number): Promise<Answered>;
  dispose(): void;
}

interface Waiting {
  resolve: (answered: Answered) => void;
  reject: (reason: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

const PATIENCE = 60_000; // a page with every chart in it takes a while to write

function isReply(content: unknown): content is Reply {
  const reply = content as Partial<Reply> | null;
  return typeof reply === "object" && reply?.kind === "reply" && typeof reply.id === "number";
}

/** Read every section from the model, and keep reading. */
function follow(model: Model, fault: Signal<string>): [SectionSignals, () => void] {
  const signals: Record<string, Signal<unknown>> = {};
  const handlers: [string, () => void][] = [];
  for (const name of SECTION_NAMES) {
    const trait = `_${name}`;
    signals[name] = signal<unknown>(NOTHING_YET[name]);
    const read = () => {
      const value = model.get(trait);
      // Traits are null or empty until Python has filled them in.
      if (!value || Object.keys(value).length === 0) {
        signals[name]!.value = NOTHING_YET[name];
        return;
      }
      const reason = refusal(name, value);
      if (reason) fault.value = `${name} ${reason}`;
      else signals[name]!.value = value;
    };
    read();
    model.on(`change:${trait}`, read);
    handlers.push([`change:${trait}`, read]);
  }
  const release = () => {
    for (const [event, handler] of handlers) model.off(event, handler);
  };
  return [signals as unknown as SectionSignals, release];
}

/**
 * Write down what has been shown. A host that runs other cells when the page writes a trait, as
 * marimo does, then runs those that read the widget; Jupyter does not, and is spared the
 * message. Returns how to stop.
 */
function noteWhatIsShown(model: Model, sections: SectionSignals): () => void {
  let before: string | null = null;
  return effect(() => {
    const answer = sections.answer.value;
    const groups = sections.groups.value;
    const comparison = sections.specifications.value;
    const shown = [
      answer && `${answer.revision} ${answer.stale} ${answer.method}`,
      groups?.selected.join(" "),
      comparison && `${comparison.revision} ${comparison.running}`,
    ].join("; ");
    if (before !== null && shown !== before) {
      model.set("_shown", shown);
      model.save_changes();
    }
    before = shown;
  });
}

/** One store for one model, however many views it has. */
export function createStore(model: Model): Store {
  const fault = signal("");
  const online = signal(true);
  const fixed = model.get("_static") === true;
  const [sections, release] = follow(model, fault);
  const silent = fixed || kernelOf(model) !== null;
  const stopNoting = silent ? () => {} : noteWhatIsShown(model, sections);
  const waiting = new Map<number, Waiting>();
  // Two browser windows can hold the same model: their ids must differ.
  let lastId = Math.floor(Math.random() * 2 ** 30) * 1000;

  const onMessage = (content: unknown, buffers?: DataView[]) => {
    if (!isReply(content)) return;
    online.value = true;
    const asked = waiting.get(content.id);
    if (!asked) return;
    waiting.delete(content.id);
    clearTimeout(asked.timer);
    if (content.error) asked.reject(new Error(content.error));
    else asked.resolve({ reply: content, buffer: buffers?.[0] ?? null });
  };
  model.on("msg:custom", onMessage);

  const post = (gesture: Gesture) => {
    try {
      model.send(gesture);
    } catch {
      online.value = false; // hosts throw when the connection has been closed
    }
  };

  const showLocally = (gesture: Gesture) => {
    if (gesture.kind !== "show") return;
    const { kind: _, path: __, ...changes } = gesture;
    sections.screen.value = { ...sections.screen.value, ...changes };
  };

  const store: Store = {
    sections,
    online,
    fixed,
    fault,
    canEdit: () => !fixed && online.value,
    send(gesture) {
      if (store.canEdit()) post(gesture);
      else showLocally(gesture);
    },
    ask(what, patience = PATIENCE) {
      lastId += 1;
      const id = lastId;
      return new Promise<Answered>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new Error("No answer from Python."));
        }, patience);
        waiting.set(id, { resolve, reject, timer });
        post({ kind: "ask", id, what });
      });
    },
    dispose() {
      stopWatching();
      stopNoting();
      release();
      model.off("msg:custom", onMessage);
      for (const asked of waiting.values()) {
        clearTimeout(asked.timer);
        asked.reject(new Error("The widget was closed."));
      }
      waiting.clear();
    },
  };
  const stopWatching = fixed ? () => {} : watchKernel(model, store);
  return store;
}
