"""Everything that a fit depends on, beside the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medwidget.spec.model import MediationModel

if TYPE_CHECKING:
    from medwidget.estimators.protocol import Estimator
    from medwidget.intervals.protocol import Interval

__all__ = ["Request"]


@dataclass(frozen=True)
class Request:
    """A model and how to fit it."""

    model: MediationModel
    estimator: str | Estimator
    interval: str | Interval
    level: float
    seed: int
