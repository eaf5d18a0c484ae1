"""Sketches of every kind, and what their SVG holds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

from medwidget.views.diagram.sketch import Mark, Sketch, sketch_of
from medwidget.views.text.nouns import Nouns
from tests.views import results

PERSONS = Nouns("person", "day")
EMPTY = Sketch(nouns=PERSONS, guess_words="id looks right: 100 values, 21 rows each")
MADE = replace(
    EMPTY,
    exposure="x",
    mediators=("m",),
    outcome="y",
    group="id",
    random_slopes=("a", "b"),
    covariates=("day", "age"),
    levels={"age": "group"},
)
SEVERAL = ("m1", "m2", "m3", "m4")
SLOPES = tuple(f"{letter}[{name}]" for letter in "ab" for name in SEVERAL)

DRAFTS = {
    "empty": EMPTY,
    "one column": replace(EMPTY, exposure="x", group="id"),
    "made": MADE,
    "within": replace(MADE, centering="within"),
    "blended": replace(MADE, centering="none"),
    "latent": replace(MADE, centering="latent"),
    "split": replace(MADE, centering="latent", splits={"x": "within"}),
    "observed": replace(MADE, centering="latent", splits={"x": "observed"}),
    "held": replace(
        MADE, centering="latent", constraints={"direct_between": 0.0, "a_within": "a_between"}
    ),
    "2-1-1": replace(MADE, levels={"x": "group"}),
    "2-2-1": replace(MADE, levels={"x": "group", "m": "group"}),
    "1-1-2": replace(MADE, levels={"y": "group"}),
    "refused": replace(
        MADE, levels={"m": "group"}, marks={"m": Mark("error", "constant within each id")}
    ),
    "moderated": replace(MADE, moderators={"a": ("w", "v"), "b": ("w",), "direct": ("v",)}),
    "parallel": replace(MADE, mediators=SEVERAL, random_slopes=SLOPES),
    "serial": replace(MADE, mediators=SEVERAL, mediation="serial", random_slopes=SLOPES),
    "many covariates": replace(MADE, covariates=tuple(f"covariate_{i}" for i in range(40))),
    "dimmed": replace(MADE, dimmed=True),
}
NAMES = (*DRAFTS, *(f"{name} fitted" for name in results.CASES), "hostile")


@cache
def sketch(name: str) -> Sketch:
    if name in DRAFTS:
        return DRAFTS[name]
    if name == "hostile":
        return sketch_of(results.hostile())
    return sketch_of(results.result(name.removesuffix(" fitted")), PERSONS)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def having(root: ElementTree.Element, **wanted: str) -> list[ElementTree.Element]:
    """Return elements with attributes; ``data_node="group"`` asks for data-node."""
    pairs = [(name.replace("_", "-"), value) for name, value in wanted.items()]
    return [item for item in root.iter() if all(item.get(name) == value for name, value in pairs)]


def words(item: ElementTree.Element) -> str:
    return "".join(item.itertext()).replace("\u00a0", " ")
