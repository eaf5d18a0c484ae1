"""How much the indirect effect changes when each group is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medwidget.studies import influence as study
from medwidget.studies.influence import Influence
from medwidget.views.charts._group_rows import label_of, named_label
from medwidget.views.charts._words import level_of_effect
from medwidget.views.charts.picture import Picture
from medwidget.views.text.numbers import fixed, style_of

if TYPE_CHECKING:
    import altair as alt

    from medwidget.result import MediationResult

__all__ = ["influence", "picture"]

HEIGHT = 128
# Bars drawn; of more groups, those that move the effect most.
MOST_BARS = 600
LABELLED = 2
# Share of the width from which on labels stand left of their bars.
LABEL_LEFT_FROM = 0.7


def influence(source: MediationResult | Influence, effect: str | None = None) -> alt.TopLevelMixin:
    """Draw the change of an indirect effect when each group is left out.

    Parameters
    ----------
    source : MediationResult or Influence
        A result just fitted, which is refitted without each group; or what `medwidget.influence`
        returned.
    effect : str, optional
        By default the first indirect effect.
    """
    found = source if isinstance(source, Influence) else study.influence(source)
    return picture(found, effect).chart()


def picture(
    found: Influence, effect: str | None = None, *, nouns: tuple[str, str] = ("group", "groups")
) -> Picture:
    """Return the changes as bars in the order of the data, the largest with their labels.

    Parameters
    ----------
    found : Influence
        Perhaps stopped: then of the groups that were done.
    effect : str, optional
        By default the first indirect effect.
    nouns : tuple of str
        What one group and several are called.
    """
    name = found.effects[0] if effect is None else effect
    change = found.change[:, found.effects.index(name)]
    order = [int(place) for place in found.largest(name, len(found.labels))]
    named = {place: named_label(found.group, found.labels[place], 24) for place in order[:LABELLED]}
    drawn = sorted(order[:MOST_BARS])
    reach = float(np.abs(change[order[0]])) if order else 1.0
    data = {
        "bars": [_bar(place, float(change[place]), named, len(found.labels)) for place in drawn],
        "frame": [{"first": -0.5, "last": len(found.labels) - 0.5, "reach": 1.25 * reach or 1.0}],
    }
    which = f"the {nouns[0]} left out"
    about = f"Change in {name} when one {nouns[0]} is left out"
    if order:
        style = style_of(float(change[order[0]]))
        most = ", ".join(f"{named[place]} {style(float(change[place]))}" for place in named)
        about += f"; the largest: {most}"
    estimate = float(found.estimates[found.effects.index(name)])
    rows = tuple(
        (
            label_of(found.labels[place]),
            fixed(float(change[place]), 4),
            fixed(estimate + float(change[place]), 4),
        )
        for place in order
    )
    from medwidget.views.charts._panel_specs import influence_spec

    spec = influence_spec(level_of_effect(name), HEIGHT)
    return Picture("influence", spec, data, f"{about}.", (which, "change", "effect without"), rows)


def _bar(place: int, change: float, named: dict[int, str], n_groups: int) -> dict[str, Any]:
    side = "left" if place > LABEL_LEFT_FROM * n_groups else "right"
    return {
        "position": place,
        "change": change,
        "label": named.get(place, ""),
        "large": place in named,
        "beside": side if place in named else "",
    }
