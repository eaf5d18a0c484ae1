"""Latent group means by gestures: splits, held paths, missing values, and what stays of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from medwidget.errors import ModelError
from medwidget.spec.frozen import FrozenDict
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem
from medwidget.views.text.nouns import Nouns
from medwidget.widget.controls import controls
from medwidget.widget.draft import Draft
from medwidget.widget.fitting import Outcome
from medwidget.widget.latent_controls import holds, splits
from medwidget.widget.notices import Context
from medwidget.widget.remedies import notices
from medwidget.widget.session import Session
from medwidget.widget.start import first_draft
from tests.widget.sessions import FULL, Page, do, made_up, opened, settled

LATENT = replace(
    FULL.choose("centering", "latent"),
    switched=frozenset({("a", "m"), ("b", "m")}),
)
NOUNS = Nouns("person", "day")
WITHIN = dict.fromkeys(("x", "m", "y", "c"), "individual")


def _opened(data: pd.DataFrame, draft: Draft = LATENT, **settings: Any) -> tuple[Session, Page]:
    session, page = opened(data, draft=draft, **settings)
    settled(session)
    return session, page


def by_name(row: list[Any]) -> dict[str, Any]:
    return {item["name"]: item for item in row}


def model(draft: Draft) -> MediationModel:
    found = draft.to_model()
    assert found is not None
    return found


# -- the draft ---------------------------------------------------------------------------------


def test_a_path_is_fixed_made_equal_and_freed() -> None:
    zero = LATENT.hold("direct_between", "zero")
    assert model(zero).constraints == {"direct_between": 0}
    both = zero.hold("a_between", "equal")
    assert model(both).constraints == {"direct_between": 0, "a_within": "a_between"}
    # either level tells of it, and either frees it
    assert both.latent.holding("a_within", both.paths) == "equal"
    assert model(both.hold("a_between", "free")) == model(zero)
    assert model(both.hold("a_within", "free")) == model(zero)
    assert model(both.hold("a_between", "zero")).constraints == {
        "direct_between": 0,
        "a_between": 0,
    }
    assert zero.hold("direct_between", "free") == LATENT


def test_what_is_held_follows_its_mediator() -> None:
    draft = LATENT.hold("a_within", "equal").hold("b_between", "zero")
    two = draft.assign("n", "mediator")
    assert model(two).constraints == {"a_within[m]": "a_between[m]", "b_between[m]": 0}
    swapped = two.assign("n", "mediator", instead="m")
    assert model(swapped).constraints == model(two).constraints
    replaced = draft.assign("n", "mediator", instead="m")
    assert model(replaced).constraints == {"a_within": "a_between", "b_between": 0}
    gone = two.clear("m")
    assert model(gone).constraints == {}


def test_only_the_exposure_and_covariates_are_split_in_other_ways() -> None:
    draft = LATENT.assign("c", "covariate").split("x", "observed").split("c", "within")
    assert model(draft).splits == {"x": "observed", "c": "within"}
    assert model(draft.split("x", "latent")).splits == {"c": "within"}
    with pytest.raises(ModelError, match="neither the exposure nor a covariate"):
        LATENT.split("m", "observed")
    # one that has become a mediator is split by latent means like any other
    assert model(draft.assign("x", "mediator", instead="m")).splits == {"c": "within"}


@pytest.mark.parametrize(
    "change",
    [
        lambda draft: draft.hold("a_within", "zero"),
        lambda draft: draft.split("x", "observed"),
    ],
)
def test_what_needs_latent_means_is_refused_without(change: Any) -> None:
    with pytest.raises(ModelError, match="latent centering only"):
        change(FULL)


def test_a_path_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelError, match=r"no path 'd_within'.*a_within, a_between"):
        LATENT.hold("d_within", "zero")


def test_choices_come_back_with_latent_centering() -> None:
    draft = LATENT.hold("a_within", "zero").split("x", "observed").choose("missing", "fiml")
    elsewhere = draft.choose("centering", "group-mean")
    assert model(elsewhere) == model(LATENT).replace(centering="group-mean")
    assert elsewhere.choose("centering", "none").choose("centering", "latent") == draft


def test_a_model_from_python_is_on_screen_as_it_is() -> None:
    given = model(LATENT).replace(
        splits={"x": "within"},
        constraints={"direct_within": 0.3, "b_within": "b_between"},
        missing="fiml",
    )
    draft = Draft().with_model(given)
    assert draft.to_model() == given
    shown = by_name(holds(draft, WITHIN, NOUNS))
    assert shown["direct_within"]["value"] == "other"
    assert [item["label"] for item in shown["direct_within"]["choices"]][-1] == "fixed at 0.3"
    # contradictions too, so that they are told rather than dropped
    refused = given.replace(centering="none")
    assert Draft().with_model(refused).to_model() == refused


def test_a_widget_begins_with_them() -> None:
    data = made_up()
    arguments = {
        "centering": "latent",
        "splits": {"x": "observed"},
        "constraints": {"direct_between": 0},
        "missing": "fiml",
    }
    roles = {"exposure": "x", "mediators": "m", "outcome": "y", "group": "g"}
    whole = first_draft(data, None, {**roles, **arguments})
    begun = first_draft(data, None, {**roles, **arguments, "group": None}).assign("g", "group")
    assert model(begun) == model(whole) == MediationModel(**roles, **arguments)


# -- controls ----------------------------------------------------------------------------------


def test_latent_means_are_offered_but_not_with_another_estimator() -> None:
    row = by_name(controls(FULL, WITHIN, NOUNS))
    refusals = {item["value"]: item["refusal"] for item in row["centering"]["choices"]}
    assert refusals["latent"] == ""
    row = by_name(controls(FULL.choose("estimator", "reml"), WITHIN, NOUNS))
    refusals = {item["value"]: item["refusal"] for item in row["centering"]["choices"]}
    assert "Latent person means are estimated by ML." in refusals["latent"]
    row = by_name(controls(LATENT, WITHIN, NOUNS))
    refusals = {item["value"]: item["refusal"] for item in row["estimator"]["choices"]}
    assert refusals["ml"] == ""
    assert refusals["reml"] == "Latent person means are estimated by ML."


def test_missing_values_are_a_choice_where_there_are_any() -> None:
    assert "missing" not in by_name(controls(LATENT, WITHIN, NOUNS, {"elsewhere"}))
    item = by_name(controls(FULL, WITHIN, NOUNS, {"m"}))["missing"]
    assert item["value"] == "listwise"
    assert "latent person means" in item["choices"][1]["refusal"]
    item = by_name(controls(LATENT.choose("missing", "fiml"), WITHIN, NOUNS))["missing"]
    assert item["value"] == "fiml"
    assert item["choices"][1]["refusal"] == ""


def test_what_can_be_held_are_the_paths_at_their_levels() -> None:
    assert holds(FULL, WITHIN, NOUNS) == []
    names = [item["name"] for item in holds(LATENT, WITHIN, NOUNS)]
    assert names == [
        f"{path}_{at}" for path in ("a", "b", "direct") for at in ("within", "between")
    ]
    grouped = by_name(holds(LATENT, {**WITHIN, "x": "group"}, NOUNS))
    assert set(grouped) == {"a_between", "b_within", "b_between", "direct_between"}
    refusals = {item["value"]: item["refusal"] for item in grouped["a_between"]["choices"]}
    assert refusals["equal"] == "Path a is there between persons only."
    within = by_name(holds(LATENT.split("x", "within"), WITHIN, NOUNS))
    assert "a_between" not in within
    assert "b_between" in within


def test_the_split_of_the_exposure_is_among_the_options() -> None:
    draft = LATENT.assign("c", "covariate")
    assert "split" not in by_name(controls(FULL, WITHIN, NOUNS))
    item = by_name(controls(draft, WITHIN, NOUNS))["split"]
    assert [choice["value"] for choice in item["choices"]] == ["latent", "observed", "within"]
    assert [item["name"] for item in splits(draft, WITHIN, NOUNS)] == ["x", "c"]
    assert "split" not in by_name(controls(draft, {**WITHIN, "x": "group"}, NOUNS))


# -- gestures ----------------------------------------------------------------------------------


def test_gestures_are_steps_of_the_history_and_change_the_numbers() -> None:
    session, page = _opened(made_up())
    free = session.current
    assert free is not None
    do(session, "hold", parameter="direct_between", value="zero")
    assert page.now["draft"]["undo_label"] == "Path c′, between: fixed at 0"
    assert session.current is not None
    rows = {row.name: row for row in session.current.path_rows}
    assert rows["direct_between"].estimate == 0
    assert session.current.statistics["df"] == 1
    assert ', 0, fixed"' in page.now["diagram"]["svg"]
    do(session, "choose", control="split", value="observed")
    assert session.draft.latent.splits == {"x": "observed"}
    assert "observed group mean" in page.now["diagram"]["svg"]
    do(session, "split", column="x", value="within")
    assert "no part between groups" in page.now["diagram"]["svg"]
    for _ in range(3):
        do(session, "undo")
    assert session.current is not None
    assert session.current.effect_rows == free.effect_rows
    session.close()


def test_equal_paths_have_one_estimate_and_say_so() -> None:
    session, page = _opened(made_up())
    do(session, "hold", parameter="b_within", value="equal")
    assert session.current is not None
    rows = {row.name: row.estimate for row in session.current.path_rows}
    assert rows["b_within"] == rows["b_between"]
    assert "held equal to between" in page.now["diagram"]["svg"]
    assert "= within" in page.now["diagram"]["svg"].replace("\u00a0", " ")
    session.close()


def test_it_is_saved_and_opened_again() -> None:
    draft = LATENT.hold("a_within", "equal").split("x", "observed").choose("missing", "fiml")
    data = made_up()
    data.loc[3, "y"] = np.nan
    widget = mw.MediationWidget(data, draft.to_model(), debounce_ms=0)
    assert widget.wait(60)
    again = mw.MediationWidget.from_json(widget.to_json(), data)
    assert again.wait(60)
    assert again.model == widget.model == draft.to_model()
    assert again.result is not None
    assert widget.result is not None
    assert again.result.statistics["loglik"] == widget.result.statistics["loglik"]
    assert "missing='fiml'" in widget.code()
    assert "constraints={'a_within': 'a_between'}" in widget.code()
    # a session from before there were such choices
    record = json.loads(widget.to_json())
    for name in ("latent", "parked"):
        del record["draft"][name]
    old = mw.MediationWidget.from_json(json.dumps(record), data)
    assert old.model == MediationModel(
        "x", "m", "y", "g", centering="latent", random_slopes=(), missing="listwise"
    )
    for one in (widget, again, old):
        one.close()


# -- messages ----------------------------------------------------------------------------------


def _press(session: Session, page: Page, code: str, label: str) -> None:
    message = next(m for m in page.now["messages"] if m["id"].startswith(f"{code}:"))
    action = next(a for a in message["actions"] if label in a["label"])
    do(session, "act", message=message["id"], action=action["id"])


def test_rows_that_lack_a_value_are_kept_by_full_information() -> None:
    data = made_up()
    data.loc[data.index[:20], "y"] = np.nan
    session, page = _opened(data, replace(FULL, switched=LATENT.switched), row_label="day")
    assert session.current is not None
    assert session.current.ledger.n_rows_used == 220
    _press(session, page, "rows-dropped", "Keep all days (latent group means, FIML)")
    assert (session.draft.centering, session.draft.latent.missing) == ("latent", "fiml")
    assert session.current is not None
    assert session.current.ledger.n_rows_used == 240
    session.close()


def test_little_variance_between_leads_to_a_split_within() -> None:
    data = made_up()
    shared = data.groupby("g")["x"].transform("mean")
    data["x"] = data["x"] - shared + 0.1 * shared
    session, page = _opened(data)
    _press(session, page, "no-latent-between-variance", "Use x within groups only")
    assert session.draft.latent.splits == {"x": "within"}
    assert page.now["status"]["kind"] in {"good", "warning"}
    assert session.current is not None
    assert "a_between" not in {row.name for row in session.current.path_rows if row.estimate}
    session.close()


def test_a_mediator_without_variance_between_leads_to_fixed_paths() -> None:
    problem = Problem("no-latent-between-variance", "None of it. So.", "", "m", 0, "warning")
    context = Context(LATENT, None, NOUNS)
    (notice,) = notices(Outcome(None, None, (problem,)), context)
    assert [item.label for item in notice.remedies] == [
        "Fix its path between persons at 0",
        "Hide",
    ]
    change = notice.remedies[0].change
    assert change is not None
    assert model(change(LATENT)).constraints == {"b_between": 0}
    context = Context(change(LATENT), None, NOUNS)
    (notice,) = notices(Outcome(None, None, (problem,)), context)
    assert [item.label for item in notice.remedies] == ["Hide"]


def test_what_the_fit_knows_is_said_once() -> None:
    problems = tuple(
        Problem(code, f"{code} is so.", "", "x", 0, "warning")
        for code in ("little-between-variance", "no-latent-between-variance")
    )
    found = notices(Outcome(None, None, problems), Context(LATENT, None, NOUNS))
    assert [notice.id for notice in found] == ["no-latent-between-variance:x"]
    alone = notices(Outcome(None, None, problems[:1]), Context(LATENT, None, NOUNS))
    assert [notice.id for notice in alone] == ["little-between-variance:x"]


def test_unreliable_means_lead_to_latent_ones_and_back() -> None:
    rng = np.random.default_rng(5)
    data = made_up(n_groups=60, size=3)
    data["x"] = rng.standard_normal(len(data)) + 0.6 * rng.standard_normal(60)[data["g"]]
    session, page = _opened(data, replace(FULL, switched=LATENT.switched))
    _press(session, page, "unreliable-means", "Use latent group means")
    assert session.draft.centering == "latent"
    assert not any(m["id"].startswith("unreliable") for m in page.now["messages"])
    do(session, "split", column="x", value="observed")
    _press(session, page, "unreliable-means", "Split x by latent means")
    assert session.draft.latent.splits == FrozenDict()
    session.close()


def test_a_constraint_on_a_path_that_is_not_there_is_released() -> None:
    session, page = _opened(made_up(), LATENT.hold("a_within", "zero").hold("b_between", "zero"))
    do(session, "assign", column="w", role="exposure")
    assert page.now["status"]["kind"] == "error"
    _press(session, page, "constraint-without-path", "Release path a_within")
    assert session.draft.to_model() == MediationModel(
        "w", "m", "y", "g", centering="latent", random_slopes=(), constraints={"b_between": 0}
    )
    assert page.now["status"]["kind"] in {"good", "warning"}
    session.close()


def test_a_moderator_between_groups_can_be_dropped_or_group_means_used() -> None:
    data = made_up()
    data["v"] = np.random.default_rng(1).standard_normal(30)[data["g"]]
    for label, after in (("Drop the moderator of b", "latent"), ("Use group mean", "group-mean")):
        session, page = _opened(data, LATENT.moderate("v", "b"))
        do(session, "assign", column="w", role="outcome")
        assert page.now["status"]["kind"] == "error"
        title = next(m["title"] for m in page.now["messages"] if m["severity"] == "error")
        expected = "Nothing can change the size of path b, which exists between groups only."
        assert title == expected
        _press(session, page, "moderated-between", label)
        assert session.draft.centering == after
        assert bool(session.draft.moderated) == (after == "group-mean")
        assert page.now["status"]["kind"] in {"good", "warning"}
        session.close()


def test_where_nothing_varies_within_groups_group_mean_is_offered() -> None:
    session, page = _opened(made_up().groupby("g", as_index=False).mean(numeric_only=True), LATENT)
    assert page.now["status"]["kind"] == "error"
    _press(session, page, "nothing-within", "Use group mean")
    assert page.now["status"]["kind"] in {"good", "warning"}
    session.close()


def test_what_needs_latent_means_offers_them_or_to_do_without() -> None:
    refused = model(LATENT).replace(centering="group-mean", constraints={"a_within": 0})
    session, page = _opened(made_up(), Draft().with_model(refused))
    assert page.now["status"]["kind"] == "error"
    _press(session, page, "constraints-centering", "Use latent group means")
    assert page.now["status"]["kind"] in {"good", "warning"}
    do(session, "undo")
    _press(session, page, "constraints-centering", "Do without")
    assert session.draft.to_model() == refused.replace(constraints={})
    assert page.now["status"]["kind"] in {"good", "warning"}
    session.close()
