"""`--report FORMAT=FILE`: more reports of the same run, each in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click


def report_option(formats: Sequence[str]) -> Callable[[Any], Any]:
    """Return the option; the command gets `reports` as pairs of format and file."""

    def split(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> list[tuple[str, str]]:
        pairs = []
        for value in values:
            format, equals, file = value.partition("=")
            if not equals or format not in formats or not file:
                message = f"{value!r} is not FORMAT=FILE with FORMAT one of {', '.join(formats)}"
                raise click.BadParameter(message, ctx, param)
            pairs.append((format, file))
        return pairs

    return click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        callback=split,
        help="Write a further report; may be repeated.",
    )
