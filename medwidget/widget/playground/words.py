"""What the playground says: labels, and one sentence that follows from the numbers.

Each story has a sentence of its own. It is put together from what holds for the settings and the
estimates at hand, so that it stays true when sliders are moved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from medwidget.studies.teaching.draw import Sample
from medwidget.studies.teaching.one_level import OneLevel
from medwidget.studies.teaching.settings import Settings, truth
from medwidget.views.text.numbers import SENTENCE_DECIMALS, fixed
from medwidget.views.text.spans import Span

__all__ = ["labelled", "sentence", "subtitle"]

# What is smaller than this in absolute value is printed as 0.00.
NOTHING = 0.005
_PIECES = re.compile(r"\*([^*]+)\*")


def labelled(label: str) -> Iterator[Span]:
    """Yield the pieces of a label in which parameters stand between asterisks."""
    for place, piece in enumerate(_PIECES.split(label)):
        if piece:
            yield Span(piece, italic=place % 2 == 1)


def subtitle(sample: Sample) -> str:
    """Return what the data are: ``360 rows · 24 groups × 15``."""
    sizes = sample.sizes
    low, high = int(sizes.min()), int(sizes.max())
    each = f"× {low}" if low == high else f"of {low} to {high}"
    return f"{len(sample.x):,} rows · {len(sizes)} groups {each}"


def sentence(
    story: str,
    settings: Settings,
    pooled: Mapping[str, float],
    one: OneLevel,
    estimates: Mapping[str, Mapping[str, float]],
) -> list[Span]:
    """Return the sentence of a story.

    Parameters
    ----------
    story : str
        By name; another than those known has the first one's sentence.
    settings : Settings
    pooled : mapping of str to float
        Slopes of the dashed lines: "a" and "b".
    one : OneLevel
    estimates : mapping
        For each centring that is fitted for these settings: estimates by name.
    """
    build = _SENTENCES.get(story, _opposite)
    return list(build(settings, pooled, one, estimates))


def _opposite(
    settings: Settings,
    pooled: Mapping[str, float],
    one: OneLevel,
    estimates: Mapping[str, Mapping[str, float]],
) -> Iterator[Span]:
    within, between, line = settings.a_within, settings.a_between, pooled["a"]
    if _flat(within):
        yield Span("Inside groups, M does not go with X (")
    else:
        yield Span(f"Inside groups, more X goes with {'more' if within > 0 else 'less'} M (")
    yield _number(within, "within")
    yield Span("). Across groups ")
    if _flat(between):
        yield Span("there is no such slope (")
    elif _flat(within):
        yield Span(f"more X goes with {'more' if between > 0 else 'less'} M (")
    elif within * between < 0:
        yield Span("it is the reverse (")
    elif abs(between - within) < NOTHING:
        yield Span("it is the same (")
    else:
        yield Span(f"the slope is {'steeper' if abs(between) > abs(within) else 'flatter'} (")
    yield _number(between, "between")
    yield Span("). An analysis that ignores groups follows the dashed line (")
    yield _number(line)
    yield Span(f"){_verdict(line, within)}")


def _verdict(found: float, within: float) -> str:
    """Return how a slope of all rows compares with the one inside groups."""
    if _flat(within):
        return "." if _flat(found) else " and finds a slope that no group has."
    if _flat(found):
        return " and misses the slope inside groups."
    if found * within < 0:
        return " and gets the sign of the within effect wrong."
    if abs(found - within) < 0.1 * abs(within):
        return ", which is close to the slope inside groups."
    return " and has the sign of the within effect, not its size."


def _between(
    settings: Settings,
    pooled: Mapping[str, float],
    one: OneLevel,
    estimates: Mapping[str, Mapping[str, float]],
) -> Iterator[Span]:
    true = truth(settings)
    within, between = true["indirect_within"], true["indirect_between"]
    if _flat(within) and not _flat(between):
        yield Span("All of it is between: inside groups the indirect effect is ")
    elif _flat(between) and not _flat(within):
        yield Span("None of it is between: inside groups the indirect effect is ")
    else:
        yield Span("Inside groups the indirect effect is ")
    yield _number(within, "within")
    yield Span(", across groups ")
    yield _number(between, "between")
    yield Span(". Ignoring groups gives ")
    yield _number(one.estimate)
    low, high = sorted((within, between))
    if high - low > 2 * NOTHING and low < one.estimate < high:
        yield Span(", a blend that describes neither.")
    else:
        yield Span(" and cannot say at which level.")


def _covariance(
    settings: Settings,
    pooled: Mapping[str, float],
    one: OneLevel,
    estimates: Mapping[str, Mapping[str, float]],
) -> Iterator[Span]:
    product, covariance = settings.a_within * settings.b_within, settings.cov_ab
    yield Span("On average over groups, ")
    yield Span("a", italic=True)
    yield Span(" is ")
    yield _number(settings.a_within, "within")
    yield Span(" and ")
    yield Span("b", italic=True)
    yield Span(" is ")
    yield _number(settings.b_within, "within")
    yield Span(f", and their product {fixed(product, SENTENCE_DECIMALS)}. ")
    if _flat(covariance):
        yield Span("They do not vary together, so that is the within indirect effect: ")
    else:
        also = "larger" if covariance > 0 else "smaller"
        yield Span("But groups with a larger ")
        yield Span("a", italic=True)
        yield Span(f" have a {also} ")
        yield Span("b", italic=True)
        yield Span(": their covariance, ")
        yield _number(covariance, "between")
        yield Span(", is " + ("all of" if _flat(product) else "part of"))
        yield Span(" the within indirect effect: ")
    yield _number(product + covariance, "within")
    yield Span(".")


def _unreliable(
    settings: Settings,
    pooled: Mapping[str, float],
    one: OneLevel,
    estimates: Mapping[str, Mapping[str, float]],
) -> Iterator[Span]:
    within_variance = 1 - settings.icc + (1 - settings.reliability) / settings.reliability
    share = settings.icc / (settings.icc + within_variance / settings.size)
    true = truth(settings)["indirect_between"]
    icc = settings.icc / (settings.icc + within_variance)
    yield Span(
        f"A mean of {settings.size} rows of X has reliability {fixed(share, 2)}, as X is measured "
        f"with an ICC of {fixed(icc, 2)}. The between indirect effect is "
    )
    yield _number(true, "between")
    found = estimates.get("group-mean", {}).get("indirect_between")
    if found is not None:
        yield Span("; observed group means estimate ")
        yield _number(found, "between")
    latent = estimates.get("latent", {}).get("indirect_between")
    if latent is not None:
        yield Span(", latent means " if found is not None else "; latent means estimate ")
        yield _number(latent, "between")
    yield Span(".")


def _sign(
    settings: Settings,
    pooled: Mapping[str, float],
    one: OneLevel,
    estimates: Mapping[str, Mapping[str, float]],
) -> Iterator[Span]:
    within = truth(settings)["indirect_within"]
    yield Span("Inside groups, the indirect effect of X on Y by way of M is ")
    yield _number(within, "within")
    yield Span(". A one-level analysis of the same rows finds ")
    yield _number(one.estimate)
    low, high = fixed(one.lower, SENTENCE_DECIMALS), fixed(one.upper, SENTENCE_DECIMALS)
    yield Span(f" [{low}, {high}]")
    if _flat(within):
        yield Span("." if one.lower <= 0 <= one.upper else ": an effect that no group has.")
    elif one.lower <= 0 <= one.upper:
        yield Span(": an interval with zero in it.")
    elif one.estimate * within < 0:
        yield Span(": the wrong sign, and an interval that excludes the right one.")
    elif one.lower <= within <= one.upper:
        yield Span(": the right sign, and an interval that holds the true value.")
    else:
        yield Span(": the right sign, and an interval that misses the true value.")


def _flat(value: float) -> bool:
    return abs(value) < NOTHING


def _number(value: float, side: str = "") -> Span:
    return Span(fixed(value, SENTENCE_DECIMALS), side=side, strong=True)


_SENTENCES: Mapping[str, Callable[..., Iterator[Span]]] = {
    "opposite": _opposite,
    "between": _between,
    "covariance": _covariance,
    "unreliable": _unreliable,
    "sign": _sign,
}
