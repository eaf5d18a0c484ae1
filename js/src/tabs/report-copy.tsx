/** A button that copies a part of the report: as rich text for word processors, or as one form. */

import type { ComponentChildren } from "preact";
import type { ReportForm } from "../wire";
import { CopyButton, copied } from "./copy";

interface Properties {
  forms: ReportForm[];
  form: ReportForm["form"] | "rich";
  children: ComponentChildren;
  small?: boolean;
  testid?: string;
}

export function CopyReport({ forms, form, children, small = false, testid }: Properties) {
  const text = (wanted: string) => forms.find((item) => item.form === wanted)?.text ?? "";
  const rich = () => copiedRich(text("html"), text("text"));
  return (
    <CopyButton
      text={text(form === "rich" ? "text" : form)}
      copy={form === "rich" ? rich : undefined}
      small={small}
      testid={testid}
    >
      {children}
    </CopyButton>
  );
}

/** Whether HTML is on the clipboard now, with plain text for programs that take no other. */
export async function copiedRich(html: string, plain: string): Promise<boolean> {
  try {
    const item = new ClipboardItem({
      "text/html": new Blob([html], { type: "text/html" }),
      "text/plain": new Blob([plain], { type: "text/plain" }),
    });
    await navigator.clipboard.write([item]);
    return true;
  } catch {
    return copiedByEvent(html, plain) || copied(plain);
  }
}

/** Where the clipboard is out of reach the browser still asks what a copy command is to take. */
function copiedByEvent(html: string, plain: string): boolean {
  let taken = false;
  const take = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/html", html);
    event.clipboardData?.setData("text/plain", plain);
    event.preventDefault();
    event.stopPropagation();
    taken = event.clipboardData !== null;
  };
  document.addEventListener("copy", take, { capture: true, once: true });
  try {
    return document.execCommand("copy") && taken;
  } catch {
    return false;
  } finally {
    document.removeEventListener("copy", take, { capture: true });
  }
}
