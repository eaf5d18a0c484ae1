import numpy as np
import pytest

from medwidget.effects.effect import Effect, EffectSet, Guard, Unavailable, apply_guard
from medwidget.effects.expression import Parameter
from medwidget.errors import UnsupportedError


def effect(name: str, *, available: bool = True) -> Effect:
    written = Parameter("a") * Parameter("b") if available else Unavailable("there is no b.")
    return Effect(name, "within", "effect", written, "", "")


EFFECTS = EffectSet([effect("one"), effect("two", available=False)], ["a", "b", "c"])


def test_an_unavailable_effect_has_a_reason_instead_of_a_number() -> None:
    missing = EFFECTS["two"]
    assert not missing.available
    assert missing.text() == missing.reason == "there is no b."
    with pytest.raises(UnsupportedError, match="two has no value: there is no b"):
        missing.value(np.ones(3), EFFECTS.parameter_names)


def test_values_are_of_available_effects_only() -> None:
    assert EFFECTS.names == ("one",)
    assert [item.name for item in EFFECTS] == ["one", "two"]
    assert EFFECTS.value(np.array([2.0, 3.0, 1.0])).tolist() == [6.0]
    assert EFFECTS.value(np.ones((4, 5, 3))).shape == (4, 5, 1)
    assert EFFECTS.gradient(np.array([2.0, 3.0, 1.0])).tolist() == [[3.0, 2.0, 0.0]]


def test_a_set_without_available_effects_is_empty_but_well_shaped() -> None:
    nothing = EFFECTS.subset(["two"])
    assert nothing.value(np.ones((4, 3))).shape == (4, 0)
    assert nothing.gradient(np.ones(3)).shape == (0, 3)


def test_gradients_of_stacks() -> None:
    theta = np.arange(12.0).reshape(4, 3)
    stacked = EFFECTS["one"].gradient(theta, EFFECTS.parameter_names)
    single = [EFFECTS["one"].gradient(row, EFFECTS.parameter_names) for row in theta]
    np.testing.assert_array_equal(stacked, single)


def test_a_misspelt_name_gets_a_suggestion() -> None:
    with pytest.raises(KeyError, match="Did you mean 'one'"):
        EFFECTS["oen"]


def test_names_are_distinct() -> None:
    with pytest.raises(ValueError, match="same name"):
        EffectSet([effect("one"), effect("one")], ["a", "b"])


@pytest.mark.parametrize(
    ("part", "whole", "bounds", "word"),
    [
        (0.2, 0.5, (0.1, 0.9), None),
        (-0.2, -0.5, (-0.9, -0.1), None),
        (-0.2, 0.5, (0.1, 0.9), "differ in sign"),
        (0.2, 0.5, (-0.1, 0.9), "includes 0"),
        (0.2, 0.5, (np.nan, np.nan), "no interval"),
        (np.nan, 0.5, (0.1, 0.9), "differ in sign"),
    ],
)
def test_guard(part: float, whole: float, bounds: tuple[float, float], word: str | None) -> None:
    share = Effect("share", "within", "proportion", Parameter("a"), "", "", Guard("i", "t"))
    verdict = apply_guard(share, {"i": part, "t": whole}, {"t": bounds})
    assert (verdict is None) == (word is None)
    if verdict is not None and word is not None:
        assert verdict.reason.startswith("not meaningful here: ")
        assert word in verdict.reason


def test_without_a_guard_everything_may_be_shown() -> None:
    assert apply_guard(effect("one"), {}, {}) is None
