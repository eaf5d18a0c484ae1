"""Altair charts that show themselves in a notebook without a network."""

from __future__ import annotations

import html
from functools import cache
from typing import TYPE_CHECKING, Any

from medwidget.views.charts.files import can_draw, draw_svg
from medwidget.views.charts.offline import page

if TYPE_CHECKING:
    import altair as alt

__all__ = ["offline_chart", "shown_offline"]

FRAME_HEIGHT = 480


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
        return shown_offline(self.to_dict())

    parts = {"_repr_mimebundle_": _repr_mimebundle_, "__doc__": kind.__doc__}
    return type(kind.__name__, (kind,), parts)
