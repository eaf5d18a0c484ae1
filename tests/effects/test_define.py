from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from medwidget.effects.conditional import conditional_route
from medwidget.effects.curve import moderation_effects
from medwidget.effects.define import build_effects
from medwidget.effects.effect import EffectSet
from medwidget.effects.expression import Array
from medwidget.effects.routes import routes
from medwidget.effects.standardized import slope_scales
from medwidget.errors import ModelError, UnsupportedError
from medwidget.spec.structure import Structure
from tests.effects.building import make_scales, make_structure, make_theta

PATH_KINDS = {"effect", "specific", "contrast"}


def build(design: str, **options: Any) -> tuple[EffectSet, dict[str, float], dict[str, float]]:
    """Return the effects of a design, their values and the parameters, at one random point."""
    structure = make_structure(design, **options)
    effects = build_effects(structure, make_scales(structure))
    theta = make_theta(structure)
    values = dict(zip(effects.names, effects.value(theta).tolist(), strict=True))
    return effects, values, dict(zip(structure.parameters.names, theta.tolist(), strict=True))


def names(effects: EffectSet, *, available: bool = True, kinds: set[str] = PATH_KINDS) -> list[str]:
    return [item.name for item in effects if item.kind in kinds and item.available == available]


LEVELS = ["indirect", "direct", "total"]
WITHIN = [f"{stem}_within" for stem in LEVELS]
BETWEEN = [f"{stem}_between" for stem in LEVELS]


@pytest.mark.parametrize(
    ("design", "available", "unavailable"),
    [
        ("1-1-1", [*WITHIN, *BETWEEN, "contextual_difference"], []),
        (
            "2-1-1",
            [*BETWEEN, "indirect_individual", "indirect_contextual"],
            [*WITHIN, "contextual_difference"],
        ),
        ("2-2-1", BETWEEN, [*WITHIN, "contextual_difference"]),
        ("2-2-2", BETWEEN, [*WITHIN, "contextual_difference"]),
        ("1-1-2", BETWEEN, [*WITHIN, "contextual_difference"]),
        ("1-2-2", BETWEEN, [*WITHIN, "contextual_difference"]),
        ("2-1-2", BETWEEN, [*WITHIN, "contextual_difference"]),
        (
            "1-2-1",
            ["direct_within", "total_within", *BETWEEN],
            ["indirect_within", "contextual_difference"],
        ),
    ],
)
def test_effects_by_design(design: str, available: list[str], unavailable: list[str]) -> None:
    effects, _, _ = build(design)
    assert names(effects) == available
    assert names(effects, available=False) == unavailable


@pytest.mark.parametrize(
    ("design", "start"),
    [
        ("2-1-1", "x is constant within every school, so nothing of it can act within groups"),
        ("1-2-1", "m is constant within every school, so nothing can pass through it within"),
        ("1-1-2", "y is constant within every school, so nothing can act on it within groups"),
    ],
)
def test_reasons_name_the_column(design: str, start: str) -> None:
    effects, _, _ = build(design)
    assert (effects["indirect_within"].reason or "").startswith(start)


@pytest.mark.parametrize("centering", ["none", "grand-mean"])
@pytest.mark.parametrize("design", ["1-1-1", "2-1-1", "2-2-2"])
def test_without_separated_levels_there_is_one_blend(design: str, centering: str) -> None:
    effects, values, at = build(design, centering=centering, random_slopes=())
    assert names(effects) == LEVELS
    assert {item.level for item in effects} == {"conflated"}
    assert values["indirect"] == pytest.approx(at["a"] * at["b"])


def test_deviations_alone_give_within_rows_alone() -> None:
    effects, _, _ = build("1-1-1", centering="within")
    assert names(effects) == WITHIN
    assert {item.level for item in effects} == {"within"}


def test_the_covariance_of_the_slopes_is_part_of_the_average_product() -> None:
    effects, values, at = build("1-1-1")
    assert effects["indirect_within"].text() == "a_within·b_within + cov(a,b)"
    product = at["a_within"] * at["b_within"]
    assert values["indirect_within"] == pytest.approx(product + at["cov(a,b)"])
    assert values["indirect_between"] == pytest.approx(at["a_between"] * at["b_between"])


@pytest.mark.parametrize(
    "options", [{"random_slopes": ("a",)}, {"random_covariance": "by-equation"}]
)
def test_a_covariance_that_is_not_free_is_not_there(options: dict[str, Any]) -> None:
    effects, _, _ = build("1-1-1", **options)
    assert effects["indirect_within"].text() == "a_within·b_within"


def test_a_group_level_exposure_acts_by_way_of_units_and_of_the_group() -> None:
    effects, values, at = build("2-1-1")
    individual = at["a_between"] * at["b_within"]
    assert values["indirect_individual"] == pytest.approx(individual)
    assert values["indirect_contextual"] == pytest.approx(
        at["a_between"] * (at["b_between"] - at["b_within"])
    )
    assert effects["indirect_contextual"].text() == "a_between·(b_between − b_within)"
    assert effects["indirect_individual"].level == "cross-level"


def test_parallel_mediators() -> None:
    effects, values, at = build("1-(1,1)-1")
    for mediator in ("m1", "m2"):
        expected = at[f"a_within[{mediator}]"] * at[f"b_within[{mediator}]"]
        expected += at[f"cov(a[{mediator}],b[{mediator}])"]
        assert values[f"indirect_within[{mediator}]"] == pytest.approx(expected)
    assert effects["contrast_within[m1 - m2]"].kind == "contrast"
    assert effects["indirect_within[m1]"].kind == "specific"
    assert effects["indirect_within"].kind == "effect"


def test_serial_mediators() -> None:
    _, values, at = build(
        "1-(1,1)-1", mediation="serial", random_slopes=("a[m1]", "d", "b[m2]"), centering="within"
    )
    a, d, b = at["a_within[m1]"], at["d_within[m1,m2]"], at["b_within[m2]"]
    expected = (
        a * d * b
        + a * at["cov(d[m1,m2],b[m2])"]
        + b * at["cov(a[m1],d[m1,m2])"]
        + d * at["cov(a[m1],b[m2])"]
    )
    assert values["indirect_within[m1,m2]"] == pytest.approx(expected)
    assert {"indirect_within[m1]", "indirect_within[m2]"} < set(values)
    assert "contrast_within[m1 - m1,m2]" in values


def test_a_group_level_mediator_beside_an_individual_one() -> None:
    effects, values, _ = build("1-(1,2)-1")
    assert not effects["indirect_within[m2]"].available
    assert values["indirect_within"] == pytest.approx(values["indirect_within[m1]"])
    assert "goes by way of m1, per" in effects["indirect_within"].about


def group_slopes(at: dict[str, float], paths: list[str], n: int = 400_000) -> Array:
    """Draw the slopes of many groups from the model."""
    covariance = np.zeros((len(paths), len(paths)))
    for i, path in enumerate(paths):
        for j in range(len(paths)):
            first, second = paths[min(i, j)], paths[max(i, j)]
            name = f"var({path})" if i == j else f"cov({first},{second})"
            covariance[i, j] = at.get(name, 0.0)
    means = [
        at[path.replace("[", "_within[") if "[" in path else f"{path}_within"] for path in paths
    ]
    return np.random.default_rng(3).multivariate_normal(means, covariance, n).T


@pytest.mark.parametrize("random_slopes", [("a", "b", "direct"), ("a",), ("b", "direct")])
def test_heterogeneity_is_that_of_simulated_groups(random_slopes: tuple[str, ...]) -> None:
    _, values, at = build("1-1-1", random_slopes=random_slopes)
    a, b, direct = group_slopes(at, ["a", "b", "direct"])
    theta = a * b
    assert values["indirect_within"] == pytest.approx(theta.mean(), abs=5 * theta.std() / 632)
    assert values["sd_indirect_within"] == pytest.approx(theta.std(), rel=0.01)
    assert values["share_positive_within"] == pytest.approx((theta > 0).mean(), abs=0.004)
    if "direct" in random_slopes:
        assert values["sd_direct_within"] == pytest.approx(direct.std(), rel=0.01)
        share = (direct > 0).mean()
        assert values["share_positive_direct_within"] == pytest.approx(share, abs=0.004)


@pytest.mark.parametrize("random_slopes", [("d", "b"), ("a[m1]", "b"), ("a", "d"), ("d",)])
def test_serial_heterogeneity(random_slopes: tuple[str, ...]) -> None:
    _, values, at = build("1-(1,1)-1", mediation="serial", random_slopes=random_slopes)
    theta = group_slopes(at, ["a[m1]", "d[m1,m2]", "b[m2]"]).prod(axis=0)
    assert values["sd_indirect_within[m1,m2]"] == pytest.approx(theta.std(), rel=0.02)
    assert values["share_positive_within[m1,m2]"] == pytest.approx((theta > 0).mean(), abs=0.004)


def test_three_varying_slopes_have_no_closed_share() -> None:
    effects, values, _ = build("1-(1,1)-1", mediation="serial", random_slopes=("a", "b", "d"))
    assert "three slopes" in (effects["share_positive_within[m1,m2]"].reason or "")
    assert "sd_indirect_within[m1,m2]" in values


def moderated(**options: Any) -> tuple[Structure, EffectSet, dict[str, float]]:
    structure = make_structure("1-1-1", **options)
    effects = build_effects(structure, make_scales(structure))
    at = dict(zip(structure.parameters.names, make_theta(structure).tolist(), strict=True))
    return structure, effects, at


def test_a_moderated_path_at_values_of_its_moderator() -> None:
    structure, effects, at = moderated(moderators={"a": "w", "direct": "v"})
    scales = make_scales(structure)
    theta = make_theta(structure)
    for point in scales.moderators["w"].points:
        w = next(iter(point.values.values()))
        expected = (at["a_within"] + w * at["a_within:w"]) * at["b_within"] + at["cov(a,b)"]
        found = effects[f"indirect_within[w={point.label}]"].value(theta, effects.parameter_names)
        assert found == pytest.approx(expected)
    mean = next(iter(scales.moderators["w"].mean.values()))
    expected = (at["a_within"] + mean * at["a_within:w"]) * at["b_within"] + at["cov(a,b)"]
    found = effects["indirect_within"].value(theta, effects.parameter_names)
    assert found == pytest.approx(expected)
    assert effects["indirect_within"].definition.endswith(", at the mean of w")
    index = effects["index_of_moderated_mediation[w]"]
    assert index.text() == "a_within:w·b_within"
    assert effects["moderated_difference[w]"].definition == (
        "indirect_within[w=+1 SD] − indirect_within[w=-1 SD]"
    )
    assert "direct_within[v=mean]" in effects
    assert "indirect_within[v=mean]" not in effects


def test_no_single_rate_where_both_paths_are_moderated() -> None:
    _, effects, _ = moderated(moderators={"a": "w", "b": "w"})
    assert "moderates a and b" in (effects["index_of_moderated_mediation[w]"].reason or "")
    assert effects["moderated_difference[w]"].available


def test_categories_have_a_difference_but_no_rate() -> None:
    _, effects, _ = moderated(
        moderators={"b": "k"}, categories={"k": ["low", "mid", "high"]}, random_slopes=()
    )
    assert "more than two categories" in (effects["index_of_moderated_mediation[k]"].reason or "")
    assert effects["indirect_within[k=first]"].text() == "a_within·b_within"
    assert effects["indirect_within[k=k[high]]"].text() == "a_within·(b_within + b_within:k[high])"


def test_several_mediators_with_a_moderator() -> None:
    effects, values, at = build("1-(1,1)-1", moderators={"a[m1]": "w"}, random_slopes=())
    assert "indirect_within[m1|w=mean]" in values
    assert "indirect_within[m2|w=mean]" not in effects
    change = values["indirect_within[m1|w=+1 SD]"] - values["indirect_within[m1|w=-1 SD]"]
    assert values["moderated_difference[m1|w]"] == pytest.approx(change)
    assert values["moderated_difference[w]"] == pytest.approx(change)
    rate = at["a_within[m1]:w"] * at["b_within[m1]"]
    assert values["index_of_moderated_mediation[m1|w]"] == pytest.approx(rate)
    assert values["index_of_moderated_mediation[w]"] == pytest.approx(rate)


def test_a_group_level_exposure_with_a_moderator() -> None:
    effects, values, at = build("2-1-1", moderators={"a": "w"})
    rate = at["a_between:w"]
    assert values["index_of_moderated_mediation[w]"] == pytest.approx(rate * at["b_between"])
    individual = values["index_of_moderated_mediation_individual[w]"]
    assert individual == pytest.approx(rate * at["b_within"])
    assert "indirect_individual[w=mean]" in effects


def test_the_curve_goes_through_the_conditional_effects() -> None:
    structure, effects, _ = moderated(moderators={"a": "w", "b": "w"})
    scales, theta = make_scales(structure), make_theta(structure)
    values = [next(iter(point.values.values())) for point in scales.moderators["w"].points]
    curve = moderation_effects(structure, scales, "w", values)
    wanted = effects.subset([f"indirect_within[w={at}]" for at in ("-1 SD", "mean", "+1 SD")])
    np.testing.assert_allclose(curve.value(theta), wanted.value(theta))
    route = routes(structure)[0]
    written = conditional_route(structure, scales, route, "within", "w", values[0])
    lookup = dict(zip(structure.parameters.names, theta, strict=True))
    assert written.value(lambda name: np.asarray(lookup[name])) == pytest.approx(
        curve.value(theta)[0]
    )


def test_what_a_curve_cannot_show() -> None:
    structure, _, _ = moderated(moderators={"a": "k"}, categories={"k": ["p", "q", "r"]})
    scales = make_scales(structure)
    with pytest.raises(UnsupportedError, match="moderates no indirect effect"):
        moderation_effects(structure, scales, "z", [0.0])
    with pytest.raises(UnsupportedError, match="more than two categories"):
        moderation_effects(structure, scales, "k", [0.0])
    with pytest.raises(ModelError, match="level='between'"):
        moderation_effects(structure, scales, "k", [0.0], level="between")


def test_standardized_by_the_sds_of_the_level() -> None:
    structure = make_structure("1-1-1")
    scales = make_scales(structure)
    effects = build_effects(structure, scales)
    values = dict(zip(effects.names, effects.value(make_theta(structure)), strict=True))
    for level, sd in (("within", scales.sd_within), ("between", scales.sd_between)):
        for stem in LEVELS:
            name = f"{stem}_{level}"
            expected = values[name] * sd["x"] / sd["y"]
            assert values[f"standardized_{name}"] == pytest.approx(expected)
        expected = values[f"indirect_{level}"] / sd["y"]
        assert values[f"partially_standardized_indirect_{level}"] == pytest.approx(expected)
        share = values[f"indirect_{level}"] / values[f"total_{level}"]
        assert values[f"proportion_mediated_{level}"] == pytest.approx(share)


@pytest.mark.parametrize("design", ["1-1-1", "2-1-1", "1-1-2", "2-2-1"])
@pytest.mark.parametrize("centering", ["group-mean", "within", "none"])
def test_slopes_are_standardized_by_the_sds_of_their_own_level(design: str, centering: str) -> None:
    structure = make_structure(design, centering=centering, random_slopes=())
    scales = make_scales(structure)
    sds = {"within": scales.sd_within, "between": scales.sd_between, "conflated": scales.sd_total}
    found = slope_scales(structure, scales)
    assert list(found) == [slope.parameter for slope in structure.slopes]
    for slope in structure.slopes:
        value = found[slope.parameter].value(np.asarray)
        assert value == sds[slope.level][slope.source] / sds[slope.level][slope.target]


def test_a_slope_without_spread_at_an_end_is_not_standardized() -> None:
    structure = make_structure("1-1-1", random_slopes=())
    scales = make_scales(structure)
    flat = replace(scales, sd_between={**scales.sd_between, "m": 0.0})
    found = slope_scales(structure, flat)
    assert {"a_within", "b_within", "direct_within", "direct_between"} == set(found)


def test_names_that_columns_make_equal_are_told_apart() -> None:
    _, effects, _ = moderated(moderators={"a": "k"}, categories={"k": ["p", "q", "q"]})
    assert len({effect.name for effect in effects}) == len(effects)
