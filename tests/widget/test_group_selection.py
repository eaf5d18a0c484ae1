"""The Groups tab of a session: what is sent when groups are selected, and what is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medwidget.studies import group_view
from medwidget.widget.panes import group_basis
from medwidget.widget.session import Session
from tests.widget.sessions import FULL, Page, do, made_up, opened, settled


@pytest.fixture
def fitted() -> Iterator[tuple[Session, Page]]:
    session, page = opened(draft=FULL)
    settled(session)
    yield session, page
    session.close()


def test_groups_are_selected_and_undone(fitted: tuple[Session, Page]) -> None:
    session, page = fitted
    do(session, "show", tab="groups")
    do(session, "select_groups", positions=[2, 5])
    assert page.now["groups"]["selected"] == [2, 5]
    assert session.tabs.selected_labels == [2, 5]
    do(session, "set_groups", control="shrink", value="no")
    assert page.now["groups"]["shrink"] is False
    do(session, "undo")
    do(session, "undo")
    assert page.now["groups"]["selected"] == []
    assert page.now["groups"]["shrink"] is True


def test_the_rows_of_groups_are_sent_once_however_many_are_selected(
    fitted: tuple[Session, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, page = fitted
    do(session, "show", tab="groups")
    page.updates.clear()
    made: list[str] = []
    monkeypatch.setattr(session.fitter, "quick", lambda _: made.append("fit"))
    for module, name in ((group_view, "_view"), (group_basis, "group_basis")):
        monkeypatch.setattr(module, name, lambda *_, name=name, **__: made.append(name))
    for positions in ([2, 5], [5], list(range(20)), []):
        do(session, "select_groups", positions=positions)
        assert page.now["groups"]["selected"] == positions
    assert not any("group_rows" in update or "answer" in update for update in page.updates)
    assert made == []
    monkeypatch.undo()
    before = page.now["group_rows"]
    do(session, "set_groups", control="sort", value="group")
    assert page.now["group_rows"]["estimate"] == before["estimate"]
    assert page.now["group_rows"]["order"] == list(range(30))
    do(session, "set_groups", control="color", value="w")
    assert set(page.now["group_rows"]["color"]) == {0, 1, 2, 3, 4}
    do(session, "toggle_slope", path="b")
    assert page.now["group_rows"]["estimate"] != before["estimate"]


def test_what_is_closed_is_kept_nowhere(fitted: tuple[Session, Page]) -> None:
    session, page = fitted
    for tab in ("groups", "code", "diagnostics"):
        do(session, "show", tab=tab)
        opened = {name for name in ("groups", "group_rows", "code") if page.now[name] is not None}
        assert opened == {"groups": {"groups", "group_rows"}, "code": {"code"}}.get(tab, set())
    assert page.now["diagnostics"]["panels"]
    do(session, "show", tab="effects")
    assert page.now["diagnostics"]["checks"]
    assert page.now["diagnostics"]["panels"] == page.now["diagnostics"]["tables"] == []
    assert session.tabs.whole()["diagnostics"]["panels"]
    do(session, "choose", control="centering", value="within")
    closed = ("groups", "group_rows", "specifications", "diagnostics", "report", "code", "detail")
    assert {page.now[name] is None for name in closed} == {True}
    assert all(session.tabs.whole()[name] is not None for name in closed[:-1])


def test_a_selection_follows_its_groups_to_other_rows() -> None:
    data = made_up()
    data.loc[data["g"] < 3, "c"] = float("nan")  # three groups go when c is used
    session, _ = opened(data, draft=FULL)
    settled(session)
    do(session, "select_groups", positions=[1, 4])
    do(session, "assign", column="c", role="covariate")
    assert session.tabs.selected_labels == [4]
    session.close()
