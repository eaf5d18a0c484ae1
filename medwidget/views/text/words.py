"""The words in which a summary speaks of choices, kept in one place."""

from __future__ import annotations

from medwidget.result import MediationResult
from medwidget.views.text.names import Names

__all__ = [
    "CENTERINGS",
    "COVARIANCES",
    "ESTIMATORS",
    "INTERVALS",
    "LEVELS",
    "MISSING",
    "OPTIONS_UNSAID",
    "SPLITS",
    "STATISTICS",
    "all_names",
]

CENTERINGS = {
    "group-mean": "within and between groups told apart by observed group means",
    "within": "deviations from group means only; nothing is said between groups",
    "grand-mean": "around the mean of all rows; within and between are blended",
    "none": "columns as they are; within and between are blended",
    "latent": "within and between groups told apart by latent group means",
}
SPLITS = {
    "latent": "by latent group means",
    "observed": "by observed group means",
    "within": "within groups only",
}
MISSING = {
    "listwise": "rows that lack any value are left out",
    "fiml": "full-information maximum likelihood, every value that is there",
}
COVARIANCES = {
    "full": "all their covariances are estimated",
    "diagonal": "their covariances are set to zero",
    "by-equation": "covariances across equations are set to zero",
}
ESTIMATORS = {
    "ml": "maximum likelihood, all equations jointly",
    "reml": "restricted maximum likelihood, all equations jointly",
    "statsmodels": "separate mixed models by statsmodels",
}
INTERVALS = {
    "monte-carlo": "Monte Carlo",
    "delta": "delta method",
    "bootstrap": "bootstrap",
    "profile": "profile likelihood",
    "posterior": "posterior",
}
# Settings of an interval that are said elsewhere, or only matter where they are not zero.
OPTIONS_UNSAID = frozenset({"method", "level", "attempted", "failed"})
LEVELS = ("within", "between", "cross-level", "conflated")
# Statistics of the fit as they are printed, with their decimals.
STATISTICS = {
    "loglik": ("log-likelihood", 3),
    "aic": ("AIC", 2),
    "bic": ("BIC", 2),
    "n_parameters": ("parameters", 0),
    "n_observations": ("response values", 0),
}


def all_names(result: MediationResult) -> Names:
    """Return every name in a result that comes from the data, with its printed form."""
    labels = [str(lost.label) for lost in result.ledger.lost_groups]
    return Names((*result.model.columns, *labels))
