"""The arguments of a model that belong to latent centring."""

from __future__ import annotations

import json
from typing import Any

import pytest

from medwidget.errors import ModelError
from medwidget.spec.arguments import follow_constraints
from medwidget.spec.model import MediationModel

OPTIONS: dict[str, Any] = {
    "centering": "latent",
    "covariates": ["c"],
    "splits": {"x": "observed", "c": "within"},
    "constraints": {"direct_between": 0, "a_within": "a_between"},
    "missing": "fiml",
}
MODEL = MediationModel("x", "m", "y", "g", **OPTIONS)


def test_arguments_survive_json_printing_and_replacement() -> None:
    again = MediationModel.from_dict(json.loads(json.dumps(MODEL.to_dict())))
    assert again == MODEL
    assert hash(again) == hash(MODEL)
    assert eval(repr(MODEL), {"MediationModel": MediationModel}) == MODEL
    assert MODEL.replace(missing="listwise").replace(missing="fiml") == MODEL
    assert MODEL.changes_from_default()["constraints"] == {
        "direct_between": 0.0,
        "a_within": "a_between",
    }


def test_a_model_saved_before_there_were_such_arguments_loads() -> None:
    record = MediationModel("x", "m", "y", "g").to_dict()
    for name in ("splits", "constraints", "missing"):
        del record[name]
    assert MediationModel.from_dict(record) == MediationModel("x", "m", "y", "g")


def test_the_way_that_is_the_default_is_not_kept() -> None:
    plain = MediationModel("x", "m", "y", "g", covariates=["c"])
    assert plain.replace(splits={"x": "latent", "c": "latent"}) == plain


def test_incomplete_rows_are_kept_under_latent_centring_only() -> None:
    assert MODEL.keeps_incomplete_rows
    assert not MODEL.replace(centering="group-mean").keeps_incomplete_rows
    assert not MODEL.replace(missing="listwise").keeps_incomplete_rows


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"splits": {"m": "observed"}}, r"'m' is not the exposure or a covariate.*'x', 'c'"),
        ({"splits": {"x": "observd"}}, r"splits\['x'\]='observd'.*Did you mean 'observed'"),
        ({"splits": "observed"}, "splits must map a column"),
        ({"constraints": {"b_betwen": 0}}, "'b_betwen' is not a path.*Did you mean 'b_between'"),
        ({"constraints": {"a": 0}}, "'a' is not a path at a level"),
        ({"constraints": {"a_within": "b"}}, "'b' is not a path at a level"),
        ({"constraints": {"a_within": float("nan")}}, "must be a finite number"),
        ({"constraints": {"a_within": True}}, "must be a finite number"),
        ({"constraints": {"a_within": None}}, "must be a finite number"),
        ({"constraints": ["a_within"]}, "constraints must map"),
        ({"constraints": {"a_within": "a_within"}}, "a_within = a_within is a circle"),
        (
            {"constraints": {"a_within": "b_within", "b_within": "a_within"}},
            "a_within = b_within = a_within is a circle",
        ),
        ({"missing": "mice"}, "missing='mice'"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        MediationModel("x", "m", "y", "g", **{"covariates": ["c"], **options})


def test_paths_of_several_mediators_are_called_by_level_and_mediator() -> None:
    model = MediationModel(
        "x", ["m", "k"], "y", "g", constraints={"a_within[m]": "a_within[k]"}, mediation="serial"
    )
    assert dict(model.constraints) == {"a_within[m]": "a_within[k]"}
    assert dict(model.replace(constraints={"d_between[m,k]": 0.5}).constraints) == {
        "d_between[m,k]": 0.5
    }


def test_constraints_are_followed_to_their_end() -> None:
    assert follow_constraints({"a": "b", "b": "c", "d": 2.0, "e": "d"}) == {
        "a": "c",
        "b": "c",
        "d": 2.0,
        "e": 2.0,
    }
