"""Sphinx: `sphinx-build -W -b html docs site` builds the site; a warning is an error."""

from __future__ import annotations

from dfsync import __version__

project = "dfsync"
author = "The dfsync authors"
copyright = "The dfsync authors"
version = release = __version__

extensions = ["myst_parser"]
myst_heading_anchors = 4
myst_enable_extensions = ["deflist", "colon_fence"]
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = f"dfsync {__version__}"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
