"""Hatch hook: the README's links and the project's addresses lead to the repository that a release is built in.

The release workflow names it in DFSYNC_REPOSITORY, so that links hold on PyPI. A wheel that is built elsewhere has
none of them, since nobody can know where the repository is then.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"\]\((?!https?://|#)([^)\s]+)\)")


class Metadata(MetadataHookInterface):
    """README and addresses."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Set what pyproject.toml calls dynamic."""
        repository = os.environ.get("DFSYNC_REPOSITORY", "").rstrip("/")
        version = os.environ.get("DFSYNC_REVISION", "HEAD")
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["urls"] = {}
        if repository:
            text = _LINK.sub(rf"]({repository}/blob/{version}/\1)", text)
            metadata["urls"] = {
                "Documentation": f"{repository}/blob/{version}/docs/index.md",
                "Source": repository,
                "Changelog": f"{repository}/blob/{version}/CHANGELOG.md",
                "Issues": f"{repository}/issues",
            }
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
