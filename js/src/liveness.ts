import type { Model } from "./model";
import type { Store } from "./store";

// The part of JupyterLab's kernel connection that tells whether it is alive. Other hosts have
// none; there a lost connection shows when sending fails.
interface LuminoSignal {
  connect(slot: () => void): void;
  disconnect(slot: () => void): void;
}
export interface Kernel {
  status?: string;
  connectionStatus?: string;
  statusChanged?: LuminoSignal;
  connectionStatusChanged?: LuminoSignal;
}

/** What is watched: whether it is online, and how it asks whether Python is there. */
interface Watched {
  readonly online: Store["online"];
  ask(what: "ping", patience?: number): Promise<unknown>;
}

const GONE: ReadonlySet<string> = new Set(["dead", "terminating", "restarting", "autorestarting"]);
const PING_PATIENCE = 3000;

function isGone(kernel: Kernel): boolean {
  return GONE.has(kernel.status ?? "") || kernel.connectionStatus === "disconnected";
}

/** The kernel's connection, where the host shows it: in JupyterLab and Notebook. */
export function kernelOf(model: Model): Kernel | null {
  const manager = model.widget_manager as { kernel?: Kernel | null } | undefined;
  return manager?.kernel ?? null;
}

/** Keep `store.online` true to the kernel. Returns how to stop. */
export function watchKernel(model: Model, store: Watched): () => void {
  const kernel = kernelOf(model);
  let stopped = false;

  const check = async () => {
    if (kernel && isGone(kernel)) {
      store.online.value = false;
      return;
    }
    try {
      await store.ask("ping", PING_PATIENCE);
    } catch {
      // A kernel that runs a long cell answers later: only an idle one has forgotten us.
      if (!stopped && kernel?.status === "idle") store.online.value = false;
    }
  };
  const onLost = () => {
    store.online.value = false;
    void check();
  };
  const onStatus = () => {
    if (kernel && isGone(kernel)) store.online.value = false;
    else if (!store.online.value && kernel?.status === "idle") void check();
  };

  model.on("comm_live_update", onLost);
  kernel?.statusChanged?.connect(onStatus);
  kernel?.connectionStatusChanged?.connect(onStatus);
  // Not before the store is complete.
  queueMicrotask(() => {
    if (!stopped) void check();
  });
  return () => {
    stopped = true;
    model.off("comm_live_update", onLost);
    kernel?.statusChanged?.disconnect(onStatus);
    kernel?.connectionStatusChanged?.disconnect(onStatus);
  };
}
