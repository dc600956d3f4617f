"""`dfsync export`: live sites in the API's own shape, or as a CSV that can be imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import orjson

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import chosen_format, write_stream
from dfsync.commands.terminal.log_output import bundle_option
from dfsync.errors import InputError
from dfsync.model.fields import COLUMNS, FIELDS
from dfsync.model.live import LiveSite
from dfsync.model.text import harmless_json, obeyed, shortened
from dfsync.model.values import to_cell
from dfsync.render.cells import encoded

Kept = tuple[str, bytes]
"""A site's id and its line of the output."""


@click.command("export")
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE.")
@click.option(
    "--format",
    "format",
    type=click.Choice(["json", "csv"]),
    help="csv has the import's columns. The default follows the ending of --output; without one it is json.",
)
@click.option("--id", "ids", metavar="ID", multiple=True, help="Only this site; may be repeated.")
@bundle_option
@click.pass_obj
def command(
    invocation: Invocation, /, *, output: Path | None, format: str | None, ids: tuple[str, ...], bundle: Path | None
) -> None:
    """Write live sites: as the API's answer with all pages joined, or as CSV that can be imported."""
    format = chosen_format(format, output, ("json", "csv"), "json")
    line: Callable[[LiveSite], bytes] = json_line if format == "json" else csv_line

    def keep(site: LiveSite) -> Kept:
        return site.id, line(site)

    with invocation.client(invocation.config(), bundle=bundle) as client:
        kept = client.export(keep, ids=ids or None)
    found = {site for site, _ in kept}
    if unknown := [id for id in dict.fromkeys(ids) if id not in found]:
        raise InputError(
            f"no live site has the id {', '.join(map(shortened, unknown))}",
            help="write --id once for each id, as the export has it" if any("," in id for id in unknown) else None,
        )
    lines = [content for _, content in kept]
    if output is None and format == "csv" and any(obeyed(content.decode()) for content in lines):
        # CSV has no escape that would leave the value whole, and stdout may be the log of a CI job.
        raise InputError(
            "live has text that a CI runner would obey as a command in its log", help="write the CSV to --output FILE"
        )
    write_stream(output, as_json(lines) if format == "json" else as_csv(lines))
    if output is not None:
        invocation.say(f"sites written to {output}: {len(lines)}")


def json_line(site: LiveSite) -> bytes:
    """Return the row as it came, including unknown columns."""
    # A copy: what orjson returns holds kilobytes for as long as it lives.
    line = b"%b" % orjson.dumps(site.row)
    return line if line.isascii() and b"##" not in line else harmless_json(line.decode()).encode()


def csv_line(site: LiveSite) -> bytes:
    """Return the row in the columns of the import: groups joined by commas, hours canonical."""
    return encoded([site.id, *(to_cell(site.value(field)) for field in FIELDS)])


def as_json(rows: Sequence[bytes]) -> Iterator[bytes]:
    """Join rows to the documented response, one site a line."""
    yield b'{"success": true, "data": ['
    for number, row in enumerate(rows):
        yield (b",\n" if number else b"\n") + row
    yield b'\n], "total": %d}\n' % len(rows)


def as_csv(rows: Sequence[bytes]) -> Iterator[bytes]:
    """Put the header before the rows."""
    yield encoded(COLUMNS)
    yield from rows
