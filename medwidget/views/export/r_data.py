"""What all code in R shares: reading the file, making columns, effects with their intervals."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from medwidget.effects.effect import Unavailable
from medwidget.errors import UnsupportedError
from medwidget.spec.levels import Level
from medwidget.views.export.arithmetic import Arithmetic
from medwidget.views.export.literals import in_comment, number, r_string
from medwidget.views.export.plan import Derived, Plan, Source

__all__ = [
    "R_RESERVED",
    "delta_effects",
    "heading",
    "parameter_comments",
    "printed_effects",
    "read_data",
    "wrapped",
]

# Words of R, and the names that the code itself uses.
_WORDS = """
if else repeat while function for next break true false null inf nan na in t f c q
data groups stacked row equation response zero file raw as_number fits estimate covariance loglik
effects effect_names results level reml model control fit describe curvature pi
"""
R_RESERVED = frozenset(_WORDS.split())

_READ = """\
# The file, read as text: medwidget's name of a column is in quotes, its name in the code in front.
file <- "data.csv"
raw <- read.csv(file, header = FALSE, colClasses = "character", na.strings = character(),
                encoding = "UTF-8")
names(raw) <- sub("^\\ufeff", "", unlist(raw[1, ]))
raw <- raw[-1, , drop = FALSE]
raw[raw == {missing}] <- NA
as_number <- function(text) {
  value <- match(tolower(text), c("false", "true")) - 1
  other <- is.na(value) & !is.na(text)
  replace(value, other, as.numeric(text[other]))
}
"""

_COMPLETE = """\
# Complete rows with finite values.
data <- data[rowSums(!is.finite(as.matrix(data[-1]))) == 0 & !is.na(data$GROUP), ]
data$GROUP <- factor(data$GROUP, levels = unique(data$GROUP))
"""

_INCOMPLETE = """\
# Rows with at least one value.
data[-1][!is.finite(as.matrix(data[-1]))] <- NA
data <- data[rowSums(!is.na(data[-1])) > 0 & !is.na(data$GROUP), ]
data$GROUP <- factor(data$GROUP, levels = unique(data$GROUP))
"""
_FILLED = """\
data$COLUMN <- ave(data$COLUMN, data$GROUP, FUN = function(value) mean(value, na.rm = TRUE))
data$COLUMN[is.nan(data$COLUMN)] <- NA
"""

_DELTA = """\
# Each effect at the estimates, its standard error by the delta method, and the normal interval.
describe <- function(effect) {
  used <- all.vars(effect)
  value <- eval(deriv(effect, used), as.list(estimate))
  slope <- as.vector(attr(value, "gradient"))
  se <- sqrt(drop(slope %*% covariance[used, used, drop = FALSE] %*% slope))
  c(estimate = as.vector(value), se = se)
}
results <- data.frame(effect = effect_names, t(vapply(effects, describe, numeric(2))))
results$lower <- results$estimate - qnorm((1 + level) / 2) * results$se
results$upper <- results$estimate + qnorm((1 + level) / 2) * results$se
print(results, digits = 5, row.names = FALSE)
cat("Log-likelihood:", format(loglik, nsmall = 4), "\\n")
"""


def heading(plan: Plan, remarks: Sequence[str] = ()) -> Iterator[str]:
    """Yield comments on what the code is."""
    result = plan.result
    made_by = f"medwidget {result.versions.get('medwidget', '')}".strip()
    yield f"# {plan.program} code of a mediation model, written by {made_by}."
    ledger = result.ledger
    yield (
        f"# The result came from {ledger.n_rows_used:,} of {ledger.n_rows_total:,} rows in "
        f"{ledger.n_groups_used:,} groups. Its log-likelihood is "
        f"{result.statistics['loglik']:.4f}{' (restricted)' if plan.restricted else ''}."
    )
    for remark in remarks:
        yield from (f"# {line}" for line in wrapped(remark, 96))


def read_data(plan: Plan) -> Iterator[str]:
    """Yield code that reads the file, renames its columns and makes those that the model needs."""
    yield _READ.replace("{missing}", r_string("") if _has_na(plan) else '"NA" | raw == ""')
    yield "data <- data.frame("
    rows = [f"{plan.group} = raw[[{r_string(plan.result.model.group)}]]"]
    rows += [f"{item.name} = {_column(item, plan.scales[item.name])}" for item in plan.sources]
    yield from _listed(rows, ")")
    kept = _INCOMPLETE if plan.incomplete else _COMPLETE
    yield kept.replace("GROUP", plan.group).rstrip()
    if plan.incomplete:
        for source in plan.sources:
            if plan.structure.levels[source.column] is Level.GROUP:
                filled = _FILLED.replace("COLUMN", source.name)
                yield filled.replace("GROUP", plan.group).rstrip()
    for item in plan.derived:
        yield f"data${item.name} <- {_made(item, plan.group)}"
    yield f"groups <- data[!duplicated(data${plan.group}), ]"
    yield ""


def _has_na(plan: Plan) -> bool:
    """Tell whether NA is the name of a group or a category, and so no missing value."""
    prepared = plan.result.resolved.prepared
    infos = (prepared.frame.columns[item.column] for item in plan.sources)
    texts = [label for info in infos if info.kind == "categorical" for label in info.categories]
    return any(str(text) == "NA" for text in (*texts, *prepared.labels))


def _column(source: Source, scale: float) -> str:
    text = f"raw[[{r_string(source.column)}]]"
    if source.category is None:
        return f"as_number({text})" + ("" if scale == 1 else f" / {number(scale)}")
    return f"as.numeric({text} == {r_string(str(source.category))})"


def _made(item: Derived, group: str) -> str:
    first = f"data${item.sources[0]}"
    if item.rule == "product":
        return " * ".join(f"data${source}" for source in item.sources)
    if item.rule == "grand":
        return f"{first} - mean({first})"
    mean = f"ave({first}, data${group})"
    return mean if item.rule == "mean" else f"{first} - {mean}"


def _listed(rows: Sequence[str], close: str) -> Iterator[str]:
    for place, row in enumerate(rows):
        yield f"  {row}{',' if place < len(rows) - 1 else ''}"
    yield close


def printed_effects(plan: Plan, arithmetic: Arithmetic) -> Iterator[tuple[str, str]]:
    """Yield the name and the formula of each effect that the program can compute."""
    for effect in plan.effects:
        if isinstance(effect.expression, Unavailable):
            continue
        try:
            yield effect.name, arithmetic.text(effect.expression)
        except UnsupportedError:
            continue


def delta_effects(plan: Plan) -> Iterator[str]:
    """Yield code that computes effects from ``estimate`` and ``covariance``."""
    found = list(printed_effects(plan, Arithmetic(plan.symbol)))
    yield "effect_names <- c("
    yield from _listed([r_string(name) for name, _ in found], ")")
    yield "effects <- expression("
    yield from _listed([text for _, text in found], ")")
    yield f"level <- {number(plan.level)}"
    yield _DELTA


def parameter_comments(plan: Plan, parameters: Sequence[str], mark: str = "#") -> Iterator[str]:
    """Yield comments that say which parameter a name stands for, where they differ."""
    for name in parameters:
        if plan.label(name) != name:
            yield f"{mark}   {plan.label(name)}: {in_comment(name)}"


def wrapped(text: str, width: int, *, break_long_words: bool = False) -> list[str]:
    """Return text in lines."""
    return textwrap.wrap(text, width, break_long_words=break_long_words, break_on_hyphens=False)
