"""Draws of covariance matrices are made possible, and left alone where they are."""

import numpy as np
import pytest

from medwidget._numerics.semidefinite import make_semidefinite


def symmetric(count: int, size: int, seed: int) -> np.ndarray:
    matrices = np.random.default_rng(seed).standard_normal((count, size, size))
    return matrices + matrices.transpose(0, 2, 1)


@pytest.mark.parametrize("weak", [[4], [3, 4], [1, 4], [2, 3, 4], [0, 1, 2, 3, 4]])
def test_every_matrix_becomes_semidefinite(weak: list[int]) -> None:
    made = make_semidefinite(symmetric(300, 5, 1), weak, np.eye(5))
    assert np.linalg.eigvalsh(made).min() > -1e-10
    assert np.array_equal(made, made.transpose(0, 2, 1)) or np.allclose(
        made, made.transpose(0, 2, 1), atol=1e-12
    )


@pytest.mark.parametrize("weak", [[4], [3, 4], [2, 3, 4]])
def test_definite_matrices_stay_as_they_are(weak: list[int]) -> None:
    roots = np.random.default_rng(2).standard_normal((200, 5, 7))
    matrices = roots @ roots.transpose(0, 2, 1)
    assert np.abs(make_semidefinite(matrices, weak, np.eye(5) * 1e-6) - matrices).max() < 1e-9


def test_only_the_weak_block_moves() -> None:
    roots = np.random.default_rng(3).standard_normal((200, 5, 9))
    matrices = roots @ roots.transpose(0, 2, 1)
    matrices[:, 3:, 3:] -= 5 * np.eye(2)
    made = make_semidefinite(matrices, [3, 4], np.eye(5) * 1e-6)
    kept = np.ones((5, 5), dtype=bool)
    kept[3:, 3:] = False
    assert np.array_equal(made[:, kept], matrices[:, kept])
    assert (np.abs(made - matrices).max(axis=(1, 2)) > 1e-6).mean() > 0.2


def test_two_rows_move_to_the_nearest_matrix() -> None:
    matrices = symmetric(300, 2, 4)
    values, vectors = np.linalg.eigh(matrices)
    nearest = (vectors * np.maximum(values, 0)[:, None]) @ vectors.transpose(0, 2, 1)
    assert np.abs(make_semidefinite(matrices, [0, 1], np.eye(2)) - nearest).max() < 1e-12


def test_a_hair_of_variance_in_the_other_rows_does_not_blow_up_the_weak_ones() -> None:
    matrix = np.array([[[1e-9, 0.2, 0.1], [0.2, 1.0, 0.3], [0.1, 0.3, 0.01]]])
    made = make_semidefinite(matrix, [2], np.diag([0.2, 1.0, 0.05]))
    assert np.linalg.eigvalsh(made[0]).min() > -1e-12
    assert made.max() < 1.1
