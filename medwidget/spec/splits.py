"""How a column is split into its parts under latent centring."""

from __future__ import annotations

from typing import Literal

from medwidget.spec.columns import FrameInfo, is_centred
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel

__all__ = ["Split", "split_of"]

Split = Literal["latent", "observed", "within", "group"]


def split_of(model: MediationModel, frame: FrameInfo, column: str) -> Split:
    """Return how a column is split: what the model asks for, as far as its values allow.

    A group-level column is not split ("group"), and one whose group means have been made equal has
    no part between groups ("within"), nor has an individual-level covariate that is to enter as it
    is. Mediators and the outcome are split by latent means.
    """
    info = frame.columns.get(column)
    if info is None or info.level is not Level.INDIVIDUAL:
        return "group"
    if is_centred(info, frame):
        return "within"
    as_is = column in model.covariates and model.covariate_centering == "none"
    asked = model.splits.get(column, "within" if as_is else "latent")
    if asked == "within":
        return "within"
    return "observed" if asked == "observed" else "latent"
