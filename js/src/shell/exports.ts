import type { MenuItem, View } from "../view";
import type { Ask } from "../wire";

const KINDS = [
  { what: "html", label: "Page", detail: "HTML, works without Python", type: "text/html" },
  { what: "svg", label: "Diagram", detail: "SVG", type: "image/svg+xml" },
  { what: "session", label: "Session", detail: "JSON, to go on later", type: "application/json" },
] as const;

export function exportItems(view: View): MenuItem[] {
  const offline = view.store.online.value ? {} : { refusal: "The kernel is not running." };
  return KINDS.map(({ what, label, detail, type }) => ({
    id: `export-${what}`,
    label,
    detail,
    ...offline,
    choose: () => void exportAs(view, what, type),
  }));
}

async function exportAs(view: View, what: Ask["what"], type: string): Promise<void> {
  try {
    const { reply } = await view.store.ask(what);
    download(view, reply.name || `medwidget.${what}`, reply.text, type);
    view.notice.value = null;
  } catch (error) {
    view.notice.value = {
      id: "export",
      severity: "error",
      title: "The file was not written.",
      detail: error instanceof Error ? error.message : String(error),
      more: "",
      actions: [],
    };
  }
}

function download(view: View, name: string, text: string, type: string): void {
  const page = view.root.current?.ownerDocument ?? document;
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = page.createElement("a");
  link.href = address;
  link.download = name;
  link.style.display = "none";
  // Within the widget, so that the host's own handling of links is not involved.
  (view.root.current ?? page.body).append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
