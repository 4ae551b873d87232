"""How Sphinx builds these pages."""

import logging
from importlib.metadata import version as installed

project = "slamodel"
copyright = "the slamodel contributors"
version = release = installed("slamodel")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 90
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = f"slamodel {release}"
html_static_path = ["_static"]
html_css_files = ["wrap.css"]

# A chapter may still be without pages. Sphinx gives this warning no type to suppress it by.
logging.getLogger("sphinx.sphinx.directives.other").addFilter(
    lambda record: not str(record.msg).startswith("toctree glob pattern")
)
