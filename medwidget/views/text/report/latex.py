"""A report as LaTeX: a fragment for a document with the package booktabs."""

from __future__ import annotations

from collections.abc import Sequence

from medwidget.views.text.report.blocks import Grid, GridRow, Heading, Points, Prose
from medwidget.views.text.spans import Span

__all__ = ["Latex"]

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
        '"': r"\textquotedbl{}",
        "\u2212": "$-$",
        "×": r"$\times$",
        "→": r"$\rightarrow$",
        "′": r"$'$",
        "·": r"$\cdot$",
        "∞": r"$\infty$",
        "…": r"\ldots{}",
        "–": "--",
    }
)


class Latex:
    """Sections, paragraphs, and tables with the rules of booktabs."""

    def _escaped(self, text: str) -> str:
        # a bracket at the start of a row would be taken for the argument of the row before
        return text.translate(_SPECIAL).replace("[", "{[}").replace("]", "{]}")

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
            r"\begin{table}",
            rf"\caption{{{self._escaped(title)}}}",
            rf"\begin{{tabular}}{{l{'r' * (n - 1)}}}",
            r"\toprule",
            " & ".join(self._escaped(column) for column in block.columns) + r" \\",
            r"\midrule",
            *(self._row(row, n) for row in block.rows),
            r"\bottomrule",
            r"\end{tabular}",
        ]
        if block.note:
            lines.append(rf"\par\smallskip\emph{{Note.}} {self._escaped(block.note)}")
        return "\n".join([*lines, r"\end{table}"])

    def _row(self, row: GridRow, width: int) -> str:
        if row.heading:
            return rf"\multicolumn{{{width}}}{{l}}{{\textbf{{{self._spans(row.cells[0])}}}}} \\"
        cells = [self._spans(cell) for cell in row.cells]
        return " & ".join([*cells, *[""] * (width - len(cells))]) + r" \\"
