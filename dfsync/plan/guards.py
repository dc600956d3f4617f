"""Guards: they check the limits of a whole plan and can refuse it before anything is sent.

Limits count all pending changes of the target, also under `--only`. An `--accept` counts only if its figure is the
plan's own. Sites of which only dated exceptions differ have a limit of their own. They count on the day on which an
exception begins, and not while it goes on or when the usual hours return.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from dfsync.errors import UsageError
from dfsync.model.settings import Config, Limit
from dfsync.model.text import counted
from dfsync.plan.values import PendingFigures, Plan, Refusal

_Found = tuple[str, str]  # the `--accept` words that let the plan through, and the message
_LOOKALIKES = 3
_WORDS = ("updates", "creates", "clears", "exceptions", "live", "lookalikes", "drift")


def refusals(plan: Plan, config: Config, accepted: Sequence[str] = ()) -> tuple[Refusal, ...]:
    """Return the reasons why the plan may not be applied, except those that were accepted.

    `accepted` are the values of `--accept`, such as `updates=412` or `create=site-124`. Raises `UsageError` if one is
    malformed.
    """
    given = {_checked(words) for words in accepted}
    found = [*_limits(plan.pending, config), *_shrunken(plan.pending), *_drift(plan.pending, config)]
    if f"lookalikes={len(plan.pending.lookalikes)}" not in given:
        found.extend(_lookalikes(plan.pending))
    return tuple(
        Refusal(words.partition("=")[0], message, f"--accept {shlex.quote(words)}")
        for words, message in found
        if words not in given
    )


def accept_words(plan: Plan, refusals: Sequence[Refusal]) -> str:
    """Return the options that together let exactly this plan through. Many look-alikes become one option."""
    lookalikes = [refusal for refusal in refusals if refusal.what == "create"]
    words = [refusal.accept for refusal in refusals if refusal.accept and refusal.what != "create"]
    if len(lookalikes) > _LOOKALIKES:
        words.append(f"--accept lookalikes={len(plan.pending.lookalikes)}")
    else:
        words.extend(refusal.accept for refusal in lookalikes)
    return " ".join(words)


def _checked(words: str) -> str:
    what, equals, figure = words.partition("=")
    if equals and ((what in _WORDS and figure.isdecimal() and figure.isascii()) or (what == "create" and figure)):
        return words
    raise UsageError(
        f"--accept {words} is not understood",
        help=f"write WHAT=N with WHAT one of {', '.join(_WORDS)}, or create=SITE-ID",
    )


def _limits(pending: PendingFigures, config: Config) -> Iterator[_Found]:
    limits = config.limits
    judged = (
        ("updates", pending.updates - pending.exceptions, limits.max_updates, "site", "updated"),
        ("creates", pending.creates, limits.max_creates, "site", "created, which can't be taken back,"),
        ("clears", pending.clears, limits.max_clears, "cell", "emptied"),
        ("exceptions", pending.exceptions_begin, limits.max_exceptions, "site", "where a dated exception begins"),
    )
    for what, count, limit, noun, words in judged:
        if limit is not None and count > allowed(limit, pending.live):
            if limit.percent and count <= 1:
                continue
            most = f"{limit.amount:g}% of {pending.live:,} live sites" if limit.percent else f"{limit.amount:g}"
            verb = "is" if count == 1 else "are"
            rest = f" ({pending.exceptions:,} more change only for single dates, which this limit does not count)"
            aside = rest if what == "updates" and pending.exceptions else ""
            yield f"{what}={count}", f"{counted(count, noun)} {words} {verb} more than max_{what} allows: {most}{aside}"


def allowed(limit: Limit, live: int) -> float:
    """Return how many changes a limit allows if there are `live` sites."""
    return limit.amount * live / 100 if limit.percent else limit.amount


def _shrunken(pending: PendingFigures) -> Iterator[_Found]:
    if pending.last_applied and pending.live * 2 < pending.last_applied:
        words = f"less than half of the {pending.last_applied} that state remembers"
        yield f"live={pending.live}", f"the export has {pending.live} sites, {words}"


def _drift(pending: PendingFigures, config: Config) -> Iterator[_Found]:
    if config.on_drift == "fail" and pending.drifted:
        sites = "1 site was" if pending.drifted == 1 else f"{pending.drifted:,} sites were"
        way = "dfsync pull takes the edits into the files; for a site that was deleted, remove its entry from the files"
        message = f"{sites} edited or deleted elsewhere, and on_drift is fail: {way}"
        yield f"drift={pending.drifted}", message


def _lookalikes(pending: PendingFigures) -> Iterator[_Found]:
    for found in pending.lookalikes:
        of, then = (f" for {found.other}", "if it is that site, write its id") if found.other else ("", "write it anew")
        message = f"creating {found.id} looks like a slip{of}: {found.why}; {then}"
        yield f"create={found.id}", message
