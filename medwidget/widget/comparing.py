"""The Specifications tab of a session: what to vary, and the comparison that came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from medwidget.errors import ModelError, one_of
from medwidget.spec.frozen import FrozenDict
from medwidget.widget import messages
from medwidget.widget.controls import estimator_name
from medwidget.widget.long_jobs import Job

if TYPE_CHECKING:
    from medwidget.studies.comparison import Comparison
    from medwidget.widget.jobs import Ticket
    from medwidget.widget.session import Session

__all__ = ["Comparing"]


class Comparing:
    """Runs comparisons and keeps the last one.

    Parameters
    ----------
    session : Session
    refresh : callable
        Computes the open tab anew.
    """

    def __init__(self, session: Session, refresh: Callable[[], None]) -> None:
        self._session = session
        self._refresh = refresh
        self.comparison: Comparison | None = None
        self._compared: Any = None

    def set(self, control: str, value: str) -> None:
        """Set a control of the Specifications tab."""
        one_of("control", control, ("effect", "sort"))
        changes: dict[str, Any] = {control: value}
        chosen = replace(self._session.state.specifications, **changes)
        self._session.change(f"specifications: {control}", specifications=chosen)

    def choose(self, name: str, on: list[str]) -> None:
        """Say which values of a choice to vary.

        Raises
        ------
        ModelError
            If the model on screen offers no such choice, or no such value of it.
        """
        request = self._session.draft.request()
        if request is not None:
            offered = {item["name"]: item["values"] for item in self._choices(request.model)}
            one_of("choice", name, tuple(offered))
            for value in on:
                one_of(name, value, tuple(item["value"] for item in offered[name]))
        chosen = self._session.state.specifications
        named = FrozenDict({**chosen.on, name: tuple(on)})
        self._session.change("choices to compare", specifications=replace(chosen, on=named))

    def load(self, cell: int, *, pin: bool) -> None:
        """Make a cell the model on screen, or pin it."""
        session = self._session
        cells = () if self.comparison is None else self.comparison.cells
        if not 0 <= cell < len(cells):
            raise ModelError(f"There is no specification {cell}.")
        chosen = session.state.specifications
        if pin:
            pinned = -1 if chosen.pinned == cell else cell
            session.change("pin", specifications=replace(chosen, pinned=pinned))
            return
        model = cells[cell].model
        if model is None:
            raise ModelError(cells[cell].reason)
        draft = session.draft.with_model(model)
        draft = draft.choose("estimator", cells[cell].settings["estimator"])
        session.change(f"specification {cell + 1}", draft=draft)

    def run(self) -> None:
        """Fit every specification, in the background."""
        session = self._session
        request = session.draft.request()
        if request is None:
            raise ModelError("Map the four roles first.")
        if not session.jobs.running("specifications"):
            self._compare(request.model)

    def _compare(self, model: Any) -> None:
        from medwidget.widget.panes.choices import compare_arguments

        session = self._session
        choices = self._choices(model)
        estimator = estimator_name(session.draft)
        arguments = compare_arguments(model, estimator, choices)
        key = self._comparison_key(model)
        earlier = (self.comparison, self._compared)
        work = partial(self._run_comparison, model, arguments, key, earlier)
        session.jobs.begin(
            Job("specifications", "Comparing", "specifications", "all on the same rows", work)
        )
        self._refresh()

    def _run_comparison(
        self,
        model: Any,
        arguments: dict[str, Any],
        key: Any,
        earlier: tuple[Any, Any],
        ticket: Ticket,
        tell: Callable[..., bool],
    ) -> None:
        from medwidget.studies.compare import compare

        session = self._session
        draft = session.draft

        def watch(so_far: Comparison) -> None:
            with session.lock:
                if ticket.asked != "drop":
                    self.comparison, self._compared = so_far, key
            self._refresh()

        found = compare(
            model,
            session.table,
            **arguments,
            interval="monte-carlo",
            level=draft.level,
            seed=draft.seed,
            progress=tell,
            watch=watch,
        )
        with session.lock:
            dropped = ticket.asked == "drop"
            self.comparison, self._compared = earlier if dropped else (found, key)
        session.jobs.finished("specifications")
        self._refresh()

    def _choices(self, model: Any) -> list[messages.SpecificationChoice]:
        from medwidget.widget.panes.choices import offered_choices

        session = self._session
        levels = session.columns.levels
        items = session.columns.section(session.draft.centering)["items"]
        usable = [
            item["name"]
            for item in items
            if item["described"] and "covariate" not in item["refusals"]
        ]
        return offered_choices(
            model,
            estimator_name(session.draft),
            on=session.state.specifications.on,
            columns=usable,
            group_level=[name for name, level in levels.items() if level == "group"],
            group=session.nouns.group,
            with_holes=session.columns.with_holes,
        )

    def _comparison_key(self, model: Any) -> Any:
        draft = self._session.draft
        return (
            model.exposure,
            model.mediators,
            model.outcome,
            model.group,
            self._session.state.specifications.on,
            draft.level,
            draft.seed,
        )

    def section(self, revision: int, ladder: messages.LadderView) -> messages.Specifications:
        """Return what the tab shows, with the ladder below."""
        from medwidget.widget.panes.specifications import specifications_pane

        session = self._session
        outcome = session.outcome
        request = None if outcome is None else outcome.request
        model = None if request is None else request.model
        chosen = session.state.specifications
        return specifications_pane(
            model,
            estimator_name(session.draft),
            revision,
            choices=[] if model is None else self._choices(model),
            comparison=self.comparison,
            running=session.jobs.running("specifications"),
            stale=model is not None and self._compared != self._comparison_key(model),
            effect=chosen.effect,
            sort=chosen.sort,
            pinned=chosen.pinned,
            narrow=session.layout.narrow,
            nouns=session.nouns,
            ladder=ladder,
        )
