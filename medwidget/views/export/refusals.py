"""What a program cannot express, said once."""

from __future__ import annotations

from medwidget.errors import UnsupportedError
from medwidget.views.export.plan import Plan

__all__ = ["refuse_latent", "refuse_part_covariance", "refuse_restricted"]


def refuse_latent(plan: Plan) -> None:
    """Refuse latent group means."""
    if plan.result.model.centering == "latent":
        raise UnsupportedError(
            f"{plan.program} does not split variables into latent parts, so a model with "
            f"centering='latent' cannot be written for it. Export to 'mplus' or, where no slope "
            f"varies, to 'lavaan'; or fit the model with centering='group-mean'."
        )


def refuse_restricted(plan: Plan) -> None:
    """Refuse REML where the program has it for single equations at most."""
    if plan.restricted:
        raise UnsupportedError(
            f"{plan.program} has no restricted likelihood for several equations at once. Fit the "
            f"model with estimator='ml', or export to 'lme4'."
        )


def refuse_part_covariance(plan: Plan) -> None:
    """Refuse random effects of which some covary and some do not, though they hang together."""
    for block in plan.blocks:
        for component in block.components:
            if not plan.complete(component):
                named = ", ".join(map(repr, component))
                raise UnsupportedError(
                    f"The random effects {named} covary, except for some that the model keeps at "
                    f"zero (the intercepts of a variable and of one that its group mean predicts). "
                    f"{plan.program} estimates all covariances of a set or none. Export to 'lme4' "
                    f"or 'nlme', which can; or fit with random_covariance='by-equation', or with "
                    f"centering='within'."
                )
