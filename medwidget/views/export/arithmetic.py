"""Effects in the arithmetic of another program, from the expressions that define them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from medwidget.effects import expression as nodes
from medwidget.effects import functions
from medwidget.errors import UnsupportedError
from medwidget.views.export.literals import number

__all__ = ["Arithmetic"]

SUM, PRODUCT, ATOM = range(3)
_CALLS = {"sqrt": "sqrt", "normal": "pnorm"}


@dataclass(frozen=True)
class Arithmetic:
    """Prints expressions with ``+ - * /``, a power sign, roots and normal probabilities.

    Attributes
    ----------
    symbol : callable
        What stands for a parameter, by its name.
    power : str
        Sign of a power.
    calls : mapping of str to str
        What the program calls "sqrt" and "normal" (the standard normal distribution function).
    """

    symbol: Callable[[str], str]
    power_sign: str = "^"
    calls: Mapping[str, str] = field(default_factory=lambda: _CALLS)

    def text(self, expression: nodes.Expression) -> str:
        """Return an expression in the program's syntax."""
        return expression.accept(self)[0]

    def parameter(self, node: nodes.Parameter) -> tuple[str, int]:
        """Print the symbol."""
        return self.symbol(node.name), ATOM

    def constant(self, node: nodes.Constant) -> tuple[str, int]:
        """Print all digits."""
        return (f"({number(node.number)})" if node.number < 0 else number(node.number)), ATOM

    def sum(self, node: nodes.Sum) -> tuple[str, int]:
        """Print terms joined by plus; a leading -1 of a term becomes a minus."""
        text = ""
        for position, term in enumerate(node.operands):
            if position and _is_negated(term):
                rest = nodes.Product(term.operands[1:]) if len(term.operands) > 2 else None
                part = (rest or term.operands[1]).accept(self)
                text += f" - {_bracketed(part, PRODUCT)}"
            else:
                text += (" + " if position else "") + term.accept(self)[0]
        return text, SUM

    def product(self, node: nodes.Product) -> tuple[str, int]:
        """Print factors joined by asterisks."""
        return " * ".join(_bracketed(item.accept(self), PRODUCT) for item in node.operands), PRODUCT

    def quotient(self, node: nodes.Quotient) -> tuple[str, int]:
        """Print numerator and denominator around a slash."""
        upper = _bracketed(node.numerator.accept(self), PRODUCT)
        return f"{upper} / {_bracketed(node.denominator.accept(self), ATOM)}", PRODUCT

    def power(self, node: nodes.Power) -> tuple[str, int]:
        """Print the power sign and an exponent."""
        base = _bracketed(node.base.accept(self), ATOM)
        return f"({base}{self.power_sign}{node.exponent})", ATOM

    def sqrt(self, node: functions.Sqrt) -> tuple[str, int]:
        """Print a call."""
        return f"{self.calls['sqrt']}({node.radicand.accept(self)[0]})", ATOM

    def normal_probability(self, node: functions.NormalProbability) -> tuple[str, int]:
        """Print a call."""
        return f"{self.calls['normal']}({node.argument.accept(self)[0]})", ATOM

    def same_sign(self, node: functions.SameSign) -> tuple[str, int]:
        """Refuse: other programs have no bivariate normal distribution at hand."""
        raise UnsupportedError("A bivariate normal probability has no short form elsewhere.")

    def quadratic_form(self, node: functions.QuadraticForm) -> tuple[str, int]:
        """Refuse: its matrix is of the data."""
        raise UnsupportedError("A quadratic form of the data has no short form elsewhere.")


def _is_negated(node: nodes.Expression) -> bool:
    first = node.operands[0] if isinstance(node, nodes.Product) else None
    return isinstance(first, nodes.Constant) and first.label is None and first.number == -1


def _bracketed(part: tuple[str, int], tightness: int) -> str:
    text, binding = part
    return text if binding >= tightness else f"({text})"
