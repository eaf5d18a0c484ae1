import { useEffect, useRef } from "preact/hooks";
import type { Model } from "../model";

// The part of a Jupyter widget manager that is used here; other hosts have none.
interface Manager {
  get_model?: (id: string) => Promise<unknown>;
  create_view?: (model: unknown) => Promise<{ el: HTMLElement; remove?: () => void }>;
}

const managerOf = (model: Model) => model.widget_manager as Manager | undefined;

/** Whether the host lets one widget show another. */
export function showsWidgets(model: Model): boolean {
  const manager = managerOf(model);
  return Boolean(manager?.get_model && manager.create_view);
}

/** The data of the playground in a widget of their own, where the host can show one. */
export function Below({ model, id }: { model: Model; id: string }) {
  const place = useRef<HTMLDivElement>(null);
  const manager = managerOf(model);
  const canShow = showsWidgets(model);
  useEffect(() => {
    let gone = false;
    let remove = () => {};
    const show = async () => {
      const child = await manager?.get_model?.(id);
      const view = await manager?.create_view?.(child);
      if (!view) return;
      remove = () => (view.remove ? view.remove() : view.el.remove());
      if (gone) remove();
      else {
        place.current?.replaceChildren(view.el);
        view.el.scrollIntoView?.({ block: "nearest" });
      }
    };
    if (canShow) void show();
    return () => {
      gone = true;
      remove();
    };
  }, [id, manager, canShow]);
  return (
    <div class="mw-play-below" data-testid="mw-play-below">
      {canShow ? (
        <div ref={place} />
      ) : (
        <p class="mw-quiet" role="status">
          No widget can be opened from here. In a cell, widget() of the playground gives one that
          has these data.
        </p>
      )}
    </div>
  );
}
