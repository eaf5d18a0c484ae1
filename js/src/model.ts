/** What a host hands to the page: the part of anywidget's model that is used here. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  // Hosts pass (content, buffers) with "msg:custom" and nothing that is used with "change:…".
  on(event: string, callback: (...values: never[]) => void): void;
  off(event: string, callback?: ((...values: never[]) => void) | null): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  widget_manager?: unknown;
}
