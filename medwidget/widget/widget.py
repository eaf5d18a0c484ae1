"""The widget: a session with a page, as one AnyWidget that runs wherever widgets run."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from medwidget.errors import ModelError
from medwidget.result import MediationResult
from medwidget.spec.model import MediationModel
from medwidget.studies.comparison import Comparison
from medwidget.views.text.names import shortened, visible
from medwidget.widget.asked import Asked, bundle
from medwidget.widget.controls import choice_label
from medwidget.widget.outlet import Outlet
from medwidget.widget.reporting import report_of
from medwidget.widget.session import Session
from medwidget.widget.start import first_draft
from medwidget.widget.traits import ResultOnScreen

__all__ = ["MediationWidget", "explore"]

# A widget that is shown waits so long for its first numbers, for what is saved with the notebook.
FIRST_ANSWER = 2.0
# Public traits, in the order in which they are set: who observes the last finds all the others.
_PUBLIC = (
    "status",
    "progress",
    "messages",
    "comparison",
    "selected_groups",
    "model",
    "result",
    "revision",
)
_NOTHING = object()
_PACKAGE = "medwidget."


class MediationWidget(anywidget.AnyWidget):
    """Map columns, see the model, live: in a notebook, in marimo, or on a page of its own.

    Parameters
    ----------
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame
    model : MediationModel, optional
        The model to begin with; instead of it, any of its roles and options by name.
    exposure, outcome, group : str, optional
    mediators : str or sequence of str, optional
    covariates, moderators, centering, random_slopes, random_covariance, mediation : optional
    splits, constraints, missing : optional
        As in `MediationModel`.
    estimator, interval, level, seed
        As in `medwidget.fit`.
    name : str, optional
        What the data are called in the title; by default the name of the variable.
    group_label, row_label : str
        What you call a group and a row: "person" and "day".
    debounce_ms : float
        Changes that follow one another faster than this are fitted once.

    Attributes
    ----------
    model : MediationModel or None
        On screen; None while roles are open. Assign one to change the page.
    result : MediationResult or None
        Of the model on screen; None while there is none.
    status : str
        "waiting", "busy", "good", "warning" or "error".
    progress : dict or None
        Of a long job under way.
    messages : list of dict
        What the page says about the model.
    selected_groups : list
        Labels of the groups selected in the Groups tab. Assign labels to select them.
    comparison : Comparison or None
        The last one run in the Specifications tab.
    revision : int
        Counts the changes of the draft that have been answered.

    Examples
    --------
    >>> import medwidget as mw
    >>> widget = mw.MediationWidget(mw.load_dataset("bpg"), group="id")
    >>> widget.assign("x", "exposure").assign("m", "mediator").assign("y", "outcome")
    MediationWidget(exposure='x', mediators='m', outcome='y', group='id')
    >>> widget.wait()
    True
    >>> round(float(widget.result.effects.loc["indirect_within", "estimate"]), 2)
    0.45
    >>> widget.close()
    """

    _esm = bundle("widget.js")
    _css = bundle("widget.css")

    _columns = traitlets.Any(None).tag(sync=True)
    _draft = traitlets.Any(None).tag(sync=True)
    _status = traitlets.Any(None).tag(sync=True)
    _progress = traitlets.Any(None).tag(sync=True)
    _messages = traitlets.Any(None).tag(sync=True)
    _diagram = traitlets.Any(None).tag(sync=True)
    _answer = traitlets.Any(None).tag(sync=True)
    _detail = traitlets.Any(None).tag(sync=True)
    _groups = traitlets.Any(None).tag(sync=True)
    _group_rows = traitlets.Any(None).tag(sync=True)
    _specifications = traitlets.Any(None).tag(sync=True)
    _diagnostics = traitlets.Any(None).tag(sync=True)
    _report = traitlets.Any(None).tag(sync=True)
    _code = traitlets.Any(None).tag(sync=True)
    _screen = traitlets.Any(None).tag(sync=True)
    # Written by the page once it shows something new: marimo runs cells again for that.
    _shown = traitlets.Unicode("").tag(sync=True)

    model = traitlets.Instance(MediationModel, allow_none=True)
    result = ResultOnScreen(MediationResult, allow_none=True)
    status = traitlets.Unicode("waiting")
    progress = traitlets.Dict(allow_none=True, default_value=None)
    messages: Any = traitlets.List()
    selected_groups: Any = traitlets.List()
    comparison = traitlets.Instance(Comparison, allow_none=True)
    revision = traitlets.Int(0)

    def __init__(
        self,
        data: object,
        model: MediationModel | None = None,
        *,
        name: str | None = None,
        group_label: str = "group",
        row_label: str = "row",
        debounce_ms: float = 60,
        **assigned: Any,
    ) -> None:
        variable = _variable_of(data)
        outlet = Outlet()
        self._own = threading.local()
        self.session = Session(
            data,
            publish=outlet.publish,
            notify=outlet.notify,
            draft=first_draft(data, model, assigned),
            name=shortened(visible(name or variable or "data"), 60),
            variable=variable,
            group_label=group_label,
            row_label=row_label,
            debounce_ms=debounce_ms,
        )
        super().__init__(**{f"_{section}": value for section, value in outlet.take().items()})
        self._asked = Asked(self)
        self.on_msg(self._receive)
        outlet.connect(self._show, self._tell)

    # -- to the page --------------------------------------------------------------------------

    def _show(self, sections: dict[str, Any]) -> None:
        """Send sections as one update; never called by two threads at once."""
        with self.hold_sync():
            for section, value in sections.items():
                setattr(self, f"_{section}", value)

    def _tell(self) -> None:
        """Set the public traits, which their observers hear of; each as it is by then."""
        for trait in _PUBLIC:
            with self.session.lock:
                value = self._public(trait)
            self._own.telling = value
            try:
                setattr(self, trait, value)
            finally:
                self._own.telling = _NOTHING

    def _public(self, trait: str) -> Any:
        session = self.session
        if session.pending and trait in {"model", "result", "revision"}:
            return getattr(self, trait)  # the earlier ones, until the answer is there
        match trait:
            case "model":
                return session.model
            case "result":
                return session.current
            case "revision":
                return session.revision
            case "comparison":
                return session.tabs.comparing.comparison
            case "selected_groups":
                return session.tabs.selected_labels
            case "status":
                return session.board.sections["status"]["kind"]
        return session.board.sections[trait]

    def _told(self, value: object) -> bool:
        """Say whether a trait has just been set by the widget itself."""
        return getattr(self._own, "telling", _NOTHING) is value

    # -- from the page ------------------------------------------------------------------------

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take traits that the page has written, never while sections are being sent."""
        with self.session.board.publishing:
            super().set_state(sync_data)

    def _receive(self, _: object, content: Any, buffers: object) -> None:
        if isinstance(content, Mapping) and content.get("kind") == "ask":
            self._asked.answer(content)
        else:
            self.session.gesture(content)

    @traitlets.observe("model")
    def _model_set(self, change: Any) -> None:
        if not self._told(change["new"]):
            self.session.set_model(change["new"])

    @traitlets.observe("selected_groups")
    def _groups_set(self, change: Any) -> None:
        if not self._told(change["new"]):
            self.select_groups(change["new"])

    # -- twins of gestures --------------------------------------------------------------------

    def assign(
        self, column: str, role: str, *, instead: str | None = None, path: str | None = None
    ) -> MediationWidget:
        """Give a column a role, as dropping it there does.

        Parameters
        ----------
        column : str
        role : {"exposure", "mediator", "outcome", "group", "covariate", "moderator"}
        instead : str, optional
            The mediator that it replaces; without it one is added.
        path : str, optional
            Of a moderator.
        """
        return self._do("assign", column=column, role=role, instead=instead, path=path)

    def clear(self, column: str, path: str | None = None) -> MediationWidget:
        """Take a column out of every role, or as a moderator out of one path."""
        return self._do("clear", column=column, path=path)

    def choose(self, control: str, value: object) -> MediationWidget:
        """Set an option: centering, missing, estimator, interval, level, random_covariance, ..."""
        with self.session.lock:
            draft = self.session.draft.choose(control, value)
            words = choice_label(control, value) if isinstance(value, str) else f"{value}"
            self.session.change(f"{control.replace('_', ' ')}: {words}", draft=draft)
        self.session.board.flush()
        return self

    def toggle_slope(self, path: str) -> MediationWidget:
        """Let a path vary across groups, or not."""
        return self._do("toggle_slope", path=path)

    def hold(self, parameter: str, value: str) -> MediationWidget:
        """With latent centering, let a path at one level be free or not.

        Parameters
        ----------
        parameter : str
            Such as ``"direct_between"``.
        value : {"free", "zero", "equal"}
            Estimated, 0, or the same at both levels.
        """
        return self._do("hold", parameter=parameter, value=value)

    def split(self, column: str, value: str) -> MediationWidget:
        """With latent centering, split the exposure or a covariate in another way.

        Parameters
        ----------
        column : str
        value : {"latent", "observed", "within"}
            By latent means, by observed ones, or without a part between groups.
        """
        return self._do("split", column=column, value=value)

    def undo(self) -> MediationWidget:
        """Take the last change back."""
        return self._do("undo")

    def redo(self) -> MediationWidget:
        """Make it again."""
        return self._do("redo")

    def show(self, tab: str) -> MediationWidget:
        """Open a tab: effects, groups, specifications, diagnostics, report or code."""
        return self._do("show", tab=tab)

    def select_groups(self, labels: Iterable[Any]) -> MediationWidget:
        """Select groups by label."""
        places = {label: place for place, label in enumerate(self.session.tabs.group_labels)}
        wanted = list(labels)
        unknown = [label for label in wanted if label not in places]
        if unknown:
            raise ModelError(f"There is no group {unknown[0]!r} in the result on screen.")
        return self._do("select_groups", positions=[places[label] for label in wanted])

    def compare(self, **on: Sequence[Any]) -> MediationWidget:
        """Fit the specifications that are chosen; the values to vary may be named here.

        Parameters
        ----------
        **on : sequence
            By choice, values among those that the Specifications tab offers, written as for
            `medwidget.compare`: ``centering=["within", "none"]``, ``random_slopes=[()]``.
        """
        for name, values in on.items():
            written = [value if isinstance(value, str) else json.dumps(value) for value in values]
            self._do("choose_specifications", name=name, on=written)
        return self._do("run_specifications")

    def cancel(self, *, keep: bool = False) -> MediationWidget:
        """End the running job; keep what is done, or not."""
        return self._do("cancel", keep=keep)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until everything is fitted and shown; return whether it came to that."""
        return self.session.wait(timeout)

    def _do(self, kind: str, **entries: Any) -> MediationWidget:
        given = {name: value for name, value in entries.items() if value is not None}
        self.session.do({"kind": kind, **given})
        return self

    # -- what may be kept ---------------------------------------------------------------------

    def code(self) -> str:
        """Return Python code that gives the numbers on screen."""
        return self._asked.code()

    def report(self, style: str | None = None, format: str = "text") -> str:  # noqa: A002
        """Return the report, as `MediationResult.report`, with what is chosen in its tab."""
        return report_of(self.session, style, format)

    def save_html(self, path: str | Path) -> None:
        """Save the widget as it is as one page that needs no kernel and no network."""
        Path(path).write_text(self._asked.html(), encoding="utf-8")

    def to_json(self) -> str:
        """Return the session as text: what was chosen and what came of it, no data."""
        return self._asked.session()

    @classmethod
    def from_json(cls, text: str, data: object, **settings: Any) -> MediationWidget:
        """Open a saved session on a data frame, which may be another one with the same columns.

        What differs is among the messages of the widget.

        Parameters
        ----------
        text : str
            What `to_json` gave.
        data : data frame
        **settings
            Other arguments of the widget, such as ``debounce_ms``.
        """
        from medwidget.widget.reopen import reopened

        return reopened(cls, text, data, settings)

    def close(self) -> None:
        """End all work and take the widget off the page."""
        session = self.__dict__.get("session")  # a widget that was refused its data has none
        if session is not None:
            session.close()
        super().close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.session.draft.text})"

    def _repr_mimebundle_(self, **arguments: Any) -> Any:
        self.session.wait_for_answer(FIRST_ANSWER)
        shown: Any = super()._repr_mimebundle_(**arguments)
        data, metadata = shown if isinstance(shown, tuple) else (shown or {}, {})
        return {**data, "text/html": self._asked.fallback(), "text/plain": repr(self)}, metadata


def explore(data: object, model: MediationModel | None = None, **arguments: Any) -> MediationWidget:
    """Return a `MediationWidget` on a data frame; arguments as there."""
    return MediationWidget(data, model, **arguments)


def _variable_of(data: object) -> str:
    """Return the name by which the user's code knows the data; empty if it has none."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    for scope in (frame.f_locals, frame.f_globals):
        for name, value in list(scope.items()):
            if value is data and name.isidentifier() and not name.startswith("_"):
                return str(name)
    return ""
