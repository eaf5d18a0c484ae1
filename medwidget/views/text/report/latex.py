"""A report as LaTeX: a fragment for a document with the package booktabs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from medwidget.views.text.report.blocks import Grid, GridRow, Heading, Points, Prose
from medwidget.views.text.spans import Span

__all__ = ["Latex"]

# Those that have a command of their own.
_GREEK = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"


def _greek(letter: str) -> str:
    name = unicodedata.name(letter).split()[-1].replace("LAMDA", "LAMBDA")
    return rf"$\{name.lower() if letter.islower() else name.capitalize()}$"


_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        # straight in both of LaTeX's own encodings, of which one has it in no other family
        '"': r"{\ttfamily\char34}",
        "\u2212": "$-$",
        "×": r"$\times$",
        "→": r"$\rightarrow$",
        "′": r"$'$",
        "·": r"$\cdot$",
        "∞": r"$\infty$",
        "≤": r"$\leq$",
        "≥": r"$\geq$",
        "≠": r"$\neq$",
        "±": r"$\pm$",
        "…": r"\ldots{}",
        "–": "--",
        **{letter: _greek(letter) for letter in _GREEK},
    }
)
# Signs that TeX would draw together with the one that follows, as it does with two hyphens.
_DRAWN_TOGETHER = re.compile(r"([-'`!?,])(?=[-'`,])")
_RAISED = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


class Latex:
    """Sections, paragraphs, and tables with the rules of booktabs."""

    def _escaped(self, text: str) -> str:
        apart = _DRAWN_TOGETHER.sub("\\1\0", text).translate(_SPECIAL).replace("\0", "{}")
        raised = _RAISED.sub(lambda found: f"$^{{{found.group().translate(_LOWERED)}}}$", apart)
        # a bracket at the start of a row would be taken for the argument of the row before
        return raised.replace("[", "{[}").replace("]", "{]}")

    def _spans(self, spans: Sequence[Span]) -> str:
        return "".join(self._span(span) for span in spans)

    def _span(self, span: Span) -> str:
        text = self._escaped(span.text)
        command = "textbf" if span.strong else "emph" if span.italic else ""
        return rf"\{command}{{{text}}}" if command else text

    def heading(self, block: Heading) -> str:
        """Return a heading."""
        return rf"\subsection*{{{self._escaped(block.text)}}}"

    def prose(self, block: Prose) -> str:
        """Return a paragraph."""
        return self._spans(block.spans)

    def points(self, block: Points) -> str:
        """Return a list."""
        items = [
            rf"  \item \textbf{{{self._escaped(title)}}}: {self._escaped(text)}"
            for title, text in block.items
        ]
        return "\n".join([r"\begin{itemize}", *items, r"\end{itemize}"])

    def grid(self, block: Grid) -> str:
        """Return a table that floats."""
        n = len(block.columns)
        title = block.title.partition(". ")[2] or block.title  # LaTeX numbers tables itself
        lines = [
            "% needs \\usepackage{booktabs}",
            r"\begin{table}[htbp]",
            r"\centering",
            rf"\caption{{{self._escaped(title)}}}",
            r"\medskip",
            rf"\begin{{tabular}}{{l{'r' * (n - 1)}}}",
            r"\toprule",
            " & ".join(self._escaped(column) for column in block.columns) + r" \\",
            r"\midrule",
            *(self._row(row, n) for row in block.rows),
            r"\bottomrule",
            r"\end{tabular}",
        ]
        if block.note:
            note = rf"\emph{{Note.}} {self._escaped(block.note)}"
            lines.append(rf"\par\smallskip\parbox{{\linewidth}}{{{note}}}")
        return "\n".join([*lines, r"\end{table}"])

    def _row(self, row: GridRow, width: int) -> str:
        if row.heading:
            return rf"\multicolumn{{{width}}}{{l}}{{\textbf{{{self._spans(row.cells[0])}}}}} \\"
        cells = [self._spans(cell) for cell in row.cells]
        return " & ".join([*cells, *[""] * (width - len(cells))]) + r" \\"
