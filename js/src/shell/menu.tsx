import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { focusedIn } from "../host";
import { type MenuItem, type OpenMenu, useView, type View } from "../view";

const MOST_ITEMS = 200;
const EDGE = 8;

interface Asked {
  title: string;
  items: MenuItem[];
  search?: boolean;
}

/** Open a menu below an element. */
export function openMenu(view: View, anchor: Element, asked: Asked): void {
  const root = view.root.current;
  if (!root || !asked.items.length) return;
  const corner = root.getBoundingClientRect();
  const box = anchor.getBoundingClientRect();
  view.menu.value = {
    title: asked.title,
    items: asked.items,
    search: asked.search ?? false,
    place: {
      left: box.left - corner.left,
      top: box.top - corner.top,
      bottom: box.bottom - corner.top,
    },
    opener: focusedIn(root) ?? anchor,
  };
}

export function closeMenu(view: View): void {
  const menu = view.menu.value;
  if (!menu) return;
  view.menu.value = null;
  if (menu.opener instanceof HTMLElement || menu.opener instanceof SVGElement) {
    menu.opener.focus({ preventScroll: true });
  }
}

/** The one menu that may be open. */
export function Menu() {
  const view = useView();
  const menu = view.menu.value;
  return menu ? <MenuBox key={menu.title} view={view} menu={menu} /> : null;
}

function matching(items: MenuItem[], typed: string): MenuItem[] {
  const wanted = typed.trim().toLowerCase();
  return wanted ? items.filter((item) => item.label.toLowerCase().includes(wanted)) : items;
}

function MenuBox({ view, menu }: { view: View; menu: OpenMenu }) {
  const box = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const [refused, setRefused] = useState("");
  const found = matching(menu.items, typed);
  const items = found.slice(0, MOST_ITEMS);

  useLayoutEffect(() => place(view, menu, box.current), [view, menu]);
  useCloseFromOutside(view, box);
  useLayoutEffect(() => {
    if (menu.search && typed === "" && active === 0) {
      box.current?.querySelector("input")?.focus({ preventScroll: true });
    } else {
      box.current
        ?.querySelectorAll<HTMLElement>("[role^=menuitem]")
        [active]?.focus({ preventScroll: false });
    }
  }, [menu, active]);

  const choose = (item: MenuItem) => {
    if (view.menu.value !== menu) return;
    if (item.refusal) {
      setRefused(item.refusal);
      view.hint.value = item.refusal;
      return;
    }
    closeMenu(view);
    item.choose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const inField = event.target instanceof HTMLInputElement;
    const steps: Record<string, number> = {
      ArrowDown: inField ? 0 : Math.min(active + 1, items.length - 1),
      ArrowUp: Math.max(active - 1, 0),
      Home: 0,
      End: items.length - 1,
    };
    const step = inField && event.key !== "ArrowDown" ? undefined : steps[event.key];
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      closeMenu(view);
    } else if (step !== undefined) {
      event.preventDefault();
      if (inField) focusItem(box.current, step);
      setActive(step);
    } else if (event.key === "Enter" && inField && items[0]) {
      event.preventDefault();
      choose(items[0]);
    } else if (!inField && !event.ctrlKey && !event.metaKey && event.key.length === 1) {
      const item = items.find((each) => each.key?.toLowerCase() === event.key.toLowerCase());
      if (item) {
        event.preventDefault();
        choose(item);
      }
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears what bubbles up from the items
    <div ref={box} class="mw-menu" onKeyDown={onKeyDown}>
      <div class="mw-menu-title">{menu.title}</div>
      {menu.search && (
        <input
          type="search"
          class="mw-search"
          aria-label="Find a column"
          placeholder="Find"
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setActive(0);
          }}
        />
      )}
      <div role="menu" aria-label={menu.title} class="mw-menu-items">
        {items.map((item, index) => (
          <MenuRow key={item.id} item={item} current={index === active} choose={choose} />
        ))}
      </div>
      {found.length > MOST_ITEMS && (
        <div class="mw-menu-foot">
          {MOST_ITEMS} of {found.length} shown; type to narrow down.
        </div>
      )}
      {!found.length && <div class="mw-menu-foot">No column has this in its name.</div>}
      {refused && <div class="mw-menu-foot">{refused}</div>}
    </div>
  );
}

function focusItem(box: HTMLElement | null, index: number): void {
  box?.querySelectorAll<HTMLElement>("[role^=menuitem]")[index]?.focus();
}

interface RowProperties {
  item: MenuItem;
  current: boolean;
  choose: (item: MenuItem) => void;
}

function MenuRow({ item, current, choose }: RowProperties) {
  const kind =
    item.checked === undefined
      ? { role: "menuitem" as const }
      : { role: "menuitemcheckbox" as const, "aria-checked": item.checked };
  return (
    <button
      {...kind}
      type="button"
      aria-disabled={item.refusal ? true : undefined}
      class={item.rule ? "mw-menu-item mw-menu-rule" : "mw-menu-item"}
      data-testid={`mw-menu-${item.id}`}
      tabIndex={current ? 0 : -1}
      onClick={() => choose(item)}
    >
      <span class="mw-menu-label">
        <bdi>{item.label}</bdi>
        {(item.refusal || item.detail) && <small>{item.refusal || item.detail}</small>}
      </span>
      {item.key && <kbd class="mw-kbd">{item.key}</kbd>}
    </button>
  );
}

/** Below the opener, or above it where that keeps the menu on the screen. */
function place(view: View, menu: OpenMenu, box: HTMLElement | null): void {
  const root = view.root.current;
  if (!root || !box) return;
  const corner = root.getBoundingClientRect();
  const window = root.ownerDocument.defaultView!;
  const left = Math.min(menu.place.left, root.clientWidth - box.offsetWidth - EDGE);
  box.style.left = `${Math.max(EDGE, left)}px`;
  const below = corner.top + menu.place.bottom + 4 + box.offsetHeight;
  const above = menu.place.top - 4 - box.offsetHeight;
  const fits = below <= window.innerHeight || corner.top + above < 0;
  box.style.top = `${fits ? menu.place.bottom + 4 : above}px`;
}

function useCloseFromOutside(view: View, box: { current: HTMLElement | null }): void {
  useEffect(() => {
    const page = view.root.current?.ownerDocument;
    const onPointer = (event: Event) => {
      // Seen from the document, what happens inside a shadow tree has the tree's host as target.
      if (box.current && !event.composedPath().includes(box.current)) view.menu.value = null;
    };
    page?.addEventListener("pointerdown", onPointer, true);
    return () => page?.removeEventListener("pointerdown", onPointer, true);
  }, [view, box]);
}
