"""Altair charts that show themselves in a notebook without a network."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from medwidget.views.charts.files import can_draw, draw_svg
from medwidget.views.charts.offline import page

if TYPE_CHECKING:
    import altair as alt

__all__ = ["as_altair", "offline_chart", "shown_offline"]

FRAME_HEIGHT = 480


def as_altair(spec: Mapping[str, Any]) -> alt.TopLevelMixin:
    """Return an Altair chart of a complete specification.

    ``Chart.from_dict`` looks for the class of every part by validating it against all that are
    possible, which takes seconds. Here parts are parts, and what is in them stays as it is.
    """
    import altair

    kinds: dict[str, Any] = {
        "layer": altair.LayerChart,
        "vconcat": altair.VConcatChart,
        "hconcat": altair.HConcatChart,
    }
    key = next((key for key in kinds if key in spec), None)
    if key is None:
        return altair.Chart(**_attributes(spec))
    chart: alt.TopLevelMixin = kinds[key](**_attributes(spec))
    return chart


def _attributes(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a specification with its parts as Altair takes them."""
    part, encoding = _parts()
    found: dict[str, Any] = {}
    for key, value in spec.items():
        if key in {"layer", "vconcat", "hconcat"}:
            found[key] = [part(**_attributes(item)) for item in value]
        elif key == "params":
            found[key] = [_parameter(item) for item in value]
        else:
            found[key] = encoding(**value) if key == "encoding" else value
    return found


def _parameter(spec: Mapping[str, Any]) -> Any:
    import altair

    if "views" in spec:
        return altair.TopLevelSelectionParameter(**spec)
    return (altair.SelectionParameter if "select" in spec else altair.VariableParameter)(**spec)


@cache
def _parts() -> tuple[Any, Any]:
    """Return classes that are not validated alone: the whole is, once it is drawn."""
    import altair

    class Part(altair.UnitSpec):
        _class_is_valid_at_instantiation = False

    class Encoding(altair.Encoding):
        _class_is_valid_at_instantiation = False

    return Part, Encoding


def offline_chart(chart: alt.TopLevelMixin) -> alt.TopLevelMixin:
    """Return an Altair chart that draws itself in a notebook by `shown_offline`.

    Altair's own default asks a server for its program. A renderer that the user has enabled
    (``altair.renderers.enable``) is used as it is. Methods of the chart give charts of this kind.
    """
    # Altair takes an attribute that is set in the usual way for a part of the specification.
    kind: Any = type(chart)
    object.__setattr__(chart, "__class__", _offline(kind))
    return chart


def shown_offline(spec: dict[str, Any]) -> dict[str, str]:
    """Return a complete specification as a notebook shows it: SVG, or without vl-convert a page."""
    about = str(spec.get("description", "chart"))
    if can_draw():
        return {"image/svg+xml": draw_svg(spec), "text/plain": about}
    inside = html.escape(page(spec, about, (), ()))
    frame = (
        f'<iframe srcdoc="{inside}" sandbox="allow-scripts" title="{html.escape(about)}" '
        f'style="width:100%;height:{FRAME_HEIGHT}px;border:0"></iframe>'
    )
    return {"text/html": frame, "text/plain": about}


@cache
def _offline(kind: Any) -> Any:
    def _repr_mimebundle_(self: Any, *arguments: Any, **options: Any) -> Any:
        import altair

        if altair.renderers.active != "default":
            return kind._repr_mimebundle_(self, *arguments, **options)
        return shown_offline(self.to_dict(validate=False))

    parts = {"_repr_mimebundle_": _repr_mimebundle_, "__doc__": kind.__doc__}
    return type(kind.__name__, (kind,), parts)
