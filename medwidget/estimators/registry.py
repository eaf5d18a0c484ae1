"""The estimators by name: the one place where a string becomes an estimator."""

from __future__ import annotations

from collections.abc import Callable

from medwidget.errors import ModelError, UnsupportedError, suggestion
from medwidget.estimators.protocol import Estimator
from medwidget.spec.model import MediationModel

__all__ = ["ESTIMATORS", "read_estimator"]


def _ml() -> Estimator:
    from medwidget.estimators.linear.estimator import LinearEstimator

    return LinearEstimator("ml", restricted=False)


def _latent() -> Estimator:
    from medwidget.estimators.twolevel.estimator import TwoLevelEstimator

    return TwoLevelEstimator()


def _reml() -> Estimator:
    from medwidget.estimators.linear.estimator import LinearEstimator

    return LinearEstimator("reml", restricted=True)


def _statsmodels() -> Estimator:
    from medwidget.estimators.statsmodels.estimator import StatsmodelsEstimator

    return StatsmodelsEstimator()


ESTIMATORS: dict[str, Callable[[], Estimator]] = {
    "ml": _ml,
    "reml": _reml,
    "statsmodels": _statsmodels,
}


def read_estimator(choice: str | Estimator, model: object = None) -> Estimator:
    """Return the estimator that ``choice`` names, or ``choice`` itself if it is one.

    Parameters
    ----------
    choice : str or Estimator
    model : MediationModel, optional
        What is to be fitted: "ml" is another engine for latent centring.

    Raises
    ------
    UnsupportedError
        For "bayes", which does not exist yet.
    ModelError
        For any other unknown name.
    """
    if not isinstance(choice, str):
        if hasattr(choice, "fit") and hasattr(choice, "unsupported"):
            return choice
        raise ModelError(f"estimator={choice!r} is neither a name nor an estimator.")
    if choice == "bayes":
        raise UnsupportedError(
            "estimator='bayes' is not offered yet. Use 'ml' or 'reml', with interval='bootstrap' "
            "where "
            "the sampling distribution is in doubt."
        )
    if choice not in ESTIMATORS:
        raise ModelError(
            f"estimator={choice!r} is not offered; choose one of "
            f"{', '.join(map(repr, ESTIMATORS))}."
            f"{suggestion(choice, ESTIMATORS)}"
        )
    if choice == "ml" and isinstance(model, MediationModel) and model.centering == "latent":
        return _latent()
    return ESTIMATORS[choice]()
