"""Every effect of a model, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from medwidget.effects.conditional import conditional_effects
from medwidget.effects.context import Context
from medwidget.effects.effect import Effect, EffectSet
from medwidget.effects.heterogeneity import heterogeneity_effects
from medwidget.effects.paths import path_effects
from medwidget.effects.standardized import standardized_effects
from medwidget.spec.scales import Scales
from medwidget.spec.structure import Structure

__all__ = ["build_effects"]


def build_effects(structure: Structure, scales: Scales) -> EffectSet:
    """Return the effects of a model.

    First the indirect, direct and total effects of each level that the centring gives (the parts
    of several mediators and their contrasts among them), then what compares or splits levels,
    effects at values of moderators, how much effects differ over groups, standardized forms and
    the proportion mediated. What the levels of the columns rule out is there with its reason.

    Parameters
    ----------
    structure : Structure
        The model, resolved against the levels of its columns.
    scales : Scales
        Spreads of the exposure and the outcome, and the means and points of every moderator.

    Returns
    -------
    EffectSet
        Over the parameters of ``structure.parameters``.
    """
    context = Context(structure, scales)
    paths = list(path_effects(context))
    defined = {effect.name: effect for effect in paths}
    effects = [
        *paths,
        *conditional_effects(context),
        *heterogeneity_effects(context),
        *standardized_effects(context, defined),
    ]
    return EffectSet(_told_apart(effects), structure.parameters.names)


def _told_apart(effects: Iterable[Effect]) -> Iterator[Effect]:
    """Add a number to effects whose names coincide because columns or categories have odd names."""
    seen: dict[str, int] = {}
    for effect in effects:
        count = seen[effect.name] = seen.get(effect.name, 0) + 1
        yield effect if count == 1 else replace(effect, name=f"{effect.name}#{count}")
