"""Expressions as text. A printer for another syntax is another `Visitor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from medwidget.effects import expression as nodes
    from medwidget.effects import functions

__all__ = ["TextPrinter", "Visitor", "number"]

Result_co = TypeVar("Result_co", covariant=True)

SUM, PRODUCT, ATOM = range(3)
MINUS = "−"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Visitor(Protocol[Result_co]):
    """One method for each kind of node; a node hands itself over, the visitor descends.

    An exporter implements it to print an effect in the syntax of another program:
    ``expression.accept(visitor)``.
    """

    def parameter(self, node: nodes.Parameter) -> Result_co:
        """Visit a free parameter."""

    def constant(self, node: nodes.Constant) -> Result_co:
        """Visit a known number."""

    def sum(self, node: nodes.Sum) -> Result_co:
        """Visit a sum."""

    def product(self, node: nodes.Product) -> Result_co:
        """Visit a product; a leading negative constant is a sign."""

    def quotient(self, node: nodes.Quotient) -> Result_co:
        """Visit a quotient."""

    def power(self, node: nodes.Power) -> Result_co:
        """Visit an integer power."""

    def sqrt(self, node: functions.Sqrt) -> Result_co:
        """Visit a square root."""

    def normal_probability(self, node: functions.NormalProbability) -> Result_co:
        """Visit a standard normal probability."""

    def same_sign(self, node: functions.SameSign) -> Result_co:
        """Visit the probability that two normal variables share a sign."""

    def quadratic_form(self, node: functions.QuadraticForm) -> Result_co:
        """Visit a quadratic form with a known matrix."""


def number(value: float) -> str:
    """Return a number in at most four digits, with a true minus sign."""
    return f"{value:.4g}".replace("-", MINUS)


class TextPrinter:
    """Prints with a middle dot, a true minus and as few brackets as possible.

    Each visit returns the text and how tightly it binds (sum, product or atom).
    """

    def parameter(self, node: nodes.Parameter) -> tuple[str, int]:
        """Print the name."""
        return node.name, ATOM

    def constant(self, node: nodes.Constant) -> tuple[str, int]:
        """Print the label, or else the number."""
        if node.label is not None:
            return node.label, ATOM
        return number(node.number), SUM if node.number < 0 else ATOM

    def sum(self, node: nodes.Sum) -> tuple[str, int]:
        """Print terms joined by plus and minus."""
        text = ""
        for position, term in enumerate(node.operands):
            part, _ = term.accept(self)
            if position == 0:
                text = part
            elif part.startswith(MINUS):
                text += f" {MINUS} {part[1:]}"
            else:
                text += f" + {part}"
        return text, SUM

    def product(self, node: nodes.Product) -> tuple[str, int]:
        """Print factors joined by middle dots."""
        first, _ = node.operands[0].accept(self)
        sign = MINUS if first.startswith(MINUS) else ""
        parts = [self._within(factor, PRODUCT) for factor in node.operands]
        if sign:
            parts[0] = first[1:]
            if parts[0] == "1":
                del parts[0]
        return sign + "·".join(parts), SUM if sign else PRODUCT

    def quotient(self, node: nodes.Quotient) -> tuple[str, int]:
        """Print numerator and denominator around a slash."""
        numerator = self._within(node.numerator, PRODUCT)
        return f"{numerator} / {self._within(node.denominator, ATOM)}", PRODUCT

    def power(self, node: nodes.Power) -> tuple[str, int]:
        """Print the exponent as a superscript."""
        exponent = str(node.exponent).translate(SUPERSCRIPTS)
        return f"{self._within(node.base, ATOM)}{exponent}", ATOM

    def sqrt(self, node: functions.Sqrt) -> tuple[str, int]:
        """Print with a root sign."""
        return f"√({node.radicand.accept(self)[0]})", ATOM

    def normal_probability(self, node: functions.NormalProbability) -> tuple[str, int]:
        """Print as Φ of the argument."""
        return f"Φ({node.argument.accept(self)[0]})", ATOM

    def same_sign(self, node: functions.SameSign) -> tuple[str, int]:
        """Print as the probability of two normal variables with these moments."""
        mean1, mean2, var1, var2, cov = (item.accept(self)[0] for item in node.operands)
        moments = f"means {mean1} and {mean2}, variances {var1} and {var2}, covariance {cov}"
        return f"P(uv > 0; u, v normal with {moments})", ATOM

    def quadratic_form(self, node: functions.QuadraticForm) -> tuple[str, int]:
        """Print the label."""
        return node.label, ATOM

    def _within(self, node: nodes.Expression, tightness: int) -> str:
        text, binding = node.accept(self)
        return text if binding >= tightness else f"({text})"
