"""How Sphinx builds the documentation: ``make docs``, strict, and without a network."""

import sys
from pathlib import Path

import numpydoc.xref

import medwidget

sys.path.insert(0, str(Path(__file__).parent))

project = "medwidget"
author = "The medwidget developers"
project_copyright = author
version = release = medwidget.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "_figures", "_reading"]

# Every reference must lead somewhere; -W makes what does not an error.
nitpicky = True
default_role = "py:obj"

html_theme = "furo"
html_title = "medwidget"
html_show_sphinx = False
html_copy_source = False

myst_heading_anchors = 4
myst_enable_extensions = ["deflist", "attrs_inline"]

# Types stand in the docstrings; those that this site describes become links.
autodoc_typehints = "none"
autodoc_member_order = "bysource"
# Python's own stay text: without a network nothing is known of its pages.
numpydoc.xref.DEFAULT_LINKS.clear()
numpydoc_show_class_members = False
numpydoc_xref_param_type = True
numpydoc_xref_ignore = "all"
numpydoc_xref_aliases = {
    name: f"medwidget.{name}" for name in medwidget.__all__ if name[0].isupper()
}
