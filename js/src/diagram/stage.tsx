import { DragGuidance } from "../drag/guidance";
import { Icon } from "../parts/icons";
import { Sentence } from "../tabs/sentence";
import { fold, useView } from "../view";
import { Picture } from "./host";

/** The diagram with what stands around it. */
export function Stage() {
  const view = useView();
  const diagram = view.store.sections.diagram.value;
  return (
    <div class="mw-stage" data-complete={view.complete.value}>
      <div class="mw-stage-scroll">
        <Picture live svg={diagram.svg} class="mw-picture" testid="mw-diagram" />
      </div>
      {diagram.legend && view.complete.value && (
        <div class="mw-legend">
          <Picture svg={diagram.legend} class="mw-legend-picture" />
          <button
            type="button"
            class="mw-btn mw-btn-icon mw-btn-small"
            data-testid="mw-fold"
            aria-label="Fold the diagram"
            title="Fold the diagram"
            onClick={() => fold(view, true)}
          >
            <Icon name="fold" size={14} />
          </button>
        </div>
      )}
    </div>
  );
}

/** What to do next while something is missing, and where a column on its way can go. */
export function Guidance() {
  const view = useView();
  const spans = view.store.sections.diagram.value.guidance;
  return (
    <>
      {spans.length > 0 && (
        <div class="mw-guidance" data-testid="mw-guidance">
          <Sentence spans={spans} />
          {view.hint.value && <div class="mw-hint">{view.hint.value}</div>}
        </div>
      )}
      {view.drag.value && <DragGuidance drag={view.drag.value} />}
    </>
  );
}

/** The model in two lines, where a pane needs the room. */
export function Ribbon() {
  const view = useView();
  const diagram = view.store.sections.diagram.value;
  return (
    <div class="mw-ribbon">
      <Picture live svg={diagram.ribbon} class="mw-ribbon-picture" testid="mw-ribbon" />
      <button
        type="button"
        class="mw-btn mw-btn-small mw-btn-outline"
        data-testid="mw-unfold"
        aria-label="Show diagram"
        title="Show diagram"
        onClick={() => fold(view, false)}
      >
        <Icon name="unfold" size={14} />
        <span class="mw-btn-label">Show diagram</span>
      </button>
    </div>
  );
}
