"""The options row speaks of the user's groups and rows."""

from __future__ import annotations

from medwidget.views.text.nouns import Nouns
from medwidget.widget.controls import controls
from medwidget.widget.draft import Draft


def test_what_is_said_of_choices_has_the_users_nouns() -> None:
    row = {item["name"]: item for item in controls(Draft(), {}, Nouns("child", "diary"))}
    said = [choice["help"] for item in row.values() for choice in item["choices"]]
    said += [choice["refusal"] for item in row.values() for choice in item["choices"]]
    told = " ".join(said)
    assert "Deviations from child means; nothing is said between children." in said
    assert "Around the mean of all diaries: within and between are blended." in said
    assert "Whole children drawn again and fitted again; takes seconds." in said
    assert "Latent child means instead of observed ones." in said
    assert "{" not in told
    assert "groups" not in told
