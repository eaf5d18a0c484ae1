"""The two-level path diagram: a sketch becomes a graph, the graph gets positions, these an SVG."""

from medwidget.views.diagram.picture import Diagram, diagram
from medwidget.views.diagram.sketch import Mark, Sketch, draw, legend, ribbon, sketch_of

__all__ = ["Diagram", "Mark", "Sketch", "diagram", "draw", "legend", "ribbon", "sketch_of"]
