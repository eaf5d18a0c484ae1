/** What draws charts, asked for once a page and shared by every widget on it. */

import type { Store } from "../store";

export type Vega = typeof import("../../vega/index");

interface Shared {
  ready?: Vega;
  first?: { store: Store; promise: Promise<Vega> };
}

const KEY = Symbol.for("medwidget.charts.vega-6");
// After so long another widget asks its own kernel: the first may belong to one that is gone.
const PATIENCE = 3000;

function shared(): Shared {
  const page = globalThis as unknown as Record<symbol, Shared | undefined>;
  page[KEY] ??= {};
  return page[KEY];
}

/** The bundle, if it is on the page already. */
export function vegaNow(): Vega | undefined {
  return shared().ready;
}

/** Put a bundle on the page that came by another way. */
export function provideVega(vega: Vega | undefined): void {
  shared().ready = vega;
  delete shared().first;
}

/** The bundle, asked for if no widget of this page has it yet. */
export async function loadVega(store: Store): Promise<Vega> {
  const page = shared();
  if (page.ready) return page.ready;
  if (!page.first) {
    const promise = ask(store);
    page.first = { store, promise };
    promise.catch(() => delete page.first);
  }
  const first = page.first;
  if (first.store === store) return first.promise;
  const own = wait(PATIENCE).then(() => page.ready ?? ask(store));
  return Promise.any([first.promise, own]);
}

async function ask(store: Store): Promise<Vega> {
  const { reply, buffer } = await store.ask("vega");
  if (reply.error || !buffer) throw new Error(reply.error || "the bundle for charts is empty");
  const vega = await imported(await unzipped(buffer));
  shared().ready = vega;
  return vega;
}

/** The bytes, unzipped if they are zipped. */
export async function unzipped(buffer: ArrayBuffer | ArrayBufferView): Promise<Blob> {
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  const blob = new Blob([bytes as BlobPart]);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return blob;
  return new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).blob();
}

async function imported(source: Blob): Promise<Vega> {
  const typed = new Blob([source], { type: "text/javascript" });
  const address = URL.createObjectURL(typed);
  try {
    return (await import(/* @vite-ignore */ address)) as Vega;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
