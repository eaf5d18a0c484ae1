"""Two-level models with random slopes on latent parts."""

from medwidget.estimators.twolevel.slopes.likelihood import SlopesLikelihood

__all__ = ["SlopesLikelihood"]
