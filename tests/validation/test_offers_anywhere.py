"""Whatever goes wrong at any place of a file: an offer that is taken ends its finding and changes nothing else."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from dfsync.files.yaml.parse import parse
from tests.validation.repositories import checked
from tests.validation.test_every_offer import replaced

SITE = {
    "id": "s-1",
    "name": "Main Store",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "escalation_path": "Ops",
    "internal_id": "750",
    "address": '{street: 1 Main St, city: X, state: CA, country: USA, postal_code: "94105"}',
    "groups": "[Retail, West]",
    "operational_hours": "{Mon-Fri: 09:00-17:00, Sat: closed}",
    "contacts": '[{name: Ada, email: a@example.com, phone: "+1 415 555"}]',
    "exceptions": '[{date: "2027-01-01", closed: true}]',
}
WORDS = (
    *(
        "“{}”",
        "‘{}’",
        "\u00a0{}",
        "{}\u00a0",
        "{}，",
        "{}：",
        "{} #x",
        "'{}",
        '="{}"',
        "{}.0",
        "{}?",
        "{}\ufffd",
        "{}é",
    ),
    *(
        "9am-5pm",
        "Mon-Fri 9-5",
        "24/7",
        "closed",
        "yes",
        "NO",
        "0123",
        "1e5",
        "25.12.2027",
        "12/25/2027",
        "[a]",
        "a, b",
    ),
    *(
        "null",
        "~",
        "",
        '""',
        "*x",
        "&x y",
        "- a",
        "{0}; {0}",
        "{0} / {0}",
        "{0}-{0}",
        "Pacific Time",
        "PST",
        "euro",
        "{}x",
    ),
    *("us dollar", "CA", "02134", "2134", "{}\u200b", "Ã©{}", "ﬁ{}", "{}\u0435", "A: {}", "{}: B", "x{}", "{0} {0}"),
)
KEYS = (
    "{}x",
    "{}s",
    "{}_",
    "X{}",
    "{}\uff1a",
    "“{}”",
    "\u00a0{}",
    "{}\u00a0",
    "\uff49\uff44",
    "tz",
    "zip",
    "hours",
    "{} x",
)


def spoiled(chance: random.Random) -> str:
    """Return a site in which one key, or one word of a value, is spoiled."""
    fields = dict(SITE)
    key = chance.choice(list(fields))
    if chance.random() < 0.2:
        wrong = chance.choice(KEYS).format(key)
        fields = {wrong if name == key else name: value for name, value in fields.items()}
    else:
        word = chance.choice(list(re.finditer(r"[\w:@./+-]+", fields[key])))
        spoilt = chance.choice(WORDS).format(word[0])
        fields[key] = fields[key][: word.start()] + spoilt + fields[key][word.end() :]
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9).map(random.Random))
def test_an_offer_can_be_taken_wherever_it_stands(chance: random.Random) -> None:
    text = spoiled(chance)
    for finding in checked(text).findings.diagnostics:
        if finding.offer is None:
            continue
        taken = replaced(text, finding)
        assert not parse(taken.encode()).problems, (finding.offer, taken)
        left = checked(taken).findings.diagnostics
        assert (finding.code, finding.message, finding.field) not in {(f.code, f.message, f.field) for f in left}, taken
        own = re.split(r"[.\[]", finding.field or "")[0]
        before, after = (_others(data, own) for data in (text, taken))
        assert {name: after[name] for name in before if name in after} == before, taken


def _others(text: str, own: str) -> Mapping[str, object]:
    """Return what a file says beside one field."""
    parsed = parse(text.encode())
    document = parsed.documents[0] if parsed.documents and not parsed.problems else {}
    assert isinstance(document, dict)
    return {name: value for name, value in document.items() if name != own}
