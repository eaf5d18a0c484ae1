"""Cells of a two-level model, against the rows themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.data.cells import Cells, build_cells, make_cells
from medwidget.data.prepare import Prepared
from medwidget.pipeline.resolve import resolve
from medwidget.spec.model import MediationModel
from medwidget.spec.two_level import TwoLevel
from tests.data.frames import grouped

MODEL = MediationModel(
    "x", "m", "y", "g", centering="latent", random_slopes=(), covariates=["c", "w"]
)


def frame(seed: int = 1, offset: float = 0.0, **more: Any) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    data = grouped(12, 5, seed, offset)
    codes = data["g"].to_numpy() - 101
    data["w"] = offset + rng.normal(size=12)[codes]
    kinds = np.array(["u", "v", "t"], dtype=object)[rng.integers(0, 3, size=len(data))]
    data["c"] = pd.Categorical(kinds, ["u", "v", "t"])
    return data.assign(**more)


def resolved(data: pd.DataFrame, **options: Any) -> tuple[TwoLevel, Prepared]:
    found = resolve(MODEL.replace(**options), data)
    assert found.structure.two_level is not None
    return found.structure.two_level, found.prepared


def spoilt(seed: int, share: float = 0.2) -> pd.DataFrame:
    """Return a frame with holes in every column, and a group of which w is nowhere known."""
    rng = np.random.default_rng(seed)
    data = frame(seed)
    for name in ("x", "m", "y", "w", "c"):
        data[name] = data[name].mask(rng.random(len(data)) < share)
    data.loc[data["g"] == 103, "w"] = np.nan
    return data.sample(frac=1, random_state=seed)


def by_rows(cells: Cells, values: np.ndarray, codes: np.ndarray) -> None:
    """Compare cells with the rows of each group and pattern, one by one."""
    scaled = (values - cells.location) / cells.scale
    present = ~np.isnan(scaled)
    seen = 0
    assert list(cells.group) == sorted(cells.group)
    for cell, (group, pattern) in enumerate(zip(cells.group, cells.pattern, strict=True)):
        observed = cells.observed[pattern]
        rows = scaled[(codes == group) & (present == observed).all(axis=1)][:, observed]
        seen += len(rows)
        assert cells.counts[cell] == len(rows) > 0
        np.testing.assert_allclose(cells.means[cell][observed], rows.mean(axis=0), atol=1e-12)
        assert not cells.means[cell][~observed].any()
        centred = rows - rows.mean(axis=0)
        products = np.zeros_like(cells.products[cell])
        products[np.ix_(observed, observed)] = centred.T @ centred
        np.testing.assert_allclose(cells.products[cell], products, atol=1e-11)
    assert seen == present.any(axis=1).sum()


@given(st.integers(0, 2**16), st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([0.0, 1e6]))
def test_cells_are_sums_over_the_rows(seed: int, share: float, offset: float) -> None:
    rng = np.random.default_rng(seed)
    n_groups, n_rows, width = 5, 23, 3
    codes = np.concatenate([np.arange(n_groups), rng.integers(0, n_groups, n_rows - n_groups)])
    values = offset + rng.normal(size=(n_rows, width))
    values[rng.random((n_rows, width)) < share] = np.nan
    group_values = rng.normal(size=(n_groups, 2))
    group_values[0, 1] = np.nan
    location, scale = np.full(width, offset), np.full(width, 2.0)
    cells = make_cells(values, codes, group_values, location, scale, np.ones(2), np.full(2, 0.5))
    by_rows(cells, values, codes)
    assert cells.n_values == (~np.isnan(values)).sum() + 9
    np.testing.assert_allclose(cells.group_values[1:], (group_values[1:] - 1) / 0.5)
    assert cells.group_values[0, 1] == 0
    assert cells.complete == (False if share else cells.group_observed.all())


@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_complete_data_need_no_second_pass(offset: float) -> None:
    data = frame(offset=offset)
    two_level, prepared = resolved(data)
    cells = build_cells(two_level, prepared)
    assert cells.complete
    assert [item.label for item in two_level.within.variables] == ["x", "c[v]", "c[t]", "y", "m"]
    columns = [data["x"], data["c"] == "v", data["c"] == "t", data["y"], data["m"]]
    values = np.stack([column.to_numpy(float) for column in columns], axis=1)
    scaled = pd.DataFrame((values - values.mean(axis=0)) / values.std(axis=0, ddof=1))
    means = scaled.groupby(prepared.rows.codes).mean().to_numpy()
    np.testing.assert_allclose(cells.means, means, atol=1e-6 if offset else 1e-12)
    np.testing.assert_allclose(cells.scale, values.std(axis=0, ddof=1), rtol=1e-6)
    total = (
        cells.products
        + cells.counts[:, None, None] * cells.means[:, :, None] * cells.means[:, None, :]
    ).sum(axis=0)
    np.testing.assert_allclose(np.diag(total), len(data) - 1, rtol=1e-6)
    (place,) = (i for i in two_level.group)
    assert two_level.between.variables[place].label == "w"
    np.testing.assert_allclose(
        cells.group_values[:, 0] * cells.group_scale[0] + cells.group_location[0],
        data.groupby("g", sort=False)["w"].first(),
        rtol=1e-12,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_incomplete_rows_are_in_the_cell_of_their_pattern(seed: int) -> None:
    data = spoilt(seed)
    two_level, prepared = resolved(data, missing="fiml")
    cells = build_cells(two_level, prepared)
    keys = [item.key for item in two_level.within.variables]
    values = np.stack([prepared.rows.values[key] for key in keys if key is not None], axis=1)
    by_rows(cells, values, prepared.rows.codes)
    known = data.groupby("g", sort=False)["w"].first()
    own = known[list(prepared.labels)].to_numpy()
    np.testing.assert_array_equal(cells.group_observed[:, 0], ~np.isnan(own))
    told = cells.group_values[:, 0] * cells.group_scale[0] + cells.group_location[0]
    np.testing.assert_allclose(told[~np.isnan(own)], own[~np.isnan(own)], rtol=1e-12)
    assert cells.n_values == (~np.isnan(values)).sum() + (~np.isnan(own)).sum()


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_observed_parts_are_deviations_and_means(missing: str) -> None:
    data = frame()
    data.loc[[3, 17], "m"] = np.nan
    two_level, prepared = resolved(data, splits={"x": "observed"}, missing=missing)
    cells = build_cells(two_level, prepared)
    place = next(i for i, item in enumerate(two_level.within.variables) if item.label == "x")
    assert cells.location[place] == 0
    kept = data.dropna() if missing == "listwise" else data
    means = kept.groupby("g")["x"].mean().to_numpy()
    of_group = [two_level.between.variables[i].label for i in two_level.group].index("x")
    told = cells.group_values[:, of_group] * cells.group_scale[of_group]
    np.testing.assert_allclose(told + cells.group_location[of_group], means, rtol=1e-12)
    assert cells.group_scale[of_group] == cells.scale[place]
    totals = np.bincount(cells.group, cells.counts * cells.means[:, place], cells.n_groups)
    np.testing.assert_allclose(totals, 0.0, atol=1e-12)


def test_products_of_group_level_columns_are_variables() -> None:
    data = frame().assign(x=frame()["w"] ** 2)
    two_level, prepared = resolved(data, moderators={"a": "w"}, covariates=())
    cells = build_cells(two_level, prepared)
    labels = [two_level.between.variables[i].label for i in two_level.group]
    place = labels.index("x:w")
    told = cells.group_values[:, place] * cells.group_scale[place] + cells.group_location[place]
    expected = (data["x"] * data["w"]).groupby(data["g"]).first()
    np.testing.assert_allclose(told, expected, rtol=1e-10)


def test_cells_are_kept_for_models_of_the_same_variables() -> None:
    two_level, prepared = resolved(frame())
    cells = build_cells(two_level, prepared)
    nested = TwoLevel(two_level.within, two_level.between, {"a_within": 0.0})
    assert build_cells(nested, prepared) is cells
    other = resolve(MODEL.replace(covariates=()), frame())
    assert other.structure.two_level is not None
    assert build_cells(other.structure.two_level, prepared) is not cells


def test_more_columns_than_a_number_has_bits() -> None:
    rng = np.random.default_rng(8)
    codes, values = np.repeat(np.arange(4), 6), rng.normal(size=(24, 70))
    values[rng.random(24) < 0.5, 65:] = np.nan
    values[3, 0] = np.nan
    group_values = np.zeros((4, 0))
    units = np.zeros(70), np.ones(70), np.zeros(0), np.ones(0)
    by_rows(make_cells(values, codes, group_values, *units), values, codes)
