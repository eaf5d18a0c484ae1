"""Small exact models that intervals can be tested on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from medwidget.effects.effect import Effect, EffectSet
from medwidget.effects.expression import Array, Expression
from medwidget.intervals.protocol import LikelihoodSurface


def effect_set(expressions: dict[str, Expression], names: Sequence[str]) -> EffectSet:
    return EffectSet(
        [Effect(name, "within", "effect", item, "", "") for name, item in expressions.items()],
        names,
    )


class NormalFit:
    """Estimates that are exactly normal."""

    def __init__(
        self,
        names: Sequence[str],
        estimate: Sequence[float],
        covariance: Array,
        surface: LikelihoodSurface | None = None,
    ) -> None:
        self.names = tuple(names)
        self.estimate = np.asarray(estimate, dtype=float)
        self.covariance = np.asarray(covariance, dtype=float)
        self.surface = surface

    def draw(self, count: int, rng: np.random.Generator) -> Array:
        return rng.multivariate_normal(self.estimate, self.covariance, count, method="cholesky")


NAMES = ("a", "b", "direct", "residual(m)", "residual(y)")


class PathData:
    """Rows in groups: m on x, and y on m and x, by least squares without intercepts."""

    def __init__(
        self, n_groups: int = 40, size: int = 5, seed: int = 1, a: float = 0.4, b: float = 0.5
    ) -> None:
        rng = np.random.default_rng(seed)
        shape = (n_groups, size)
        self.x = rng.normal(size=shape)
        self.m = a * self.x + rng.normal(size=shape)
        self.y = b * self.m + 0.2 * self.x + rng.normal(size=shape)

    @property
    def products(self) -> Array:
        """Cross-products of x, m and y by group, shape (J, 3, 3)."""
        rows = np.stack([self.x, self.m, self.y], axis=-1)
        return np.einsum("jik,jil->jkl", rows, rows)


def estimates(products: Array, n_rows: Array | float) -> Array:
    """Maximum likelihood from cross-products (..., 3, 3); returns (..., 5)."""
    xx, xm, xy = products[..., 0, 0], products[..., 0, 1], products[..., 0, 2]
    mm, my, yy = products[..., 1, 1], products[..., 1, 2], products[..., 2, 2]
    determinant = xx * mm - xm**2
    a = xm / xx
    b = (xx * my - xm * xy) / determinant
    direct = (mm * xy - xm * my) / determinant
    return np.stack(
        [a, b, direct, (mm - a * xm) / n_rows, (yy - b * my - direct * xy) / n_rows], axis=-1
    )


class PathSurface:
    """The likelihood of `PathData` in coordinates a, b, direct and logarithms of variances."""

    def __init__(self, data: PathData, covers: Sequence[str] = NAMES) -> None:
        self.products = data.products.sum(axis=0)
        self.n_rows = data.x.size
        estimate = estimates(self.products, self.n_rows)
        self.optimum = np.concatenate([estimate[:3], np.log(estimate[3:])])
        self.maximum = self.value(self.optimum)
        self.covers = frozenset(covers)
        self.evaluations = 0

    def _parts(self, phi: Array) -> tuple[float, float, Array, Array]:
        a, b, direct = phi[:3]
        left, right = np.array([-a, 1.0, 0.0]), np.array([-direct, -b, 1.0])
        return (
            left @ self.products @ left,
            right @ self.products @ right,
            self.products @ left,
            self.products @ right,
        )

    def value(self, phi: Array) -> float:
        first, second, _, _ = self._parts(phi)
        logs = phi[3] + phi[4] + np.exp(-phi[3]) * first / self.n_rows
        return float(-0.5 * self.n_rows * (logs + np.exp(-phi[4]) * second / self.n_rows))

    def gradient(self, phi: Array) -> Array:
        self.evaluations = getattr(self, "evaluations", 0) + 1
        first, second, left, right = self._parts(phi)
        vm, vy = np.exp(-phi[3]), np.exp(-phi[4])
        return np.array(
            [
                vm * left[0],
                vy * right[1],
                vy * right[0],
                0.5 * (vm * first - self.n_rows),
                0.5 * (vy * second - self.n_rows),
            ]
        )

    def hessian(self, phi: Array) -> Array:
        step = 1e-5
        shifts = step * np.eye(5)
        rows = [(self.gradient(phi + s) - self.gradient(phi - s)) / (2 * step) for s in shifts]
        return np.array(rows)

    def natural(self, phi: Array) -> Array:
        return np.concatenate([phi[:3], np.exp(phi[3:])])

    def jacobian(self, phi: Array) -> Array:
        return np.diag(np.concatenate([np.ones(3), np.exp(phi[3:])]))


def path_fit(data: PathData, covers: Sequence[str] = NAMES) -> NormalFit:
    surface = PathSurface(data, covers)
    jacobian = surface.jacobian(surface.optimum)
    covariance = jacobian @ np.linalg.inv(-surface.hessian(surface.optimum)) @ jacobian.T
    return NormalFit(NAMES, surface.natural(surface.optimum), covariance, surface)


class PathRefit:
    """Weighted and simulated refits of `PathData`; some can be made to fail."""

    def __init__(self, data: PathData, fails: float = 0.0) -> None:
        self.data = data
        self.n_groups = len(data.x)
        self.fails = fails
        self.calls = 0

    def cluster(self, weights: Array) -> Array:
        self.calls += 1
        products = np.einsum("bj,jkl->bkl", weights, self.data.products)
        found = estimates(products, weights.sum(axis=1) * self.data.x.shape[1])
        # whether a refit fails must depend on its data alone
        found[(weights[:, 0] > 0) & (self.fails > 0)] = np.nan
        return found

    def parametric(self, count: int, rng: np.random.Generator) -> Array:
        a, b, direct, vm, vy = estimates(self.data.products.sum(axis=0), self.data.x.size)
        x = self.data.x.ravel()
        m = a * x + np.sqrt(vm) * rng.normal(size=(count, x.size))
        y = b * m + direct * x + np.sqrt(vy) * rng.normal(size=(count, x.size))
        rows = np.stack([np.broadcast_to(x, m.shape), m, y], axis=-1)
        return estimates(np.einsum("bik,bil->bkl", rows, rows), float(x.size))
