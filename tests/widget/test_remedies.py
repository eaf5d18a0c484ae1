"""Messages: what is the case, what it means, and buttons that do what they say."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from medwidget.estimators.twolevel.slopes.remarks import quadrature_problem
from medwidget.result import Table
from medwidget.spec.problems import Problem
from medwidget.views.text.nouns import Nouns
from medwidget.widget.draft import Draft
from medwidget.widget.fitting import Outcome
from medwidget.widget.notices import Context
from medwidget.widget.remedies import _WRITTEN, notices
from medwidget.widget.session import Session
from tests.views.results import result
from tests.widget.sessions import FULL, Page, do, made_up, opened, settled

FORBIDDEN = re.compile(r"please|sorry|oops|!|significan|causes|proves|None|nan\b", re.IGNORECASE)


def _opened(data: pd.DataFrame, draft: Draft = FULL, **settings: Any) -> tuple[Session, Page]:
    session, page = opened(data, draft=draft, **settings)
    settled(session)
    return session, page


def _press(session: Session, page: Page, title: str, label: str) -> None:
    message = next(m for m in page.now["messages"] if title in m["title"])
    action = next(a for a in message["actions"] if label in a["label"])
    do(session, "act", message=message["id"], action=action["id"])


def _message(page: Page, title: str) -> dict[str, Any]:
    found = [m for m in page.now["messages"] if title in m["title"]]
    assert found, page.titles()
    return found[0]


# -- by what is the case -----------------------------------------------------------------------


def test_a_constant_mediator_within_groups_can_be_used_between_them() -> None:
    session, page = _opened(made_up(), group_label="person", row_label="day")
    do(session, "choose", control="centering", value="within")
    do(session, "assign", column="w", role="mediator", instead="m")
    assert page.now["status"]["kind"] == "error"
    message = _message(page, "w never varies within a person")
    assert message["title"].endswith("so it cannot carry a within-person path.")
    labels = [action["label"] for action in message["actions"]]
    assert labels == ["Use it between persons only", "Use as moderator of a", "Undo"]
    _press(session, page, "never varies", "Use as moderator")
    assert session.draft.mediators == ("m",)
    assert session.draft.moderated == {"a": ("w",)}
    assert page.now["status"]["kind"] in {"good", "warning"}
    do(session, "undo")
    _press(session, page, "never varies", "between persons")
    assert session.draft.centering == "group-mean"
    assert page.now["status"]["kind"] in {"good", "warning"}
    assert _message(page, "w never varies within a person")["severity"] == "note"
    session.close()


def test_a_slope_that_does_not_vary_can_be_dropped_or_kept_and_says_what_changes() -> None:
    rng = np.random.default_rng(4)
    data = made_up()
    data["m"] = 0.5 * data["x"] + rng.standard_normal(len(data))  # the same slope for all
    found: list[str] = []
    for seed in range(6):  # some of them end at the boundary
        data["y"] = 0.3 * data["m"] + np.random.default_rng(seed).standard_normal(len(data))
        session, page = _opened(data)
        singular = [m for m in page.now["messages"] if "boundary" in m["id"]]
        if singular:
            drop = next(
                (a for a in singular[0]["actions"] if "Drop the random" in a["label"]), None
            )
            if drop is not None:
                assert re.search(r"The within indirect effect (changes|stays)", drop["preview"])
                before = session.draft.random_slopes
                do(session, "act", message=singular[0]["id"], action=drop["id"])
                assert len(session.draft.random_slopes) == len(before) - 1
                do(session, "undo")
                _press(session, page, singular[0]["title"], "Keep it")
                assert singular[0]["id"] not in [m["id"] for m in page.now["messages"]]
                found.append(drop["label"])
        session.close()
    assert found


def test_a_collinear_covariate_can_be_dropped() -> None:
    session, page = _opened(
        made_up(), replace(FULL, covariates=FULL.assign("twice", "covariate").covariates)
    )
    assert page.now["status"]["kind"] == "error"
    _press(session, page, "exact combination", "Drop twice")
    assert session.draft.role_of("twice") is None
    assert page.now["status"]["kind"] in {"good", "warning"}
    session.close()


def test_rows_left_out_are_counted_and_their_column_can_be_taken_out() -> None:
    session, page = _opened(made_up(), FULL.assign("c", "covariate"))
    message = _message(page, "5 of 240 rows have no value for c and are left out.")
    assert message["detail"] == "Every estimate now rests on 235 rows."
    _press(session, page, "have no value for c", "Take c out")
    assert page.titles() == [] or "c" not in session.draft.covariates
    session.close()


def test_mixed_levels_few_groups_and_single_rows_are_said() -> None:
    session, page = _opened(made_up(n_groups=12), replace(FULL, centering="none"))
    assert _message(page, "There are only 12 groups.")["actions"][0]["label"].startswith(
        "Fit within"
    )
    _press(session, page, "blend within and between", "Use group mean")
    assert session.draft.centering == "group-mean"
    session.close()
    data = made_up()
    lonely = pd.concat([data[data["g"] > 1], data[data["g"] < 2].groupby("g").head(1)])
    session, page = _opened(lonely)
    message = _message(page, "2 of 30 groups have a single row.")
    assert message["detail"] == "They inform the between part only."
    _press(session, page, "single row", "Hide")
    assert not any("single row" in title for title in page.titles())
    session.close()


def test_a_moderator_within_groups_can_be_a_covariate() -> None:
    session, page = _opened(made_up(), FULL.assign("two", "moderator", path="a"))
    assert page.now["status"]["kind"] == "error"
    _press(session, page, "two varies within a group", "Use as covariate")
    assert session.draft.role_of("two") == "covariate"
    session.close()


def test_no_between_part_leads_to_the_within_part() -> None:
    data = made_up()
    data["x"] -= data.groupby("g")["x"].transform("mean")
    session, page = _opened(data)
    assert page.now["status"]["kind"] == "error"
    _press(session, page, "x has the same mean for every group", "Fit the within part only")
    assert session.draft.centering == "within"
    assert page.now["status"]["kind"] in {"good", "warning"}
    session.close()


def test_a_two_valued_outcome_is_treated_as_numeric_and_says_so() -> None:
    session, page = _opened(made_up(), replace(FULL, outcome="two"))
    _press(session, page, "two has two values", "Treat as numeric")
    assert not any("two values" in title for title in page.titles())
    session.close()


def test_an_integral_that_has_not_settled_leads_to_a_slope_less() -> None:
    problem = quadrature_problem(5, 2.3e-5)
    assert problem is not None
    draft = replace(FULL, centering="latent")
    table = Table(("", "a", "b"), (("a", 0.1, 0.0), ("b", 0.0, 0.4)))
    found = replace(result("latent slopes"), covariance_table=table)
    context = Context(draft, None, Nouns("person", "day"), found)
    (notice,) = notices(Outcome(None, None, (problem,)), context)
    assert notice.title.startswith("The log-likelihood has not settled")
    drop, keep = notice.remedies
    assert drop.label == "Drop the random slope of a"
    assert drop.change is not None
    assert drop.change(draft).random_slopes == ("b",)
    assert keep.verb == "dismiss"


# -- all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize("severity", ["error", "warning"])
@pytest.mark.parametrize("code", sorted(_WRITTEN))
@pytest.mark.parametrize("column", ["m", "<b>x</b>\n"])
def test_every_message_is_in_the_house_style(code: str, severity: Any, column: str) -> None:
    problem = Problem(code, "First sentence. Second one.", "Do this.", column, 3, severity)
    draft = replace(FULL, mediators=(column,))
    context = Context(draft, Draft(), Nouns("person", "day"))
    for notice in notices(Outcome(None, None, (problem,)), context):
        message = notice.message({})
        texts = [message["title"], message["detail"], *(a["label"] for a in message["actions"])]
        assert message["title"][:1].isupper() or message["title"][:1] in "<m0123456789"
        for text in texts:
            assert not FORBIDDEN.search(text), text
            assert "\n" not in text
        ids = [action["id"] for action in message["actions"]]
        assert len(set(ids)) == len(ids)
        assert sum(action["primary"] for action in message["actions"]) <= 1
        assert severity != "error" or "undo" in ids
        for remedy in notice.remedies:
            if remedy.change is not None:
                assert isinstance(remedy.change(draft), Draft)
