"""What each gesture does to a session; the lock is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from medwidget.errors import ModelError, suggestion
from medwidget.widget import messages
from medwidget.widget.controls import choice_label
from medwidget.widget.decisions import numbered_decisions
from medwidget.widget.latent_controls import HOLD_LABELS
from medwidget.widget.report_choices import judged_words
from medwidget.widget.screen import Layout
from medwidget.widget.words import name_words, path_words, role_words

if TYPE_CHECKING:
    from medwidget.widget.session import Session

__all__ = ["Handlers"]

# Narrower or wider than this no diagram is drawn, whatever the page says.
WIDTHS = (320, 2000)


class Handlers:
    """A method for each kind of gesture, called with its entries.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def handle(self, kind: str, entries: Mapping[str, Any]) -> None:
        """Do what a gesture asks for; its entries are those of its shape."""
        getattr(self, f"_on_{kind}")(**entries)

    def _on_assign(
        self, column: str, role: str, instead: str | None = None, path: str | None = None
    ) -> None:
        self._must_exist(column)
        label = f"{name_words(column)} as {role_words(role).removeprefix('the ')}"
        draft = self._session.draft.assign(column, role, instead=instead, path=path)
        self._session.change(label, draft=draft)

    def _on_clear(self, column: str, path: str | None = None) -> None:
        self._session.change(
            f"take {name_words(column)} out", draft=self._session.draft.clear(column, path)
        )

    def _on_choose(self, control: str, value: str) -> None:
        self._refuse(self._session.painter.draft_section()["controls"], control, value)
        name = choice_label(control, value)
        self._session.change(
            f"{control.replace('_', ' ')}: {name}", draft=self._session.draft.choose(control, value)
        )

    def _on_toggle_slope(self, path: str) -> None:
        self._session.change(f"slope of {path_words(path)}", draft=self._session.draft.toggle(path))

    def _on_hold(self, parameter: str, value: str) -> None:
        held = self._session.painter.draft_section()["holds"]
        self._refuse(held, parameter, value)
        draft = self._session.draft.hold(parameter, value)
        label = next((item["label"] for item in held if item["name"] == parameter), parameter)
        self._session.change(f"{label}: {HOLD_LABELS[value]}", draft=draft)

    def _on_split(self, column: str, value: str) -> None:
        self._must_exist(column)
        draft = self._session.draft.split(column, value)
        how = choice_label("split", value)
        self._session.change(f"{name_words(column)} split by: {how}", draft=draft)

    @staticmethod
    def _refuse(controls: list[messages.Control], name: str, value: str) -> None:
        """Raise what a control says against a value of it, if anything."""
        for item in controls:
            for choice in item["choices"]:
                if item["name"] == name and choice["value"] == value and choice["refusal"]:
                    raise ModelError(choice["refusal"])

    def _on_undo(self) -> None:
        self._moved(self._session.history.undo)

    def _on_redo(self) -> None:
        self._moved(self._session.history.redo)

    def _moved(self, move: Callable[[], bool]) -> None:
        before = self._session.draft
        if move():
            self._session.follow(before)
        else:
            self._session.painter.messages()

    def _on_show(self, **asked: Any) -> None:
        self._session.tabs.show(**asked)
        self._session.painter.messages()

    def _on_layout(self, width: float) -> None:
        layout = Layout(int(min(max(width, WIDTHS[0]), WIDTHS[1])))
        if layout != self._session.layout:
            self._session.layout = layout
            self._session.painter.everything()

    def _on_act(self, message: str, action: str) -> None:
        notice = next((item for item in self._session.painter.standing if item.id == message), None)
        remedies = () if notice is None else notice.remedies
        remedy = next((item for item in remedies if item.id == action), None)
        if notice is None or remedy is None:
            self._session.painter.messages()
        elif remedy.change is not None:
            self._session.change(remedy.label, draft=remedy.change(self._session.draft))
        elif remedy.verb == "undo":
            self._on_undo()
        elif remedy.verb == "again":
            self._session.make_interval()
        elif remedy.verb == "refit":
            self._session.refit()
        else:
            self._session.previews.dismiss(notice.id)
            self._session.painter.messages()

    def _on_cancel(self, keep: bool) -> None:
        self._session.cancel(keep=keep)
        self._session.painter.messages()

    def _on_select_groups(self, positions: list[int]) -> None:
        self._session.tabs.select(positions)

    def _on_set_groups(self, control: str, value: str) -> None:
        self._session.tabs.set_groups(control, value)

    def _on_set_specifications(self, control: str, value: str) -> None:
        self._session.tabs.comparing.set(control, value)

    def _on_choose_specifications(self, name: str, on: list[str]) -> None:
        self._session.tabs.comparing.choose(name, on)

    def _on_run_specifications(self) -> None:
        self._session.tabs.comparing.run()

    def _on_load_specification(self, cell: int, pin: bool = False) -> None:
        self._session.tabs.comparing.load(cell, pin=pin)

    def _on_run_ladder(self) -> None:
        self._session.tabs.climbing.run()

    def _on_run_influence(self) -> None:
        self._session.tabs.run_influence()

    def _on_set_report(self, control: str, value: str) -> None:
        report = self._session.state.report.set(control, value)
        words = "style of the report"
        if control == "smallest":
            words = f"smallest effect that would matter: {report.smallest or 'none'}"
        self._session.change(words, report=report)

    def _on_judge(self, assumption: str, held: bool) -> None:
        report = self._session.state.report.judge(assumption, held=held)
        words = f"{judged_words(assumption)}: {'judged to hold' if held else 'not judged'}"
        self._session.change(words, report=report)

    def _on_note(self, path: str, **changes: str) -> None:
        from medwidget.widget.panes.detail import path_called

        model = self._session.model
        found = None if model is None else path_called(path, model)
        if model is None or found is None:
            raise ModelError(f"There is no path {path!r} to write a note on.")
        ends = model.paths[found[0]]
        report = self._session.state.report.note(ends, **changes)
        self._session.change(f"note on {path_words(found[0])}", report=report)

    def _on_explain(self, decision: str, reason: str) -> None:
        if decision not in dict(numbered_decisions(self._session.history)):
            raise ModelError("There is no such decision any more.")
        report = self._session.state.report.explain(decision, reason)
        self._session.change("report: a reason", report=report)

    def _on_ask(self, **_: Any) -> None:
        raise ModelError("A question is answered by the widget, not by its session.")

    def _must_exist(self, column: str) -> None:
        if column not in self._session.table:
            names = self._session.table.names
            raise ModelError(f"There is no column {column!r}.{suggestion(column, names)}")
