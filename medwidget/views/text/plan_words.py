"""A plan as Markdown, and what an analysis did otherwise, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from medwidget.studies.deviations import Deviations
from medwidget.studies.plan import Plan
from medwidget.views.export.python import call_lines, model_arguments
from medwidget.views.text.document import Document, Item, Listing, Paragraph, Section
from medwidget.views.text.html import document_html
from medwidget.views.text.layout import lay_out
from medwidget.views.text.names import visible
from medwidget.views.text.numbers import percent

__all__ = ["html", "markdown", "summary"]

NOT_STATED = "Not stated."
TAGS = {"changed": "changed", "to judge": "to judge", "note": "note"}
EXPLORATORY = (
    "Whatever is done beyond this is exploratory. Effects are read as associations under this "
    "model."
)


# -- the plan ---------------------------------------------------------------------------------


def markdown(plan: Plan) -> str:
    """Return a plan as Markdown; every text in it is one line, and no text becomes markup."""
    title = f"Plan of analysis: {_prose(plan.title)}" if plan.title else "Plan of analysis"
    written = f"Written {_prose(plan.written)} " if plan.written else "Written "
    parts = [
        f"# {title}",
        f"{written}with medwidget {_prose(plan.version)}, without data.",
        f"SHA-256 of the plan: `{plan.sha256}`. The file of the same name that ends in .json "
        f"carries it; any change to that file shows.",
        "## Hypotheses",
        *_numbered(
            _prose(each.text) + (f" (effect {_code(each.effect)})" if each.effect else "")
            for each in plan.hypotheses
        ),
        "## Smallest effects of interest",
        *_table(
            ("effect", "smallest size that matters"),
            [(_code(name), repr(size)) for name, size in plan.smallest_effects.items()],
        ),
        "## Sample",
        *_bullets(_sample(plan)),
        "## Rows left out",
        *_bullets(
            [_prose(each) for each in plan.exclusions]
            or ["None beyond those without a value in a column of the model."]
        ),
        "## Model",
        "\n".join(
            ["```python", "import medwidget as mw", "", *_code_lines(plan), "```"],
        ),
        "## Other analyses",
        *_bullets([*map(_prose, plan.comparisons), *(_code(repr(m)) for m in plan.alternatives)]),
        EXPLORATORY,
    ]
    return "\n\n".join(parts) + "\n"


def _sample(plan: Plan) -> Iterator[str]:
    if plan.n_groups is not None:
        yield f"{plan.n_groups:,} groups"
    if plan.n_rows is not None:
        yield f"{plan.n_rows:,} rows"
    if plan.stopping_rule:
        yield f"stops when: {_prose(plan.stopping_rule)}"


def _code_lines(plan: Plan) -> Iterator[str]:
    yield from call_lines("model", "mw.MediationModel", model_arguments(plan.model))
    yield from call_lines("result", "mw.fit", _fit_arguments(plan))
    yield f"# intervals at {percent(plan.level)}, alpha = {1 - plan.level:.6g}"


def _fit_arguments(plan: Plan) -> Iterator[str]:
    yield "model"
    yield "data"
    yield f"estimator={plan.estimator!r}"
    yield f"interval={_interval(plan)}"
    yield f"level={plan.level!r}"
    yield f"seed={plan.seed!r}"


def _interval(plan: Plan) -> str:
    if plan.interval is None:
        return "None"
    name = "".join(part.capitalize() for part in plan.interval.split("-"))
    options = ", ".join(f"{key}={value!r}" for key, value in plan.interval_options.items())
    return f"mw.{name}({options})"


# -- Markdown ---------------------------------------------------------------------------------


def _prose(text: str) -> str:
    """Return the user's own words in one line, with nothing in them that Markdown would read."""
    line = _line(text)
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", line)


def _line(text: str) -> str:
    return visible(" ".join(text.split()))


def _code(text: str) -> str:
    """Return text between as many backticks as it takes."""
    line = visible(text).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest or line.startswith(" ") or not line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _bullets(items: Iterable[str]) -> list[str]:
    listed = [f"- {item}" for item in items]
    return ["\n".join(listed)] if listed else [NOT_STATED]


def _numbered(items: Iterable[str]) -> list[str]:
    listed = [f"{place}. {item}" for place, item in enumerate(items, 1)]
    return ["\n".join(listed)] if listed else [NOT_STATED]


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return [NOT_STATED]
    lines = [header, tuple("---" for _ in header), *rows]
    return ["\n".join(f"| {' | '.join(line)} |" for line in lines)]


# -- deviations -------------------------------------------------------------------------------


def summary(deviations: Deviations) -> str:
    """Return what an analysis did otherwise, for reading at a prompt."""
    return lay_out(_document(deviations))


def html(deviations: Deviations) -> str:
    """Return what an analysis did otherwise as a fragment of HTML."""
    return document_html(_document(deviations))


def _document(deviations: Deviations) -> Document:
    plan = deviations.plan
    named = f": {_line(plan.title)}" if plan.title else ""
    when = f", written {_line(plan.written)}" if plan.written else ""
    heading = Section("", (Paragraph(f"SHA-256 {plan.sha256}{when}."),))
    if deviations.items:
        items = tuple(Item(TAGS[item.kind], visible(item.sentence)) for item in deviations.items)
        found = Section("What differs", (Listing(items),))
    else:
        found = Section("What differs", (Paragraph("Nothing that a result shows."),))
    sections = [heading, found]
    if deviations.unseen:
        items = tuple(Item("", visible(text)) for text in deviations.unseen)
        sections.append(Section("What no result can show", (Listing(items),)))
    return Document(f"Deviations from the plan{named}", tuple(sections))
