"""How the limits of a bootstrap settle while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medwidget.views.charts import settling as chart

if TYPE_CHECKING:
    from medwidget.widget.long_jobs import Settling

__all__ = ["settling_picture"]


def settling_picture(settling: Settling, total: int) -> Any:
    """Return how the limits settle as a picture; None before there are two points."""
    if len(settling.samples) < 2:
        return None
    return chart.picture(
        settling.effect,
        settling.samples,
        settling.lower,
        settling.estimate,
        settling.upper,
        total=total,
    )
