"""Two-level models with random slopes on latent parts."""

from medwidget.estimators.twolevel.slopes.fit import fit_slopes
from medwidget.estimators.twolevel.slopes.likelihood import SlopesLikelihood
from medwidget.estimators.twolevel.slopes.remarks import quadrature_problem
from medwidget.estimators.twolevel.slopes.start import slope_start

__all__ = ["SlopesLikelihood", "fit_slopes", "quadrature_problem", "slope_start"]
