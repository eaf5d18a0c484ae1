"""What the command line takes, and the model that it names."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any, NoReturn

from medwidget.command.check import run_check
from medwidget.command.demo import run_demo
from medwidget.command.output import say
from medwidget.command.report import run_report
from medwidget.estimators.registry import ESTIMATORS
from medwidget.intervals.registry import INTERVALS
from medwidget.spec.model import CENTERINGS, COVARIANCES, MEDIATIONS, MISSING
from medwidget.views.text.names import visible

__all__ = ["read_arguments"]

DATA = "a file of comma-, semicolon- or tab-separated values whose first line names the columns"


class _Parser(ArgumentParser):
    """A parser that tells what is wrong in one line."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end."""
        line = visible(" ".join(message.split()))
        say(f"medwidget: {line}. See '{self.prog} --help'.", error=True)
        sys.exit(2)


def read_arguments(arguments: Sequence[str]) -> Namespace:
    """Return what was asked for; ``run`` is the function that does it.

    An argument that is not known ends the program with exit code 2.
    """
    return _parser().parse_args(arguments)


def _parser() -> _Parser:
    parser = _Parser(
        prog="medwidget", description="Mediation in grouped data: within groups and between them."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="command")
    report = commands.add_parser(
        "report",
        help="fit a model and write what it says as one HTML page",
        description="Fit a model and write what it says as one HTML page that needs no network.",
    )
    _add_model(report, required=True)
    _add_fit(report)
    report.set_defaults(run=run_report)
    check = commands.add_parser(
        "check",
        help="describe the columns of a file, or say what is wrong with a model on them",
        description="Without a model: describe the columns of a file. With one: say what is wrong "
        "with it on these data; the exit code is 1 if there is an error among the problems.",
    )
    _add_model(check, required=False)
    check.set_defaults(run=run_check)
    demo = commands.add_parser(
        "demo",
        help="open the tour in JupyterLab",
        description="Put the tour into a folder and open it in JupyterLab.",
    )
    demo.add_argument("--folder", default=".", help="where the notebook is put; default: here")
    demo.add_argument("--how", action="store_true", help="say how to open it, and do not")
    demo.set_defaults(run=run_demo)
    return parser


def _add_model(parser: ArgumentParser, *, required: bool) -> None:
    parser.add_argument("data", help=DATA)
    roles = parser.add_argument_group("model")
    roles.add_argument("--exposure", required=required, metavar="COLUMN")
    roles.add_argument(
        "--mediator",
        required=required,
        action="append",
        metavar="COLUMN",
        help="again for each further mediator",
    )
    roles.add_argument("--outcome", required=required, metavar="COLUMN")
    roles.add_argument("--group", required=required, metavar="COLUMN")
    roles.add_argument("--covariate", action="append", default=[], metavar="COLUMN")
    roles.add_argument(
        "--moderator",
        action="append",
        default=[],
        metavar="PATH=COLUMN",
        help="such as a=w: w changes the path from exposure to mediator",
    )
    roles.add_argument("--centering", choices=CENTERINGS, default="group-mean")
    roles.add_argument(
        "--random-slopes",
        nargs="*",
        metavar="PATH",
        help="paths that vary between groups: a, b, direct; none if empty; default: a b",
    )
    roles.add_argument("--random-covariance", choices=COVARIANCES, default="full")
    roles.add_argument("--mediation", choices=MEDIATIONS, default="parallel")
    roles.add_argument("--missing", choices=MISSING, default="listwise")
    roles.add_argument(
        "--split",
        action="append",
        default=[],
        metavar="COLUMN=HOW",
        help="under latent centring: x=observed or x=within",
    )
    roles.add_argument(
        "--constraint",
        action="append",
        default=[],
        metavar="PARAMETER=VALUE",
        help="under latent centring: direct_between=0 or a_within=a_between",
    )
    reading = parser.add_argument_group("reading the file")
    reading.add_argument("--separator", help="between values; found by itself unless given")
    reading.add_argument("--decimal", default=".", choices=(".", ","), help="default: .")
    reading.add_argument("--encoding", default="utf-8-sig", help="default: UTF-8")


def _add_fit(parser: ArgumentParser) -> None:
    fit = parser.add_argument_group("fit")
    fit.add_argument("--estimator", choices=tuple(ESTIMATORS), default="ml")
    fit.add_argument("--interval", choices=(*INTERVALS, "none"), default="monte-carlo")
    fit.add_argument("--level", type=float, default=0.95)
    fit.add_argument("--seed", type=int, default=1)
    page = parser.add_argument_group("page")
    page.add_argument(
        "-o", "--output", metavar="FILE", help="default: the name of the data with -report.html"
    )
    page.add_argument("--title", help="default: names the file of the data")
    page.add_argument("--group-label", default="group", help="what a group is called: person")
    page.add_argument("--row-label", default="row", help="what a row is called: day")
