"""The style sheet of diagrams: every colour is named here and nowhere else in them.

``python -m medwidget.views.diagram.style`` prints that of the page, `js/src/styles/picture.css`.

Within the widget the page's own variables (``--mw-w``) decide; elsewhere the diagram brings its
colours, and darker ones for those who prefer them. With plain colours, for programs that read
neither variables nor preferences, it is light.
"""

from __future__ import annotations

import re
import sys
from functools import cache

from medwidget.views.theme import DARK, FONT, LIGHT

__all__ = ["page_stylesheet", "stylesheet"]

_SIDES = {
    # class: panel, line, ghost line, strong text
    "w": ("$wp", "$w", "$wl", "$wt"),
    "b": ("$bp", "$b", "$bl", "$bt"),
    "n": ("$bg2", "$n", "$line2", "$ink"),
}

_LOOK = """
text{font-family:$font;fill:$ink;font-variant-numeric:tabular-nums;font-size:13px}
.m{fill:$ink2}
.m3{fill:$ink3}
.ochre{fill:$bt}
.s11{font-size:11px}
.s12{font-size:12px}
.s15{font-size:15px}
.s22{font-size:22px}
.sb{font-weight:600}
.md{font-weight:500}
.it{font-style:italic}
.index{font-size:10px}
.end{text-anchor:end}
.middle{text-anchor:middle}
.cap{font-size:10.5px;font-weight:700;letter-spacing:.07em}
.halo{paint-order:stroke;stroke-width:5px;stroke-linejoin:round}
.paper{fill:$bg}
.line{fill:none}
.shape{fill:$bg;stroke-width:1.5px}
.empty .shape{stroke-dasharray:5 4}
.mean .shape{fill:none;stroke-width:1.2px;stroke-dasharray:3 4}
.error .shape{fill:$badp;stroke:$bad;stroke-dasharray:5 4}
.error .icon{stroke:$bad}
.warning .shape{fill:$warnp;stroke:$warn}
.warning .icon{stroke:$warn}
.icon{fill:none;stroke:$ink2;stroke-width:1.5px;stroke-linecap:round;stroke-linejoin:round}
.refused .line{stroke:$line2;stroke-dasharray:5 4}
.refused .head{fill:$line2}
.held .line{stroke:$ink3;stroke-dasharray:1.5 4;stroke-width:1.5px}
.held .head{fill:$ink3}
.dot{fill:$b;stroke-width:2px}
.ring{stroke:$n;stroke-width:1.2px}
.alarm{fill:$warnp;stroke:$warn;stroke-width:1.2px}
.alarmed{fill:$warn;font-weight:600}
.arc{fill:none;stroke:$b;stroke-width:1.3px}
.arc-head{fill:$b}
.hump{fill:$bl}
.hump-foot{stroke:$b;stroke-width:1px}
.zero{stroke:$ink2;stroke-width:1px}
.rule{stroke:$ink3;stroke-width:1px;stroke-dasharray:5 5}
.tag{fill:$bg;stroke:$line2}
.hollow{fill:none;stroke:$line2;stroke-dasharray:3 3}
.wanted{fill:$bg;stroke:$ink;stroke-width:1.4px;stroke-dasharray:5 4}
.key{fill:none;stroke:$ink2;stroke-width:1.3px;stroke-linecap:round}
.lead{stroke:$ink3;stroke-width:1px}
.lead-head{fill:$ink3}
.sample{stroke:$ink2;stroke-width:2px}
.dimmed .path,.dimmed .effect,.dimmed .covariance{opacity:.4}
"""

_SIDE_LOOK = """
.{0} .panel{{fill:{1}}}
.{0} .ground{{fill:{1}}}
.{0} .halo{{stroke:{1}}}
.{0} .dot{{stroke:{1}}}
.{0} .ring{{fill:{1}}}
.{0} .line{{stroke:{2}}}
.{0} .head{{fill:{2}}}
.{0} .ghost .line{{stroke:{3}}}
.{0} .ghost .head{{fill:{3}}}
.{0} .shape{{stroke:{2}}}
.{0} .mean .shape{{stroke:{3}}}
.{0} .strong{{fill:{4}}}
"""
# Outside the panels the page's own ground is below: in the ribbon and the legend.
_FOLDED = """
.folded .dot{stroke:$bg}
.folded .shape{stroke-width:1.2px}
.legend .dot{stroke:none}
.legend .ring{fill:none}
.legend .latent{fill:$bg;stroke:$b;stroke-width:1.5px}
"""

# What only a live diagram needs. The page says by data-drop what a dragged column may do.
_LIVE = """
[role=button],[role=switch]{cursor:pointer;outline:none}
.mw-hit{stroke:transparent;stroke-width:14px;fill:none;pointer-events:stroke}
.area{fill:transparent}
.focus{fill:none;stroke:none;pointer-events:none}
[role=button]:focus-visible>.focus,[role=switch]:focus-visible>.focus{stroke:$ink;stroke-width:1.5px}
[data-node]:hover>.shape{stroke-width:2px}
[data-path]:hover>.line{filter:brightness(.85)}
[data-slope]:hover>circle{stroke-width:2.5px}
[data-slope]:hover>.ring{stroke:$ink}
[data-add]:hover>.tag,[data-chip]:hover>.tag,[data-node=group]:hover>.tag{stroke:$ink3}
[data-drop=valid]>.shape,[data-drop=near]>.shape{stroke-width:2px;stroke-dasharray:none}
[data-drop=valid]>.wanted,[data-drop=near]>.wanted{stroke-width:2px;stroke-dasharray:none}
[data-drop=valid]>.tag,[data-drop=near]>.tag{stroke:$ink;stroke-width:2px}
[data-drop=valid]>.hollow,[data-drop=near]>.hollow{stroke:$ink;stroke-width:1.5px;stroke-dasharray:none}
.w [data-drop=near]>.shape{fill:$ws}
.b [data-drop=near]>.shape{fill:$bs}
[data-drop=near]>.tag,[data-drop=near]>.wanted,.n [data-drop=near]>.shape{fill:$bg3}
.add[data-drop=near]>.hollow{fill:$bg3}
[data-drop=invalid]{opacity:.4}
"""

# Colours of the system's choice win over all others.
_FORCED = """
text,tspan,.head,.arc-head,.lead-head,.dot,.hump{fill:CanvasText!important}
.line,.shape,.latent,.ring,.arc,.rule,.tag,.hollow,.wanted,.icon,.key,.lead,.zero,.hump-foot,.alarm,.sample{stroke:CanvasText!important}
.panel,.ground,.shape,.tag,.wanted,.ring,.alarm,.paper{fill:Canvas!important}
.panel{stroke:CanvasText!important}
.halo,.dot{stroke:Canvas!important}
[role]:focus-visible>.focus{stroke:Highlight!important}
"""

_PLAIN_FONT = "Inter,'Helvetica Neue',Arial,'Liberation Sans',sans-serif"
_SCOPE = ".mw-diagram"
_NAME = re.compile(r"\$(\w+)")


@cache
def stylesheet(*, interactive: bool, plain: bool = False) -> str:
    """Return the style sheet of a diagram.

    Parameters
    ----------
    interactive : bool
        That of the page, which defines the variables: with the looks of focus, hovering and
        dropping.
    plain : bool
        Light colours as they are, without variables, preferences or states.
    """
    sides = "".join(_SIDE_LOOK.format(name, *look) for name, look in _SIDES.items())
    rules = sides + _LOOK + _FOLDED + (_LIVE if interactive and not plain else "")
    if plain:
        return _scoped(_NAME.sub(_plain, rules))
    forced = f"@media (forced-colors:active){{{_scoped(_FORCED)}}}"
    if interactive:  # the page has all variables
        return "\n".join(
            [f"{_SCOPE}{{display:block}}", _scoped(_NAME.sub(r"var(--mw-\1)", rules)), forced]
        )
    used = sorted(set(_NAME.findall(rules)) - {"font"})
    return "\n".join(
        [
            f"{_SCOPE}{{display:block;max-width:100%;height:auto}}",
            f"{_SCOPE}{{{_variables(used, dark=False)}}}",
            f"@media (prefers-color-scheme:dark){{{_SCOPE}{{{_variables(used, dark=True)}}}}}",
            _scoped(_NAME.sub(_variable, rules)),
            forced,
        ]
    )


def _scoped(rules: str) -> str:
    """Return rules that hold inside diagrams only."""
    found = []
    for rule in filter(None, rules.strip().splitlines()):
        selectors, brace, body = rule.partition("{")
        scoped = ",".join(f"{_SCOPE} {selector}" for selector in selectors.split(","))
        scoped = scoped.replace(f"{_SCOPE} .dimmed", f"{_SCOPE}.dimmed")
        found.append(scoped + brace + body)
    return "\n".join(found)


def _variables(names: list[str], *, dark: bool) -> str:
    colors = DARK if dark else LIGHT
    return ";".join(f"--mwd-{name}:{colors[name]}" for name in names)


def _variable(found: re.Match[str]) -> str:
    name = found.group(1)
    if name == "font":
        return f"var(--mw-font,{FONT})"
    return f"var(--mw-{name},var(--mwd-{name}))"


def _plain(found: re.Match[str]) -> str:
    name = found.group(1)
    return _PLAIN_FONT if name == "font" else LIGHT[name]


def page_stylesheet() -> str:
    """Return the style sheet of the diagrams in the page, as a file."""
    made_by = "/* made by python -m medwidget.views.diagram.style */"
    return f"{made_by}\n{stylesheet(interactive=True)}\n"


if __name__ == "__main__":
    sys.stdout.write(page_stylesheet())
