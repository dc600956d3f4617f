"""`dfsync targets`: lists the targets, as text or as a matrix for CI."""

from __future__ import annotations

import json

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.errors import ConfigError
from dfsync.model.settings import Config, Target
from dfsync.model.text import harmless_json, visible


@click.command("targets")
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", help="json: a matrix for CI.")
@click.pass_obj
def command(invocation: Invocation, /, *, format: str) -> None:
    """List the targets of dfsync.yaml; as JSON, the matrix for one CI job for each target."""
    config = invocation.config()
    chosen = _chosen(invocation, config)
    used = [chosen if chosen and chosen.name == target.name else target for target in config.targets.values()]
    targets = [
        {
            "target": target.name,
            "customer_id": target.customer_id,
            "base_url": target.base_url,
            "token_env": target.token_env,
            "refresh_token_env": target.refresh_token_env,
        }
        for target in used
    ]
    if format == "json":
        invocation.result(harmless_json(json.dumps({"include": targets})) + "\n")
        return
    for target in targets:
        default = "  (default)" if target["target"] == config.default_target else ""
        name, url = visible(str(target["target"])), visible(str(target["base_url"]))
        written = config.targets[str(target["target"])].base_url
        elsewhere = "" if written == target["base_url"] else "  (DFSYNC_BASE_URL)"
        invocation.result(f"{name}  customer {target['customer_id']}  {url}{elsewhere}{default}\n")


def _chosen(invocation: Invocation, config: Config) -> Target | None:
    """Return the target that a command would use, with the addresses of the environment; None when none is chosen."""
    try:
        return invocation.target(config)
    except ConfigError:
        return None
