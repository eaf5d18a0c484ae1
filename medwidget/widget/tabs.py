"""The tabs of a session: what is open, what was chosen in it, and when it is computed.

The Effects tab is part of every answer. The others are computed when they are open, after the
answer, and never where gestures arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from medwidget.errors import ModelError, one_of
from medwidget.result import MediationResult
from medwidget.widget import messages
from medwidget.widget.climbing import Climbing
from medwidget.widget.comparing import Comparing
from medwidget.widget.controls import slopes
from medwidget.widget.long_jobs import Job, Settling
from medwidget.widget.rehearsal import rehearsed
from medwidget.widget.reporting import report_section
from medwidget.widget.screen import stale_words

if TYPE_CHECKING:
    from medwidget.studies.influence import Influence
    from medwidget.widget.jobs import Ticket
    from medwidget.widget.panes.group_basis import GroupBasis
    from medwidget.widget.session import Session

__all__ = ["Tabs"]

# Tabs whose sections are computed when they are open.
LAZY = ("groups", "specifications", "diagnostics", "report", "code")
# Sections that say nothing once the model has changed; those of `LEAVING` are taken away when
# their tab is closed, so that no host keeps them.
PASSING = ("groups", "group_rows", "diagnostics", "report", "code")
LEAVING = ("groups", "group_rows", "report", "code")


class Tabs:
    """What the lower half of the page shows.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.screen: messages.Screen = {"tab": "effects", "folded": False, "path": None}
        self.comparing = Comparing(session, self.refresh)
        self.climbing = Climbing(session, self.refresh)
        self.influence: Influence | None = None
        self._influence_of: MediationResult | None = None
        self._answer: tuple[MediationResult, messages.Answer] | None = None
        self._grouped: tuple[Any, Any, tuple[GroupBasis, messages.GroupRows] | None] | None = None
        self._asked = 0

    # -- painting: the lock is held -----------------------------------------------------------

    def blank(self) -> dict[str, Any]:
        """Return the sections of tabs that are not open."""
        return dict.fromkeys((*PASSING, "specifications", "detail"))

    def _closed(self, names: Sequence[str]) -> dict[str, None]:
        """Return those of some sections that belong to tabs that are not open, as nothing."""
        tab = self.screen["tab"]
        return dict.fromkeys(name for name in names if _TABS.get(name, name) != tab)

    def _left(self) -> dict[str, Any]:
        """Return what stays of the tabs that are not open: the checks, which mark their tab."""
        checks = self._session.board.sections.get("diagnostics")
        if checks is None or self.screen["tab"] == "diagnostics":
            return self._closed(LEAVING)
        return {**self._closed(LEAVING), "diagnostics": {**checks, "panels": [], "tables": []}}

    def paint_detail(self) -> None:
        """Lay out the popover that is open."""
        self._session.board.put({"detail": self._detail_section()})

    def paint(self) -> None:
        """Lay out what belongs to the answer, and take away what is out of date."""
        session, screen = self._session, dict(self.screen)
        closed = self._closed(PASSING)
        session.board.put({**closed, "screen": screen, "answer": self._answer_section()})
        session.board.put({"detail": self._detail_section()})

    def paint_partial(
        self,
        result: MediationResult,
        beside: Mapping[str, tuple[float, float]] | None,
        settling: Settling,
        total: int,
    ) -> None:
        """Lay out an answer whose interval is still being made."""
        from medwidget.widget.panes.answer import answer_pane
        from medwidget.widget.panes.settling import settling_picture

        session = self._session
        problems = tuple(item for item in result.problems if item.code != "stopped")
        shown = replace(result, problems=problems)
        answer = answer_pane(
            shown,
            session.nouns,
            session.revision,
            beside=beside,
            settling=settling_picture(settling, total),
        )
        session.board.put({"answer": answer})

    def _answer_section(self) -> messages.Answer | None:
        session = self._session
        result = session.result
        if result is None or not rehearsed():
            return None
        if self._answer is None or self._answer[0] is not result:
            from medwidget.widget.panes.answer import answer_pane

            answer = answer_pane(result, session.nouns, session.answered)
            self._answer = (result, answer)
        answer = self._answer[1]
        if session.current is result:
            answer["revision"] = session.answered
            return {**answer}
        return {**answer, "stale": True, "stale_words": stale_words(result)}

    def _detail_section(self) -> messages.PathDetail | None:
        from medwidget.widget.panes.detail import detail_pane, path_called

        session, key = self._session, self.screen["path"]
        if key is None:
            return None
        draft = session.draft
        request = None if session.outcome is None else session.outcome.request
        model = None if request is None else request.model
        found = None if model is None else path_called(key, model)
        if model is None or found is None:
            return None
        result = session.current
        if result is not None and all(row.name != key for row in result.path_rows):
            return None
        path = found[0]
        switches = slopes(draft, session.columns.levels, session.nouns)
        return detail_pane(
            model,
            key,
            session.nouns,
            result=result,
            slope=next((item for item in switches if item["path"] == path), None),
            moderator_choices=self._moderators(path),
            report=session.state.report,
        )

    def _moderators(self, path: str) -> list[messages.Choice]:
        session = self._session
        taken = {*session.draft.places.values(), *session.draft.moderated.get(path, ())}
        columns = session.columns.section(session.draft.centering)["items"]
        return [
            {"value": item["name"], "label": item["name"], "help": item["about"], "refusal": ""}
            for item in columns
            if item["described"]
            and item["name"] not in taken
            and "moderator" not in item["refusals"]
        ]

    # -- opening ------------------------------------------------------------------------------

    def show(
        self,
        tab: messages.Tab | None = None,
        folded: bool | None = None,
        path: str | None = "",
    ) -> None:
        """Open a tab, fold the diagram, open or close a popover; what is not named stays."""
        if tab is not None:
            self.screen = {**self.screen, "tab": tab}
        if folded is not None:
            self.screen = {**self.screen, "folded": folded}
        if path != "":
            self.screen = {**self.screen, "path": path}
        self._session.board.put({**self._left(), "screen": dict(self.screen)})
        if path != "":
            self._session.board.put({"detail": self._detail_section()})
        if tab is not None:
            self.refresh()

    def restore(self, screen: Mapping[str, Any]) -> None:
        """Open what was open in a saved session, as far as it exists."""
        tab = screen.get("tab")
        if tab in {"effects", *LAZY}:
            self.screen = {**self.screen, "tab": tab, "folded": bool(screen.get("folded"))}

    def changed(self) -> None:
        """Follow a change of what is chosen in the tabs."""
        self.refresh()

    def refresh(self) -> None:
        """Compute the open tab anew, off this thread."""
        tab = self.screen["tab"]
        if tab != "groups":
            self._grouped = None
        if tab in LAZY:
            self._asked += 1
            self._session.quick.submit("pane", partial(self._compute, tab, self._asked))

    def _compute(self, tab: str, asked: int) -> None:
        session = self._session
        with session.lock:
            if session.pending:  # the tab is computed after the answer
                return
            revision, result = session.revision, session.current
        sections = _PANES[tab](self, result, revision)
        with session.lock:
            if asked != self._asked or revision != session.revision or self.screen["tab"] != tab:
                return
            session.board.put(sections)
        session.board.flush()

    def whole(self) -> dict[str, Any]:
        """Return the sections of all tabs, those computed that are not open: for a saved page."""
        session = self._session
        with session.lock:
            revision, result = session.revision, session.current
            sections = dict(session.board.sections)
        if result is None:
            return sections
        for name in LAZY:
            if sections.get(name) is None or name != self.screen["tab"]:
                sections |= _PANES[name](self, result, revision)
        return sections

    # -- groups -------------------------------------------------------------------------------

    def select(self, positions: list[int]) -> None:
        """Select groups by position."""
        chosen = tuple(dict.fromkeys(positions))
        count = len(self.group_labels)
        if any(not 0 <= position < count for position in chosen):
            raise ModelError(f"There are {count} groups, at positions 0 to {count - 1}.")
        groups = replace(self._session.state.groups, selected=chosen)
        self._session.change(f"selection of {self._session.nouns.groups}", groups=groups)

    def keep_selection(self, result: MediationResult | None) -> None:
        """Keep the selected groups where a new result has others, or them in other places."""
        session, chosen = self._session, self._session.state.groups
        if not chosen.selected or result is None or result.resolved is None:
            return
        before, after = self.group_labels, tuple(result.resolved.prepared.labels)
        if before != after:
            wanted = {before[place] for place in chosen.selected if place < len(before)}
            kept = tuple(place for place, label in enumerate(after) if label in wanted)
            session.history.amend(replace(session.state, groups=replace(chosen, selected=kept)))

    @property
    def group_labels(self) -> tuple[Any, ...]:
        """Labels of the groups of the last result, in its order."""
        result = self._session.result
        if result is None or result.resolved is None:
            return ()
        return tuple(result.resolved.prepared.labels)

    @property
    def selected_labels(self) -> list[Any]:
        """Labels of the selected groups."""
        labels = self.group_labels
        chosen = self._session.state.groups.selected
        return [labels[place] for place in chosen if place < len(labels)]

    def set_groups(self, control: str, value: str) -> None:
        """Set a control of the Groups tab."""
        one_of("control", control, ("effect", "sort", "color", "shrink"))
        setting: Any = (
            one_of("shrink", value, ("yes", "no")) == "yes" if control == "shrink" else value
        )
        groups = replace(self._session.state.groups, **{control: setting})
        self._session.change(f"groups: {control}", groups=groups)

    def _groups(self, result: MediationResult | None, revision: int) -> dict[str, Any]:
        from medwidget.widget.panes.groups import groups_pane

        session = self._session
        shown = self._shown(result)
        basis, rows = (None, None) if shown is None else shown
        pane = groups_pane(
            result,
            basis,
            session.nouns,
            revision,
            selected=session.state.groups.selected,
            columns=[name for name, level in session.columns.levels.items() if level == "group"],
            variable=session.variable,
            library=session.table.library,
        )
        return {"groups": pane, "group_rows": rows}

    def _shown(
        self, result: MediationResult | None
    ) -> tuple[GroupBasis, messages.GroupRows] | None:
        """Return what is chosen of the groups of a result, and their rows: made once for both.

        While groups are selected it stays the same, and nothing of it is sent again.
        """
        from medwidget.widget.panes.group_basis import group_basis
        from medwidget.widget.panes.group_rows import group_rows_pane

        session = self._session
        chosen = replace(session.state.groups, selected=())
        if self._grouped is not None and self._grouped[:2] == (result, chosen):
            return self._grouped[2]
        basis = (
            None
            if result is None
            else group_basis(
                result,
                data=session.table,
                effect=chosen.effect,
                sort=chosen.sort,
                color=chosen.color,
                shrink=chosen.shrink,
            )
        )
        shown = None if basis is None else (basis, group_rows_pane(basis, session.nouns))
        self._grouped = (result, chosen, shown)
        return shown

    # -- diagnostics --------------------------------------------------------------------------

    def run_influence(self) -> None:
        """Leave out each group in turn, in the background."""
        session = self._session
        result = session.current
        if result is None:
            raise ModelError("Influence needs a fitted model.")
        work = partial(self._run_influence, result)
        nouns = session.nouns
        about = f"each {nouns.group} left out in turn"
        session.jobs.begin(Job("influence", "Leaving out", nouns.groups, about, work))
        self.refresh()

    def _run_influence(
        self, result: MediationResult, ticket: Ticket, tell: Callable[..., bool]
    ) -> None:
        from medwidget.studies.influence import influence

        found = influence(result, progress=tell)
        with self._session.lock:
            if ticket.asked != "drop":
                self.influence, self._influence_of = found, result
        self._session.jobs.finished("influence")
        self.refresh()

    def influence_of(self, result: MediationResult | None) -> Influence | None:
        """Return what came of leaving out groups, if that was done to this result."""
        return self.influence if self._influence_of is result else None

    def _diagnostics(self, result: MediationResult | None, revision: int) -> Any:
        from medwidget.widget.panes.diagnostics import diagnostics_pane

        session = self._session
        return diagnostics_pane(
            result,
            session.nouns,
            revision,
            influence=self.influence_of(result),
            running=session.jobs.running("influence"),
        )

    # -- code ---------------------------------------------------------------------------------

    def _code(self, result: MediationResult | None, revision: int) -> Any:
        from medwidget.widget.panes.code import code_pane

        if result is None:
            return None
        session = self._session
        return code_pane(
            result, session.nouns, revision, variable=session.variable, title=session.name
        )


# Sections whose tab has another name.
_TABS = {"group_rows": "groups"}
_PANES: dict[str, Callable[[Tabs, MediationResult | None, int], dict[str, Any]]] = {
    "groups": Tabs._groups,
    "specifications": lambda tabs, _, revision: {
        "specifications": tabs.comparing.section(revision, tabs.climbing.view())
    },
    "diagnostics": lambda tabs, *of: {"diagnostics": tabs._diagnostics(*of)},
    "report": lambda tabs, *of: report_section(tabs._session, *of),
    "code": lambda tabs, *of: {"code": tabs._code(*of)},
}
