"""Settings worth beginning with, each of which shows one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medwidget.studies.teaching.settings import Settings

__all__ = ["STORIES", "Story"]


@dataclass(frozen=True)
class Story:
    """Settings with a title.

    Attributes
    ----------
    name, title : str
    settings : Settings
    seed : int
        Of data in which it can be seen.
    """

    name: str
    title: str
    settings: Settings
    seed: int


STORIES: Mapping[str, Story] = {
    story.name: story
    for story in (
        Story(
            "opposite",
            "Opposite signs at the two levels",
            Settings(
                icc=0.75,
                a_within=0.45,
                b_within=0.4,
                a_between=-0.55,
                b_between=0.5,
                sd_a=0.2,
                sd_b=0.2,
                cov_ab=0.02,
            ),
            1,
        ),
        Story(
            "between",
            "All of it is between",
            Settings(groups=40, a_within=0, b_within=0, a_between=0.7, b_between=0.6),
            2,
        ),
        Story(
            "covariance",
            "cov(a, b) alone makes an indirect effect",
            Settings(
                groups=50,
                size=20,
                icc=0.2,
                a_within=0,
                b_within=0,
                a_between=0,
                b_between=0,
                sd_a=0.5,
                sd_b=0.5,
                cov_ab=0.2,
            ),
            4,
        ),
        Story(
            "unreliable",
            "Unreliable means pull the between effect",
            Settings(
                groups=100,
                size=4,
                icc=0.2,
                a_within=0,
                b_within=0,
                a_between=0.9,
                b_between=0.9,
            ),
            2,
        ),
        Story(
            "sign",
            "A one-level analysis gets the sign wrong",
            Settings(
                groups=40,
                size=10,
                icc=0.7,
                a_within=-0.5,
                b_within=0.5,
                a_between=0.8,
                b_between=0.6,
            ),
            6,
        ),
    )
}
