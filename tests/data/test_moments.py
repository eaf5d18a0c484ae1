"""Group moments, against the plain definition."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.data import moments as module
from medwidget.data.distinct import count_distinct, first_appearances
from medwidget.data.moments import (
    compute_moments,
    count_varying_groups,
    group_means,
    product_key,
)
from medwidget.data.rows import Rows

KEYS = [("x", None), ("m", None), ("sex", "f")]


def by_definition(columns: np.ndarray, codes: np.ndarray, group: int) -> tuple[np.ndarray, ...]:
    """Return exact means and products of one group, rounded once."""
    chosen = [[Fraction(value) for value in row] for row in columns[:, codes == group].tolist()]
    means = [sum(row) / len(row) for row in chosen]
    deviations = [[v - mean for v in row] for row, mean in zip(chosen, means, strict=True)]
    products = [
        [float(sum(v * w for v, w in zip(first, second, strict=True))) for second in deviations]
        for first in deviations
    ]
    return np.array([float(mean) for mean in means]), np.array(products)


@st.composite
def grouped_columns(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    n_groups = draw(st.integers(1, 6))
    sizes = draw(st.lists(st.integers(1, 7), min_size=n_groups, max_size=n_groups))
    codes = np.repeat(np.arange(n_groups), sizes)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    offset = draw(st.sampled_from([0.0, 1.0, -1e9, 1e9]))
    scale = draw(st.sampled_from([1e-6, 1.0, 1e6]))
    columns = offset + scale * rng.normal(size=(3, len(codes)))
    if draw(st.booleans()):
        columns[1] = (offset + scale * rng.normal(size=n_groups))[codes]
    if draw(st.booleans()):
        columns[2] = draw(st.sampled_from([0.0, 1.0, 0.1, offset]))
    if draw(st.booleans()):
        order = rng.permutation(len(codes))
        codes, columns = codes[order], columns[:, order]
    return columns, codes, n_groups


@pytest.mark.parametrize("piece", [3, 262_144])
@given(grouped_columns())
def test_moments_are_those_of_the_definition(piece, drawn):
    columns, codes, n_groups = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PIECE", piece)
        found = compute_moments(dict(zip(KEYS, columns, strict=True)), codes, n_groups)
    assert found.keys == tuple(KEYS)
    assert found.n_groups == n_groups
    assert found.n_rows == len(codes)
    np.testing.assert_array_equal(found.minima, columns.min(axis=1))
    np.testing.assert_array_equal(found.maxima, columns.max(axis=1))
    varying = np.zeros(3, dtype=int)
    for group in range(n_groups):
        chosen = columns[:, codes == group]
        means, products = by_definition(columns, codes, group)
        spans = np.ptp(chosen, axis=1)
        varies = spans > 0
        varying += varies
        assert found.counts[group] == chosen.shape[1]
        ulps = 4 * np.finfo(float).eps * np.abs(chosen).max(axis=1)
        assert (np.abs(found.means[group] - means) <= ulps).all()
        np.testing.assert_array_equal(found.means[group][~varies], chosen[~varies, 0])
        size = np.sqrt(np.outer(np.diag(products), np.diag(products)))
        assert (np.abs(found.products[group] - products) <= 1e-13 * size).all()
        assert (found.products[group][~varies] == 0).all()
        assert (found.products[group][:, ~varies] == 0).all()
        assert (np.diag(found.products[group]) >= 0).all()
        np.testing.assert_array_equal(found.varies[group], varies)
    np.testing.assert_array_equal(found.varying, varying)


@given(grouped_columns(), st.integers(0, 2**32))
def test_the_order_of_rows_does_not_matter(drawn, seed):
    columns, codes, n_groups = drawn
    order = np.random.default_rng(seed).permutation(len(codes))
    first = compute_moments(dict(zip(KEYS, columns, strict=True)), codes, n_groups)
    shuffled = dict(zip(KEYS, columns[:, order], strict=True))
    second = compute_moments(shuffled, codes[order], n_groups)
    np.testing.assert_array_equal(first.counts, second.counts)
    np.testing.assert_array_equal(first.varies, second.varies)
    ulps = 8 * np.finfo(float).eps * np.abs(columns).max(axis=1)
    assert (np.abs(first.means - second.means) <= ulps).all()
    diagonals = np.sqrt(np.einsum("jii->ji", first.products))
    scale = diagonals[:, :, None] * diagonals[:, None, :]
    assert (np.abs(first.products - second.products) <= 1e-13 * scale).all()


def test_many_rows_cross_the_pieces():
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 50, 600_000)
    columns = 5 + rng.normal(size=(2, 600_000))
    columns[1] += 0.5 * columns[0]  # a product near zero would be all rounding
    found = compute_moments(dict(zip(KEYS[:2], columns, strict=True)), codes, 50)
    for group in (0, 17, 49):
        means, products = by_definition(columns, codes, group)
        np.testing.assert_allclose(found.means[group], means, rtol=1e-13)
        np.testing.assert_allclose(found.products[group], products, rtol=1e-10)


def test_selecting_groups():
    rng = np.random.default_rng(4)
    codes = np.repeat(np.arange(4), 3)
    columns = rng.normal(size=(2, 12))
    columns[1, codes == 2] = 7.0
    found = compute_moments(dict(zip(KEYS[:2], columns, strict=True)), codes, 4)
    for groups in ([2, 0], np.array([False, True, False, True])):
        chosen = found.select(groups)
        numbers = np.arange(4)[groups]
        np.testing.assert_array_equal(chosen.means, found.means[numbers])
        np.testing.assert_array_equal(chosen.products, found.products[numbers])
        np.testing.assert_array_equal(chosen.counts, found.counts[numbers])
        assert chosen.varying.tolist() == [2, 1 if 2 in numbers else 2]
    nothing = found.select([])
    assert nothing.n_groups == nothing.n_rows == 0
    assert nothing.varying.tolist() == [0, 0]
    assert found.position(("m", None)) == 1
    assert ("m", None) in found
    assert ("y", None) not in found


def test_no_rows_and_no_columns():
    nothing = compute_moments({KEYS[0]: np.empty(0)}, np.empty(0, dtype=np.intp), 0)
    assert nothing.means.shape == (0, 1)
    assert nothing.products.shape == (0, 1, 1)
    bare = compute_moments({}, np.array([0, 1, 1]), 2)
    assert bare.counts.tolist() == [1, 2]
    assert bare.means.shape == (2, 0)
    assert bare.products.shape == (2, 0, 0)


def test_group_means_and_varying_groups_agree_with_the_moments():
    rng = np.random.default_rng(5)
    codes = rng.permutation(np.repeat(np.arange(6), 5))
    values = 1e9 + rng.normal(size=30)
    values[codes == 3] = 8.0
    found = compute_moments({KEYS[0]: values}, codes, 6)
    means = group_means(values, codes, found.counts)
    np.testing.assert_allclose(means, found.means[:, 0], rtol=1e-15)
    assert count_varying_groups(values, codes, 6) == found.varying[0] == 5


def test_products_of_columns_are_columns():
    rng = np.random.default_rng(6)
    values = {("x", None): rng.normal(size=8), ("sex", "f"): np.repeat([0.0, 1.0], 4)}
    rows = Rows(values, np.repeat([0, 1], 4), 2).with_products([("x", "x"), ("x", ("sex", "f"))])
    assert list(rows.values)[2:] == [product_key("x", "x"), product_key("x", ("sex", "f"))]
    np.testing.assert_array_equal(rows.values[product_key("x", "x")], values["x", None] ** 2)
    moments = rows.moments()
    assert moments.varying[moments.position(product_key("x", ("sex", "f")))] == 1
    renewed = rows.with_values({("x", None): np.ones(8)})
    np.testing.assert_array_equal(
        renewed.values[product_key("x", ("sex", "f"))], values["sex", "f"]
    )
    np.testing.assert_array_equal(renewed.values[product_key("x", "x")], np.ones(8))


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.lists(st.one_of(finite, st.integers(0, 3).map(float))),
    st.sampled_from([3, 262_144]),
)
def test_distinct_values_are_counted_exactly(values, piece):
    array = np.array(values, dtype=float)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("medwidget.data.distinct.PIECE", piece)
        count = count_distinct(array)
        first = first_appearances(array, count)
    known = list(dict.fromkeys(values))
    assert count == len(known)
    assert first == [values.index(value) for value in known]


def test_distinct_values_of_many_rows():
    rng = np.random.default_rng(7)
    for values in (rng.normal(size=300_000), rng.normal(size=300_000).round(2), np.zeros(300_000)):
        assert count_distinct(values) == len(np.unique(values))
