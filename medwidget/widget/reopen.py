"""Saving a session as text, and opening it again, on these data or on others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from medwidget.errors import ModelError
from medwidget.widget.decisions import decisions_of
from medwidget.widget.notices import HIDE, Notice
from medwidget.widget.rebinding import differences
from medwidget.widget.saved import DataFacts, data_facts, read_record, session_record

if TYPE_CHECKING:
    from medwidget.widget.session import Session
    from medwidget.widget.widget import MediationWidget

__all__ = ["reopened", "saved_text"]

# How long opening waits for the numbers and the descriptions that the report is about.
PATIENCE = 20.0


def saved_text(session: Session) -> str:
    """Return a session as JSON."""
    with session.lock:
        record = session_record(
            session.state,
            name=session.name,
            nouns=session.nouns,
            data=_facts(session),
            screen=session.tabs.screen,
            result=session.current,
            labels=session.tabs.group_labels,
            decisions=decisions_of(session.history),
        )
    return json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)


def reopened(
    kind: type[MediationWidget], text: str, data: object, settings: Mapping[str, Any]
) -> MediationWidget:
    """Return a widget with a saved session on a data frame, and say what differs."""
    try:
        record = json.loads(text)
    except (TypeError, ValueError) as error:
        raise ModelError(f"This is not the text of a saved session: {error}.") from error
    saved = read_record(record)
    words = {
        "name": saved.name,
        "group_label": saved.nouns.group,
        "row_label": saved.nouns.row,
    }
    widget = kind(data, **{**words, **settings})
    session = widget.session
    draft = saved.state.draft
    for column in draft.columns:
        if column not in session.table:
            draft = draft.clear(column)
    session.restore(replace(saved.state, draft=draft), saved.screen)
    session.wait_for_answer(PATIENCE)
    session.quick.wait(PATIENCE)
    with session.lock:
        selected = saved.positions(session.tabs.group_labels)
        groups = replace(session.state.groups, selected=selected)
        session.history.amend(replace(session.state, groups=groups))
        told = differences(saved, _facts(session), session.current)
        if told:
            title = "These data differ from those of the saved session."
            session.remark(Notice("reopened", "note", title, " ".join(told), "", (HIDE,)))
    session.tabs.refresh()
    session.board.flush()
    return widget


def _facts(session: Session) -> DataFacts:
    columns = session.columns
    held = set(session.draft.columns)
    infos = {name: info for name, info in list(columns.infos.items()) if name in held}
    group = columns.group
    n_groups = group.n_groups if group is not None and group.name == session.draft.group else 0
    return data_facts(session.table.names, session.table.n_rows, n_groups, infos)
