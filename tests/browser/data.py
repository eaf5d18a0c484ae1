"""Data frames that the notebooks under test import; they come from `tests.browser.data`."""

from __future__ import annotations

import numpy as np
import pandas as pd

import medwidget as mw

__all__ = ["ATTACK", "HOSTILE", "diary", "hostile", "many_columns", "many_groups", "many_rows"]

# Runs if a page takes it for markup; a test looks for what it leaves behind.
ATTACK = "<img src=x onerror=\"window.attacked='{name}'\">"
# Names that have broken something somewhere, by the role that each takes in the test.
HOSTILE = {
    "exposure": ATTACK.format(name="x") + " \"'\\].[\n{{m}}${1}",
    "mediator": "</script><svg onload=\"window.attacked='m'\"><!-- 'm' && 1",
    "outcome": "__proto__",
    "group": "\u202eמזהה\u202c 👩‍👩‍👧 " + "g" * 500,
    "covariate": "constructor.prototype['c'] #{x} `c`",
    "moderator": "</title></style><b>w</b>&lt;i&gt; %0A;DROP",
}


def diary() -> pd.DataFrame:
    """Return the diary with columns of every kind that the list of variables shows."""
    frame = mw.load_dataset("diary")
    random = np.random.default_rng(21)
    persons = frame["id"].unique()
    about = pd.DataFrame(
        {
            "partner_support": random.integers(1, 6, len(persons)).astype(float),
            "age": random.integers(22, 64, len(persons)),
            "rel_years": random.integers(1, 30, len(persons)),
            "has_children": random.integers(0, 2, len(persons)),
        },
        index=persons,
    )
    about.loc[persons[7], "partner_support"] = np.nan
    wide = frame.rename(
        columns={
            "time": "day",
            "fwkstrs": "work_stress",
            "fwkdis": "work_dissat",
            "freldis": "rel_dissat",
        }
    )
    # Diaries begin on any day of the week.
    wide["weekend"] = ((wide["day"] + 3 * wide["id"]) % 7 >= 5).astype(int)
    wide = wide[(wide["day"] < 21) | (wide["id"] % 9 > 0)].reset_index(drop=True)
    wide["sleep_hours"] = np.round(7 + random.normal(0, 1, len(wide)), 1)
    wide.loc[random.choice(len(wide), 65, replace=False), "sleep_hours"] = np.nan
    said = random.random(len(wide)) < 0.59
    wide["diary_note"] = [f"note {i}" if told else None for i, told in enumerate(said)]
    return wide.join(about, on="id")


def hostile() -> pd.DataFrame:
    """Return the simulated example under hostile names, with hostile labels of groups."""
    frame = mw.load_dataset("bpg")[["id", "x", "m", "y"]]
    random = np.random.default_rng(5)
    groups = frame["id"].unique()
    labels = {
        g: f"{i} {ATTACK.format(name='group')} </script> \u202e\n" for i, g in enumerate(groups)
    }
    moderator = dict(zip(groups, random.normal(size=len(groups)), strict=True))
    return pd.DataFrame(
        {
            HOSTILE["group"]: frame["id"].map(labels),
            HOSTILE["exposure"]: frame["x"],
            HOSTILE["mediator"]: frame["m"],
            HOSTILE["outcome"]: frame["y"],
            HOSTILE["covariate"]: random.normal(size=len(frame)),
            HOSTILE["moderator"]: frame["id"].map(moderator),
        }
    )


def simulated(n_groups: int, n_rows: int) -> pd.DataFrame:
    """Return data with slopes that vary over groups."""
    random = np.random.default_rng(11)
    group = np.repeat(np.arange(n_groups), -(-n_rows // n_groups))[:n_rows]
    a, b = 0.4 + 0.3 * random.normal(size=(2, n_groups))
    x = random.normal(size=n_rows) + random.normal(size=n_groups)[group]
    m = a[group] * x + random.normal(size=n_groups)[group] + random.normal(size=n_rows)
    y = b[group] * m + 0.2 * x + random.normal(size=n_groups)[group] + random.normal(size=n_rows)
    return pd.DataFrame({"group": group, "x": x, "m": m, "y": y})


def many_groups() -> pd.DataFrame:
    """Return 5,000 groups of six rows."""
    return simulated(5_000, 30_000)


def many_rows() -> pd.DataFrame:
    """Return 1,000,000 rows in 1,000 groups."""
    return simulated(1_000, 1_000_000)


def many_columns() -> pd.DataFrame:
    """Return 300 columns, of which four make a model."""
    frame = simulated(100, 2_000)
    random = np.random.default_rng(12)
    noise = pd.DataFrame(
        random.normal(size=(len(frame), 296)), columns=[f"c_{i:03d}" for i in range(296)]
    )
    return pd.concat([noise, frame], axis=1)
