"""What holds for every effect of every model."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.effects.define import build_effects
from medwidget.effects.effect import EffectSet, apply_guard
from medwidget.effects.r_squared import build_r_squared
from medwidget.spec.structure import Structure
from tests.effects.building import make_scales, make_structure, make_theta

LEVELS = {"within", "between", "conflated", "cross-level"}
CAUSAL = ("cause", "proves", "significant", "impact", "leads to")


@st.composite
def structures(draw: st.DrawFn) -> Structure:
    middle = draw(st.sampled_from(["1", "2", "(1,1)", "(1,2)", "(2,1)", "(1,1,1)"]))
    design = f"{draw(st.sampled_from('12'))}-{middle}-{draw(st.sampled_from('12'))}"
    several = "," in middle
    mediation = draw(st.sampled_from(["parallel", "serial"])) if several else "parallel"
    paths = ["a", "b", "direct"] + (["d"] if mediation == "serial" else [])
    options: dict[str, Any] = {
        "mediation": mediation,
        "random_slopes": draw(st.lists(st.sampled_from(paths), unique=True, max_size=4)),
        "centering": draw(
            st.sampled_from(["group-mean", "within", "grand-mean", "none", "latent"])
        ),
        "random_covariance": draw(st.sampled_from(["full", "diagonal", "by-equation"])),
        "moderators": draw(
            st.dictionaries(
                st.sampled_from(paths),
                st.lists(st.sampled_from(["w", "v", "k"]), min_size=1, unique=True),
                max_size=2,
            )
        ),
        "covariates": draw(st.sampled_from([(), ("z",)])),
    }
    # under latent centring a moderator is constant within groups
    level = 2 if options["centering"] == "latent" else draw(st.sampled_from([1, 2]))
    levels = {"w": 2, "v": level, "k": 2, "z": 1}
    return make_structure(
        design, moderator_levels=levels, categories={"k": ["low", "mid", "high"]}, **options
    )


def sets(structure: Structure, seed: int) -> list[EffectSet]:
    scales = make_scales(structure, seed)
    return [build_effects(structure, scales), build_r_squared(structure, scales)]


@given(structures(), st.integers(0, 10))
def test_gradient_is_the_limit_of_difference_quotients(structure: Structure, seed: int) -> None:
    theta = make_theta(structure, seed)
    step = 1e-5
    shifted = theta + step * np.vstack([np.eye(len(theta)), -np.eye(len(theta))])
    for effects in sets(structure, seed):
        up, down = np.split(effects.value(shifted), 2)
        quotient = (up - down).T / (2 * step)
        gradient = effects.gradient(theta)
        scale = 1 + np.abs(effects.value(theta))[:, None] + np.abs(gradient).max(axis=1)[:, None]
        # a ratio whose whole is near 0 has large third derivatives, hence not tighter
        close = np.abs(quotient - gradient) / scale**3
        assert np.all(close < 1e-5), effects.names[int(np.argmax(close.max(axis=1)))]


@given(structures(), st.integers(0, 10))
def test_a_stack_of_draws_is_evaluated_as_one_by_one(structure: Structure, seed: int) -> None:
    theta = np.stack([make_theta(structure, seed + i) for i in range(4)]).reshape(2, 2, -1)
    for effects in sets(structure, seed):
        stacked = effects.value(theta)
        for i in range(2):
            for j in range(2):
                alone = [
                    effect.value(theta[i, j], effects.parameter_names)
                    for effect in effects.available
                ]
                np.testing.assert_allclose(stacked[i, j], alone, rtol=1e-12, atol=1e-14)
                assert np.isfinite(stacked[i, j]).all()


@given(structures(), st.integers(0, 10))
def test_effects_are_described(structure: Structure, seed: int) -> None:
    for effects in sets(structure, seed):
        for effect in effects:
            assert effect.level in LEVELS
            assert effect.definition
            assert effect.about.endswith(".")
            assert not any(word in effect.about for word in CAUSAL)
            if effect.available:
                assert effect.parameters <= set(structure.parameters.names)
                assert effect.text()
            else:
                assert effect.reason
                assert effect.reason.endswith(".")


@given(structures(), st.integers(0, 10))
def test_identities(structure: Structure, seed: int) -> None:
    effects, _ = sets(structure, seed)
    value = dict(zip(effects.names, effects.value(make_theta(structure, seed)), strict=True))

    def close(left: float, right: float) -> None:
        assert left == pytest.approx(right, rel=1e-10, abs=1e-12)

    for level in ("_within", "_between", ""):
        if f"total{level}" in value:
            parts = value.get(f"indirect{level}", 0.0) + value[f"direct{level}"]
            close(value[f"total{level}"], parts)
        specific = {
            name[len(f"indirect{level}[") : -1]: value[name]
            for name in value
            if name.startswith(f"indirect{level}[") and "=" not in name
        }
        if specific:
            close(value[f"indirect{level}"], sum(specific.values()))
            assert sum(name.startswith(f"contrast{level}[") for name in value) == (
                len(specific) * (len(specific) - 1) // 2
            )
        for first, left in specific.items():
            for second, right in specific.items():
                if f"contrast{level}[{first} - {second}]" in value:
                    close(value[f"contrast{level}[{first} - {second}]"], left - right)
    for name, here in value.items():
        if name.startswith("indirect_individual") and "=" not in name:
            label = name.removeprefix("indirect_individual")
            parts = here + value[f"indirect_contextual{label}"]
            close(value[f"indirect_between{label}"], parts)
        if name.startswith("contextual_difference"):
            label = name.removeprefix("contextual_difference")
            difference = value[f"indirect_between{label}"] - value[f"indirect_within{label}"]
            close(here, difference)


@given(structures(), st.integers(0, 10))
def test_shares_of_variance_add_up(structure: Structure, seed: int) -> None:
    _, effects = sets(structure, seed)
    value = dict(zip(effects.names, effects.value(make_theta(structure, seed)), strict=True))
    for response in structure.model.responses:
        for whole, parts in {
            "total": ("f1", "f2", "v", "m", "residual"),
            "within": ("f1", "v", "residual"),
            "between": ("f2", "m"),
        }.items():
            names = [f"r_squared[{response}]:{whole}:{part}" for part in parts]
            if all(name in value for name in names):
                assert sum(value[name] for name in names) == pytest.approx(1)
                assert all(-1e-12 <= value[name] <= 1 + 1e-12 for name in names)


@given(structures(), st.integers(0, 10))
def test_spreads_and_shares_are_in_range(structure: Structure, seed: int) -> None:
    effects, _ = sets(structure, seed)
    value = dict(zip(effects.names, effects.value(make_theta(structure, seed)), strict=True))
    for name, share in value.items():
        if name.startswith("share_positive"):
            assert 0 <= share <= 1
        if name.startswith("sd_"):
            assert share >= 0


@given(structures(), st.integers(0, 10))
def test_guards_refer_to_effects_of_the_set(structure: Structure, seed: int) -> None:
    effects, _ = sets(structure, seed)
    estimates = dict.fromkeys(effects.names, 1.0)
    bounds = dict.fromkeys(effects.names, (0.5, 1.5))
    for effect in effects.available:
        assert apply_guard(effect, estimates, bounds) is None
