"""The pictures of the documentation: each is computed from data that are part of the package.

Numbers in the words are those of the drawing; none is written down here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import vl_convert

import medwidget as mw
from medwidget.studies.teaching.draw import data_frame, draw
from medwidget.studies.teaching.settings import truth
from medwidget.studies.teaching.stories import STORIES
from medwidget.views.theme import FONT, LIGHT, darkened

__all__ = ["PICTURES", "Drawing"]


@dataclass(frozen=True)
class Drawing:
    """A picture and what it shows in words.

    It is a Vega-Lite specification in light colours, or an SVG that is dark where that is
    preferred.
    """

    about: str
    spec: dict[str, Any] | None = None
    ready: str = ""

    def svg(self, *, dark: bool) -> str:
        """Return the picture as an SVG file."""
        if self.spec is None:
            return self.ready
        spec = darkened(self.spec) if dark else self.spec
        return str(vl_convert.vegalite_to_svg(spec, vl_version="6.4", show_warnings=False))


@cache
def _fitted(name: str, **options: Any) -> mw.MediationResult:
    known = {
        "bpg": mw.MediationModel("x", "m", "y", group="id"),
        "schools": mw.MediationModel(
            "minority", "ses", "mathach", group="school", moderators={"a": "disclim"}
        ),
    }
    return mw.fit(known[name], mw.load_dataset(name), **options)


def _of_chart(chart: Any) -> Drawing:
    spec = chart.to_dict()
    return Drawing(spec["description"], spec)


def _styled(chart: Any, about: str, width: int = 560, height: int = 300) -> Drawing:
    plain = {"labelColor": LIGHT["ink3"], "titleColor": LIGHT["ink2"], "titleFontWeight": "normal"}
    axis = {**plain, "domain": False, "tickColor": LIGHT["line2"], "gridColor": LIGHT["line"]}
    finished = (
        chart.properties(width=width, height=height, background=LIGHT["bg"])
        .configure(font=FONT)
        .configure_axis(**axis, tickCount=5, titleFontSize=12)
        .configure_view(stroke=None)
    )
    return Drawing(about, finished.to_dict())


# -- what the levels are --------------------------------------------------------------------------


def levels() -> Drawing:
    """Draw a slope within groups, another between them, and the one that ignores groups."""
    rng = np.random.default_rng(12)
    centres = np.linspace(2, 8, 6)
    x = centres[:, None] + rng.uniform(-1.3, 1.3, (6, 14))
    m = 0.9 * centres[:, None] - 0.8 * (x - centres[:, None]) + rng.normal(0, 0.45, x.shape)
    rows = pd.DataFrame({"group": np.repeat(np.arange(6), 14), "x": x.ravel(), "m": m.ravel()})
    means = rows.groupby("group").mean()
    apart = rows[["x", "m"]] - means.loc[rows["group"]].to_numpy()
    within = float((apart["x"] * apart["m"]).sum() / (apart["x"] ** 2).sum())
    between = _line(means["x"], means["m"])
    ignoring = _line(rows["x"], rows["m"])
    spans = rows.groupby("group")["x"].agg(["min", "max"]).stack().droplevel(1)
    at = means.loc[spans.index]
    lines = pd.DataFrame(
        {"group": spans.index, "x": spans.to_numpy(), "m": at["m"] + within * (spans - at["x"])}
    )
    across = np.array([rows["x"].min(), rows["x"].max()])
    base = {"x": alt.X("x:Q", title="X", scale=alt.Scale(zero=False)), "y": alt.Y("m:Q", title="M")}
    chart = (
        alt.Chart(rows).mark_circle(size=26, color=LIGHT["wm"], opacity=0.7).encode(**base)
        + alt.Chart(lines).mark_line(color=LIGHT["w"], strokeWidth=2).encode(**base, detail="group")
        + _through(across, between, LIGHT["b"], base, [1, 0])
        + _through(across, ignoring, LIGHT["n"], base, [5, 4])
        + alt.Chart(means)
        .mark_point(shape="diamond", size=110, filled=True, color=LIGHT["b"], opacity=1)
        .encode(**base)
    )
    about = (
        f"Six groups. Within each, M falls as X rises, by {-within:.2f} for each unit; the "
        f"means of the groups rise, by {between[0]:.2f}; one line through all rows that "
        f"ignores the groups has a slope of {ignoring[0]:.2f}."
    )
    return _styled(chart, about)


def _line(x: pd.Series, y: pd.Series) -> tuple[float, float]:
    slope, intercept = np.polyfit(x, y, 1)
    return float(slope), float(intercept)


def _through(
    x: np.ndarray, line: tuple[float, float], color: str, base: dict[str, Any], dash: list[int]
) -> Any:
    ends = pd.DataFrame({"x": x, "m": line[0] * x + line[1]})
    return alt.Chart(ends).mark_line(color=color, strokeWidth=2.5, strokeDash=dash).encode(**base)


# -- what an effect is ----------------------------------------------------------------------------


def diagram() -> Drawing:
    """Draw the path diagram of a result."""
    drawn = mw.diagram(_fitted("bpg"), width=760)
    found = re.search(r'aria-label="([^"]*)"', drawn.svg)
    return Drawing(unescape(found.group(1)) if found else "", ready=drawn.svg)


def effects() -> Drawing:
    """Draw the effects of a result."""
    return _of_chart(mw.charts.effects(_fitted("bpg")))


def covariance() -> Drawing:
    """Draw the slopes of groups against each other."""
    result = _fitted("bpg")
    rows = result.group_effects.reset_index(drop=True)[["a", "b"]]
    effect = result.effects["estimate"]
    paths = result.paths["estimate"]
    product = paths["a_within"] * paths["b_within"]
    encoded = {
        "x": alt.X("a:Q", title="slope of M on X in each group (a)"),
        "y": alt.Y("b:Q", title="slope of Y on M in each group (b)"),
    }
    points = alt.Chart(rows).mark_circle(size=44, color=LIGHT["wm"], opacity=0.8).encode(**encoded)
    centre = pd.DataFrame({"a": [paths["a_within"]], "b": [paths["b_within"]]})
    middle = alt.Chart(centre).mark_point(size=160, color=LIGHT["ink"], strokeWidth=2)
    about = (
        f"Slopes of {len(rows)} groups: where a is large, b is large too. The product of the "
        f"average slopes is {product:.3f}; their covariance over groups adds "
        f"{effect['cov(a,b)']:.3f}, and the average indirect effect is "
        f"{effect['indirect_within']:.3f}."
    )
    return _styled(points + middle.encode(**encoded), about)


def caterpillar() -> Drawing:
    """Draw the indirect effect of each group."""
    return _of_chart(mw.charts.caterpillar(_fitted("bpg")))


def moderation() -> Drawing:
    """Draw an indirect effect against a moderator."""
    return _of_chart(mw.charts.johnson_neyman(_fitted("schools")))


# -- what can go wrong ----------------------------------------------------------------------------


def reliability() -> Drawing:
    """Draw what a slope on observed means estimates (Lüdtke et al. 2008)."""
    within, between = 0.2, 0.8
    rows = pd.DataFrame(
        {"size": size, "icc": f"ICC {icc:.2f}", "slope": between * share + within * (1 - share)}
        for icc in (0.05, 0.2, 0.4)
        for size in range(2, 41)
        for share in (icc / (icc + (1 - icc) / size),)
    )
    chart = (
        alt.Chart(rows)
        .mark_line(color=LIGHT["b"], strokeWidth=2)
        .encode(
            x=alt.X("size:Q", title="rows in a group"),
            y=alt.Y(
                "slope:Q", title="slope on observed means", scale=alt.Scale(domain=[0.2, 0.85])
            ),
            detail="icc:N",
        )
    )
    ends = rows[rows["size"] == rows["size"].max()]
    words = (
        alt.Chart(ends)
        .mark_text(align="left", dx=6, color=LIGHT["bt"])
        .encode(x="size:Q", y="slope:Q", text="icc:N")
    )
    truth = (
        alt.Chart(pd.DataFrame({"slope": [between]}))
        .mark_rule(color=LIGHT["ink3"], strokeDash=[4, 3])
        .encode(y="slope:Q")
    )
    least = rows[(rows["icc"] == "ICC 0.05") & (rows["size"] == 5)]["slope"].item()
    about = (
        f"True slopes: {between} between groups, {within} within. The slope on observed means "
        f"nears {between} as groups grow and differ more; with an intraclass correlation of 0.05 "
        f"and five rows in each group it is {least:.2f}."
    )
    return _styled(chart + words + truth, about)


def centrings() -> Drawing:
    """Draw the between effect of many data sets of a playground story, under two centrings."""
    story = STORIES["unreliable"]
    model = mw.MediationModel("x", "m", "y", group="group", random_slopes=())
    names = {"group-mean": "observed means", "latent": "latent means"}
    rows = pd.DataFrame(
        {
            "centring": names[centering],
            "effect": mw.fit(
                model.replace(centering=centering),
                data_frame(draw(story.settings, seed)),
                interval=None,
            ).effects.loc["indirect_between", "estimate"],
            "seed": seed,
        }
        for seed in range(1, 41)
        for centering in names
    )
    true = truth(story.settings)["indirect_between"]
    # Some latent estimates are far out: they are drawn at the ends.
    reach = alt.Scale(domain=[-1, 3], clamp=True)
    across = alt.X("effect:Q", title="indirect effect between groups", scale=reach)
    down = alt.Y("centring:N", title=None, sort=list(names.values()))
    ticks = alt.Chart(rows).mark_tick(color=LIGHT["b"], thickness=1.5, size=34, opacity=0.6)
    middle = alt.Chart(rows).mark_point(
        shape="diamond", size=110, filled=True, color=LIGHT["ink"], opacity=1
    )
    known = alt.Chart(pd.DataFrame({"effect": [true]})).mark_rule(
        color=LIGHT["ink3"], strokeDash=[4, 3]
    )
    chart = (
        ticks.encode(x=across, y=down)
        + middle.encode(x="median(effect):Q", y=down)
        + known.encode(x="effect:Q")
    )
    spread = rows.groupby("centring")["effect"].describe()
    told = "; ".join(
        f"with {name} the median is {found['50%']:.2f}, and estimates go from {found['min']:.2f} "
        f"to {found['max']:.2f}"
        for name, found in spread.iterrows()
    )
    about = f"Estimates from 40 simulated data sets; the truth is {true:.2f}; {told}."
    return _styled(chart, about, height=130)


def specifications() -> Drawing:
    """Draw the indirect effect under many specifications."""
    model = mw.MediationModel("HRS", "LEAD", "WBEING", group="GRP")
    compared = mw.compare(
        model,
        mw.load_dataset("army"),
        centering=["group-mean", "within"],
        random_slopes=[("a", "b"), ("a",), ()],
        covariates=[(), ("COHES",)],
        interval="delta",
    )
    return _of_chart(mw.charts.specification_curve(compared))


PICTURES: dict[str, Callable[[], Drawing]] = {
    made.__name__: made
    for made in (
        levels,
        diagram,
        effects,
        covariance,
        caterpillar,
        moderation,
        reliability,
        centrings,
        specifications,
    )
}
