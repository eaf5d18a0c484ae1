"""Where the stages meet: from a model and a data frame to a result."""

from medwidget.pipeline.run import check, fit, resolve

__all__ = ["check", "fit", "resolve"]
