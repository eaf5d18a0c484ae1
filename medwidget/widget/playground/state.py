"""What has been set in a playground: one value that never changes in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from medwidget.errors import ModelError, one_of
from medwidget.spec.model import MediationModel
from medwidget.studies.teaching.settings import Settings
from medwidget.studies.teaching.stories import STORIES

__all__ = ["CENTERINGS", "State"]

# Centrings that are compared, with what they are called.
CENTERINGS: Mapping[str, str] = {
    "group-mean": "group means",
    "latent": "latent means",
    "none": "not centred",
}
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class State:
    """Settings, seed, the story they belong to, and the centring that is looked at."""

    settings: Settings = field(default_factory=Settings)
    seed: int = 1
    story: str = ""
    centering: str = "group-mean"

    @classmethod
    def of_story(cls, name: str, centering: str = "group-mean") -> State:
        """Return how a story begins."""
        story = STORIES[one_of("story", name, tuple(STORIES))]
        return cls(story.settings, story.seed, story.name, centering)

    @property
    def data_key(self) -> tuple[Settings, int]:
        """What the data are made from."""
        return self.settings, self.seed

    def with_setting(self, name: str, value: Any) -> State:
        """Return the state with one setting moved."""
        return replace(self, settings=self.settings.changed(**{name: value}))

    def with_seed(self, seed: Any) -> State:
        """Return the state with other data of the same settings."""
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
            raise ModelError(f"seed={seed!r} must be an integer from 0 to {LARGEST_SEED}.")
        return replace(self, seed=seed)

    def with_centering(self, centering: str) -> State:
        """Return the state with another centring."""
        return replace(self, centering=one_of("centering", centering, tuple(CENTERINGS)))

    def model(self, centering: str | None = None) -> MediationModel:
        """Return the model that is fitted: slopes vary in it where they vary in the data."""
        return MediationModel(
            "x",
            "m",
            "y",
            group="group",
            centering=centering or self.centering,
            random_slopes=self.settings.random_slopes,
        )
