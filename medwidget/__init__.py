"""Mediation in grouped data: within groups, between them, or both.

>>> import medwidget as mw
>>> data = mw.load_dataset("bpg")
>>> model = mw.MediationModel("x", "m", "y", group="id")
>>> result = mw.fit(model, data)
>>> round(float(result.effects.loc["indirect_within", "estimate"]), 2)
0.45
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medwidget.data.describe import describe
    from medwidget.data.ledger import Ledger
    from medwidget.datasets import dataset_info, list_datasets, load_dataset
    from medwidget.errors import (
        ConvergenceError,
        DataError,
        MedwidgetError,
        ModelError,
        UnsupportedError,
    )
    from medwidget.intervals.bootstrap import Bootstrap
    from medwidget.intervals.delta import Delta
    from medwidget.intervals.monte_carlo import MonteCarlo
    from medwidget.intervals.profile import Profile
    from medwidget.pipeline.run import check, fit
    from medwidget.result import MediationResult
    from medwidget.spec.model import MediationModel
    from medwidget.spec.problems import Problem
    from medwidget.studies.baseline import null_models
    from medwidget.studies.compare import Comparison, compare
    from medwidget.studies.influence import influence
    from medwidget.studies.ladder import Ladder, ladder
    from medwidget.studies.likelihood_ratio import LikelihoodRatio, likelihood_ratio
    from medwidget.studies.preregister import Plan, preregister
    from medwidget.studies.replicate import Replication, replicate
    from medwidget.views.charts import public as charts
    from medwidget.views.diagram import diagram
    from medwidget.widget.playground.playground import Playground
    from medwidget.widget.widget import MediationWidget, explore

# What is public, and where it lives: read on first use, so that importing medwidget is quick.
_HOMES = {
    "describe": "data.describe",
    "Ledger": "data.ledger",
    "dataset_info": "datasets",
    "list_datasets": "datasets",
    "load_dataset": "datasets",
    "ConvergenceError": "errors",
    "DataError": "errors",
    "MedwidgetError": "errors",
    "ModelError": "errors",
    "UnsupportedError": "errors",
    "Bootstrap": "intervals.bootstrap",
    "Delta": "intervals.delta",
    "MonteCarlo": "intervals.monte_carlo",
    "Profile": "intervals.profile",
    "check": "pipeline.run",
    "fit": "pipeline.run",
    "MediationResult": "result",
    "MediationModel": "spec.model",
    "Problem": "spec.problems",
    "null_models": "studies.baseline",
    "Comparison": "studies.compare",
    "compare": "studies.compare",
    "influence": "studies.influence",
    "LikelihoodRatio": "studies.likelihood_ratio",
    "likelihood_ratio": "studies.likelihood_ratio",
    "Ladder": "studies.ladder",
    "ladder": "studies.ladder",
    "Plan": "studies.preregister",
    "preregister": "studies.preregister",
    "Replication": "studies.replicate",
    "replicate": "studies.replicate",
    "diagram": "views.diagram",
    "Playground": "widget.playground.playground",
    "MediationWidget": "widget.widget",
    "explore": "widget.widget",
}
# Rooms that are public as a whole.
_ROOMS = {"charts": "views.charts.public"}

__all__ = [
    "Bootstrap",
    "Comparison",
    "ConvergenceError",
    "DataError",
    "Delta",
    "Ladder",
    "Ledger",
    "LikelihoodRatio",
    "MediationModel",
    "MediationResult",
    "MediationWidget",
    "MedwidgetError",
    "ModelError",
    "MonteCarlo",
    "Plan",
    "Playground",
    "Problem",
    "Profile",
    "Replication",
    "UnsupportedError",
    "charts",
    "check",
    "compare",
    "dataset_info",
    "describe",
    "diagram",
    "explore",
    "fit",
    "influence",
    "ladder",
    "likelihood_ratio",
    "list_datasets",
    "load_dataset",
    "null_models",
    "preregister",
    "replicate",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("medwidget")
    if name in _ROOMS:
        return importlib.import_module(f"medwidget.{_ROOMS[name]}")
    if name not in _HOMES:
        raise AttributeError(f"module 'medwidget' has no attribute {name!r}")
    return getattr(importlib.import_module(f"medwidget.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES, *_ROOMS])
