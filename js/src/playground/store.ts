import { type Signal, signal } from "@preact/signals";
import { kernelOf, watchKernel } from "../liveness";
import type { Model } from "../model";
import type { Controls, Frame, Reply } from "./shapes";

export type Gesture =
  | { kind: "set"; name: string; value: number; drag: string; held: boolean }
  | { kind: "story"; name: string }
  | { kind: "centering"; value: string }
  | { kind: "release" | "new_data" | "reset" | "undo" | "redo" };

/** Everything that the page of a playground knows, and how it speaks to Python. */
export interface PlayStore {
  readonly model: Model;
  readonly controls: Signal<Controls | null>;
  readonly frame: Signal<Frame | null>;
  readonly online: Signal<boolean>;
  /** The setting that is being moved; its value on the page goes before that of Python. */
  readonly moving: Signal<{ name: string; value: number; turn: number } | null>;
  /** Whether a slider is held: axes do not jump then. */
  readonly held: Signal<boolean>;
  send(gesture: Gesture): number;
  move(name: string, value: number, drag: string): void;
  /** Let the slider go: what is left to fit may begin. */
  release(): void;
  ask(what: "ping" | "open", patience?: number): Promise<{ reply: Reply }>;
  dispose(): void;
}

// Gestures of a drag that may be under way at once: the next is ready when an answer comes.
const AHEAD = 2;
// After so long without an answer the next gesture is sent all the same.
const IMPATIENCE = 400;
const PATIENCE = 20_000;
// Where the host does not show its kernel, there is none if nothing is heard for so long.
const SILENCE = 4000;

export function createPlayStore(model: Model): PlayStore {
  const controls = signal<Controls | null>(null);
  const frame = signal<Frame | null>(null);
  const online = signal(true);
  const moving: PlayStore["moving"] = signal(null);
  const held = signal(false);
  const waiting = new Map<number, (reply: Reply | null) => void>();
  let turn = Math.floor(Math.random() * 2 ** 20) * 1000;
  let lastId = turn;
  let sentAt = 0;
  let heard = false;
  let next: { name: string; value: number; drag: string } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const readControls = () => {
    const read = model.get("_controls") as Controls | null;
    if (!read?.sliders) return;
    controls.value = read;
    const own = moving.value;
    if (own && !held.value && !next && read.turn >= own.turn) moving.value = null;
  };
  const readFrame = () => {
    const read = model.get("_frame") as Frame | null;
    if (!read?.scatters) return;
    frame.value = read;
    flush();
  };
  const post = (content: unknown) => {
    try {
      model.send(content);
    } catch {
      online.value = false; // hosts throw when the connection has been closed
    }
  };
  const send = (gesture: Gesture) => {
    turn += 1;
    post({ ...gesture, turn });
    return turn;
  };
  const flush = (atOnce = false) => {
    if (!next) return;
    const behind = turn - Math.max(frame.value?.turn ?? turn, controls.value?.turn ?? 0);
    const now = performance.now();
    // Gestures of an earlier page have other numbers: those are not waited for.
    if (!atOnce && behind >= AHEAD && behind < 1000 && now - sentAt < IMPATIENCE) {
      clearTimeout(timer);
      timer = setTimeout(flush, IMPATIENCE, false);
      return;
    }
    const { name, value, drag } = next;
    next = null;
    sentAt = now;
    const sent = send({ kind: "set", name, value, drag, held: held.value });
    if (moving.value?.name === name) moving.value = { ...moving.value, turn: sent };
  };
  const onMessage = (content: unknown) => {
    const reply = content as Reply | null;
    if (reply?.kind !== "reply") return;
    online.value = true;
    waiting.get(reply.id)?.(reply);
  };

  const onControls = () => {
    heard = true;
    online.value = true;
    readControls();
  };

  readControls();
  readFrame();
  model.on("change:_controls", onControls);
  model.on("change:_frame", readFrame);
  model.on("msg:custom", onMessage);
  const store: PlayStore = {
    model,
    controls,
    frame,
    online,
    moving,
    held,
    send,
    move(name, value, drag) {
      moving.value = { name, value, turn: Number.POSITIVE_INFINITY };
      next = { name, value, drag };
      flush();
    },
    release() {
      if (!held.value) return;
      flush(true);
      held.value = false;
      send({ kind: "release" });
    },
    ask(what, patience = PATIENCE) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        const give = (reply: Reply | null) => {
          clearTimeout(alarm);
          waiting.delete(id);
          if (reply && !reply.error) resolve({ reply });
          else reject(new Error(reply?.error || "No answer from Python."));
        };
        const alarm = setTimeout(() => give(null), patience);
        waiting.set(id, give);
        post({ kind: "ask", id, what });
      });
    },
    dispose() {
      stopWatching();
      clearTimeout(timer);
      model.off("change:_controls", onControls);
      model.off("change:_frame", readFrame);
      model.off("msg:custom", onMessage);
      for (const give of [...waiting.values()]) give(null);
    },
  };
  const stopWatching = kernelOf(model) ? watchKernel(model, store) : listen();
  return store;

  function listen(): () => void {
    let stopped = false;
    store.ask("ping", SILENCE).catch(() => {
      if (!stopped && !heard) online.value = false;
    });
    return () => {
      stopped = true;
    };
  }
}
