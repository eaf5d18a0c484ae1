"""Roles and options by gestures: what goes where, what is swapped, and what a model becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.errors import MedwidgetError, ModelError
from medwidget.intervals.bootstrap import Bootstrap
from medwidget.spec.model import MediationModel
from medwidget.widget.draft import Draft

FULL = Draft(exposure="x", mediators=("m",), outcome="y", group="g")
COLUMNS = ["x", "m", "n", "y", "g", "w", "c", "a,b", "]", ""]
ROLES = ["exposure", "mediator", "outcome", "group", "covariate", "moderator"]


# -- placing columns ---------------------------------------------------------------------------


def test_four_roles_make_a_model() -> None:
    draft = Draft()
    for count, (column, role) in enumerate(
        [("x", "exposure"), ("m", "mediator"), ("y", "outcome"), ("g", "group")], 1
    ):
        assert draft.to_model() is None
        draft = draft.assign(column, role)
        assert draft.filled == count
    assert draft == FULL
    assert draft.to_model() == MediationModel("x", "m", "y", group="g")


def test_a_column_put_on_another_takes_its_place_and_the_other_goes_where_it_came_from() -> None:
    swapped = FULL.assign("x", "mediator", instead="m")
    assert (swapped.exposure, swapped.mediators) == ("m", ("x",))
    assert FULL.assign("g", "outcome").group == "y"
    assert FULL.assign("y", "group") == replace(FULL, outcome="g", group="y")


def test_a_free_column_put_on_another_sets_that_one_free() -> None:
    draft = FULL.assign("n", "exposure")
    assert draft.exposure == "n"
    assert draft.role_of("x") is None


def test_a_column_moves_to_an_empty_place() -> None:
    draft = FULL.clear("m").assign("x", "mediator")
    assert draft.exposure is None
    assert draft.mediators == ("x",)


def test_mediators_are_added_replaced_and_swapped() -> None:
    two = FULL.assign("n", "mediator")
    assert two.mediators == ("m", "n")
    assert two.assign("k", "mediator", instead="m").mediators == ("k", "n")
    assert two.assign("n", "mediator", instead="m").mediators == ("n", "m")
    assert two.assign("n", "mediator") == two
    assert two.clear("m").mediators == ("n",)


def test_covariates_and_moderators_leave_other_roles() -> None:
    draft = FULL.assign("w", "moderator", path="b").assign("c", "covariate")
    assert draft.moderated == {"b": ("w",)}
    assert draft.assign("w", "covariate").moderated == {}
    assert draft.assign("c", "moderator").moderated == {"a": ("c",), "b": ("w",)}
    assert draft.assign("c", "moderator").covariates == {}
    assert draft.assign("w", "exposure").moderated == {}
    both = draft.assign("w", "moderator", path="a")
    assert both.moderated == {"a": ("w",), "b": ("w",)}
    assert both.clear("w", path="a").moderated == {"b": ("w",)}
    assert both.clear("w").moderated == {}


def test_a_mediator_that_becomes_a_moderator_finds_a_path_that_is_left() -> None:
    draft = FULL.assign("m", "moderator", path="a")
    assert draft.mediators == ()
    assert draft.moderated == {"a": ("m",)}


# -- paths -------------------------------------------------------------------------------------


def test_slopes_are_switched_by_path_and_follow_the_place_of_a_mediator() -> None:
    draft = FULL.toggle("a").toggle("direct")
    assert draft.random_slopes == ("b", "direct")
    replaced = draft.assign("n", "mediator", instead="m")
    assert replaced.random_slopes == ("b", "direct")
    again = draft.clear("m").assign("k", "mediator")
    assert again.random_slopes == ("b", "direct")


def test_a_mediator_that_is_added_begins_with_the_default() -> None:
    draft = FULL.toggle("a").assign("n", "mediator")
    assert draft.random_slopes == ("a[n]", "b[m]", "b[n]")
    swapped = draft.assign("n", "mediator", instead="m")
    assert swapped.random_slopes == ("a[n]", "b[n]", "b[m]")


def test_slopes_can_be_switched_before_there_is_a_mediator() -> None:
    assert Draft().toggle("b").assign("m", "mediator").random_slopes == ("a",)


def test_serial_paths_come_and_go() -> None:
    serial = FULL.assign("n", "mediator").choose("mediation", "serial").toggle("d[m,n]")
    assert "d[m,n]" in serial.random_slopes
    assert "d[m,n]" not in serial.choose("mediation", "parallel").random_slopes
    assert serial.clear("n").random_slopes == ("a", "b")


def test_moderators_follow_the_place_of_a_mediator() -> None:
    draft = FULL.assign("w", "moderator", path="b").assign("n", "mediator", instead="m")
    assert draft.moderated == {"b": ("w",)}
    assert draft.assign("w", "mediator", instead="n").moderated == {}


def test_covariates_of_one_equation_follow_its_response() -> None:
    model = MediationModel("x", "m", "y", group="g", covariates={"c": ["m"], "d": None})
    draft = Draft.from_model(model).assign("n", "mediator", instead="m")
    assert dict(draft.covariates) == {"c": ("n",), "d": None}


def test_a_path_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(ModelError, match="no path 'q'"):
        FULL.toggle("q")


# -- options -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value", "read"),
    [
        ("centering", "within", "within"),
        ("level", "0.9", 0.9),
        ("level", 0.99, 0.99),
        ("seed", "7", 7),
        ("interval", "delta", "delta"),
        ("interval", Bootstrap(samples=50), Bootstrap(samples=50)),
        ("estimator", "reml", "reml"),
    ],
)
def test_options_are_read_from_text_and_from_python(option: str, value: Any, read: Any) -> None:
    assert getattr(FULL.choose(option, value), option) == read


@pytest.mark.parametrize(
    ("option", "value"),
    [("centering", "x"), ("level", "2"), ("level", "high"), ("seed", "-1"), ("size", "1")],
)
def test_what_cannot_be_chosen_is_a_model_error(option: str, value: str) -> None:
    with pytest.raises(ModelError):
        FULL.choose(option, value)


# -- models ------------------------------------------------------------------------------------

MODELS = [
    MediationModel("x", "m", "y", group="g"),
    MediationModel("x", ["m", "n"], "y", group="g", random_slopes=("a[n]", "direct")),
    MediationModel("x", ["m", "n"], "y", group="g", mediation="serial", random_slopes=("d",)),
    MediationModel(
        "x",
        "m",
        "y",
        group="g",
        covariates={"c": ["y"]},
        moderators={"a": ["w", "v"], "direct": "w"},
    ),
    MediationModel("x", "m", "y", group="g", centering="none", random_covariance="diagonal"),
]


@pytest.mark.parametrize("model", MODELS)
def test_a_draft_of_a_model_gives_that_model(model: MediationModel) -> None:
    assert Draft.from_model(model).to_model() == model


GESTURES = st.lists(
    st.one_of(
        st.tuples(
            st.just("assign"),
            st.sampled_from(COLUMNS),
            st.sampled_from(ROLES),
            st.one_of(st.none(), st.sampled_from(COLUMNS)),
        ),
        st.tuples(st.just("clear"), st.sampled_from(COLUMNS)),
        st.tuples(st.just("toggle"), st.integers(0, 8)),
        st.tuples(st.just("mediation"), st.sampled_from(["serial", "parallel"])),
    ),
    max_size=25,
)


def _apply(draft: Draft, step: tuple[Any, ...]) -> Draft:
    if step[0] == "assign":
        return draft.assign(step[1], step[2], instead=step[3])
    if step[0] == "clear":
        return draft.clear(step[1])
    if step[0] == "toggle":
        return draft.toggle(list(draft.paths)[step[1] % len(draft.paths)])
    return draft.choose("mediation", step[1])


@given(GESTURES)
def test_whatever_is_done_every_column_holds_one_role_and_the_model_says_so(
    steps: list[tuple[Any, ...]],
) -> None:
    draft = Draft()
    for step in steps:
        before = draft
        draft = _apply(draft, step)
        if step[0] == "assign":
            assert draft.role_of(step[1]) == step[2]
        core = list(draft.places.values())
        others = [*draft.covariates, *{name for _, names in draft.moderators for name in names}]
        assert len(set(core)) == len(core)
        assert not set(core) & set(others)
        assert len(set(others)) == len(others)
        assert hash(draft) == hash(replace(draft))
        if step[0] == "clear":
            assert before.role_of(step[1]) is None or draft.role_of(step[1]) is None
    try:
        model = draft.to_model()
    except MedwidgetError:  # a column without a name, or paths that would share one
        return
    if model is None:
        assert draft.filled < 4
        return
    assert model.mediators == draft.mediators
    assert model.random_slopes == draft.random_slopes
    assert dict(model.moderators) == draft.moderated
    assert draft.with_model(model) == Draft.from_model(model).with_model(model)
    assert Draft.from_model(model).to_model() == model
