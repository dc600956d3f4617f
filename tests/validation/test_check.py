"""The check of a whole repository reports every problem once, at its place, and hides none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.files.storage.tree import WorkTree
from dfsync.files.yaml.parse import parse
from dfsync.findings import Finding, Severity
from dfsync.model.fields import FIELD
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.validation.check import check, check_config
from dfsync.validation.rules.catalogue import catalogue
from dfsync.validation.rules.entry_rules import SITE_RULES
from tests.files.test_config import EXAMPLE
from tests.files.test_yaml import HOSTILE
from tests.validation.repositories import SITE, checked, codes, found, marked, tree_of

CONTRACT_SITE = """\
id: site-123                       # required; the API's "Site ID"; no comma (the export filter splits on it)
name: Downtown Store               # required
address: {street: 1 Main St, city: San Francisco, state: CA, country: USA, postal_code: 94105}
shipping_address: {city: Oakland}  # same keys
groups: [Retail, West]             # a set; one "Site Groups" cell; no comma in a name
escalation_path: Ops Team
timezone: America/Los_Angeles      # IANA
currency: USD                      # ISO 4217
operational_hours:                 # the API's own form
  - {days: [Mon, Tue, Wed, Thu, Fri], start: 09:00, end: 18:59}
internal_id: 750                   # optional; the integer id of the traffic API; never sent to import
exceptions:                        # optional: days that differ from the week; the API has no such thing, see below
  - {date: 2026-12-25, closed: true}
  - {date: 2026-12-24, hours: 09:00-14:00, note: Christmas Eve}
contacts:                          # optional; site is implied
  - {name: Ada Lovelace, email: ada@example.com, phone: "+1 415 555 0100", role: Store manager}
x-anything: kept, ignored          # keys that begin with x- are the user's own
"""


def test_the_examples_of_the_contract_have_no_error() -> None:
    """The site of the contract, in its configuration, warns where other readers read no text, and nothing else."""
    diagnostics = found({"dfsync.yaml": EXAMPLE.replace("{profile", "{p"), "sites/us/a.yaml": CONTRACT_SITE})
    assert {diagnostic.code for diagnostic in diagnostics} == {"DF401", "DF501"}
    assert [marked({"sites/us/a.yaml": CONTRACT_SITE}, each) for each in diagnostics if each.code == "DF401"] == [
        "94105",
        "18:59",
        "2026-12-25",
        "2026-12-24",
    ]


def test_no_file_is_an_error() -> None:
    """A check of nothing is not green; an empty file is a file."""
    assert codes({"dfsync.yaml": "version: 1\nsites: [shops/*.yaml]\n", "sites/a.yaml": SITE}) == ["DF001"]
    assert codes({"sites/a.yaml": ""}) == []


@pytest.mark.parametrize(
    ("config", "expected", "named"),
    [
        ("version: 1\ncontacts: [people.yaml]\nsites: [shops/*.yaml]\n", "[shops/*.yaml]", "sites"),
        ("version: 1\nsites: []\n", "[]", "sites"),
        ("version: 1\nsites:\n  - shops/*.yaml\n", "- shops/*.yaml", "sites"),
        ("version: 1\ncontacts: [people.yaml]\n", "[people.yaml]", "contacts"),
        ("version: 1\n", "v", "sites"),
    ],
)
def test_that_no_file_matches_is_said_at_the_patterns(config: str, expected: str, named: str) -> None:
    """At those of sites, else of contacts, else at the top; the help names the same setting."""
    files = {"dfsync.yaml": config, "stores/a.yaml": SITE}
    (diagnostic,) = found(files)
    assert (diagnostic.code, marked(files, diagnostic)) == ("DF001", expected)
    assert f"correct `{named}` in" in (diagnostic.help or "")


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ("version: 1\nsites: [../stores/*.yaml]\n", "DF509"),
        ("version: 1\nsites: stores/*.yaml\n", "DF103"),
        ("version: 1\nsites: [stores/*.yaml\n", "DF002"),
    ],
)
def test_that_no_file_matches_is_not_said_beside_its_cause(config: str, code: str) -> None:
    """A pattern that is refused matches nothing, nor does one in a dfsync.yaml that can't be read."""
    assert codes({"dfsync.yaml": config, "stores/a.yaml": SITE}) == [code]


def test_a_file_that_cannot_be_read_is_an_error_and_hides_no_other(tmp_path: Path) -> None:
    """There is a finding about it, and the findings of the files beside it are there too."""
    (tmp_path / "sites").mkdir()
    (tmp_path / "dfsync.yaml").write_text("version: 1\n")
    (tmp_path / "sites/a.yaml").symlink_to("/etc/hostname")
    (tmp_path / "sites/b.yaml").write_text("id: b\nname: B\ncurrency: X\n")
    os.mkfifo(tmp_path / "sites/c.yaml")
    diagnostics = check(WorkTree(tmp_path)).findings.diagnostics
    assert [(each.code, each.file) for each in diagnostics] == [
        ("DF007", "sites/a.yaml"),
        ("DF108", "sites/b.yaml"),
        ("DF007", "sites/c.yaml"),
    ]


def crash(site: Site, _: Config) -> Iterator[Finding]:
    raise KeyError(site.id)
    yield


def test_a_rule_that_crashes_is_an_error_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run goes on, and fails."""
    monkeypatch.setattr("dfsync.validation.checks.check_file.SITE_RULES", (crash, *SITE_RULES))
    diagnostics = found("id: a,b\nname: B\n")
    assert [each.code for each in diagnostics] == ["DF008", "DF109"]
    assert "KeyError" in diagnostics[0].message
    assert diagnostics[0].severity is Severity.ERROR


def test_all_problems_are_said_in_one_run() -> None:
    """Problems of YAML, schema, hours and both kinds of rules, each in its own file, are sorted by place."""
    files = {
        "dfsync.yaml": "version: 1\ndefault_target: gone\n",
        "sites/a.yaml": "id: site-1\nname: [A\n",
        "sites/b.yaml": "id: site-2\nname: B\nextra: 1\noperational_hours: {Mon: 9:00-17:00}\ntimezone: Mars/Base\n",
        "sites/c.yaml": "id: site-2\nname: C\n",
    }
    assert [(each.file, each.code) for each in found(files)] == [
        ("dfsync.yaml", "DF503"),
        ("sites/a.yaml", "DF002"),
        ("sites/b.yaml", "DF101"),
        ("sites/b.yaml", "DF202"),
        ("sites/b.yaml", "DF105"),
        ("sites/c.yaml", "DF301"),
    ]


@pytest.mark.parametrize("name", [name for name, (_, code) in HOSTILE.items() if code])
def test_a_hostile_file_is_one_finding(name: str) -> None:
    """Whatever it tries, it is said once, with a place, and the site beside it is judged."""
    files = {"sites/a.yaml": HOSTILE[name][0], "sites/b.yaml": "id: b\nname: B\ncurrency: Euro\n"}
    assert codes(files) == [HOSTILE[name][1], "DF108"]


def test_more_problems_than_anybody_reads_are_counted_not_shown() -> None:
    """The limit is said, since what is beyond it is hidden."""
    assert codes("sites: [" + "{}," * 6000 + "]\n").count("DF006") == 1


def test_what_a_broken_file_may_hold_is_not_reported_as_missing() -> None:
    """While a file can't be read, no contact is called an orphan and no profile unused; both are when it can."""
    files = {
        "dfsync.yaml": "version: 1\nhours_profiles: {retail: {Mon: closed}}\n",
        "contacts/a.yaml": "contacts: [{site: site-1, email: a@example.com}]\n",
        "sites/a.yaml": SITE + "operational_hours: {profile: retail\n",
    }
    assert codes(files) == ["DF002"]
    files["sites/a.yaml"] = "id: site-2\nname: B\n"
    assert codes(files) == ["DF303", "DF501"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: a\nname: B\nexceptions: [{date: 2026-02-30, closed: true}]\noperational_hours: []\n", ["DF208"]),
        ("id: a\nname: B\noperational_hours: [{days: [Mon], start: 9:00, end: '10:00'}]\n", ["DF202"]),
        ("id: a\nname: B\noperational_hours: 5\n", ["DF206"]),
        ("id: a\nname: B\ncurrency: 5\n", ["DF108"]),
        ("id: a\nname: B\ntimezone: [5]\n", ["DF103"]),
        ("id: a\nname: B\nexceptions: [{date: '2026-01-01', hours: [5]}]\noperational_hours: []\n", ["DF202"]),
        ("id: a\nname: B\nexceptions: [{closed: true}]\noperational_hours: []\n", ["DF102"]),
        ("id: a\nname: B\nextra: {a: 1, b: 2}\n", ["DF101"]),
        ("- id: a\n  name: B\n", ["DF103"]),
        ("just text\n", ["DF103"]),
        ("sites: [{id: a, name: B}, text]\n", ["DF103"]),
        ("sites: [{id: a}]\n", ["DF102"]),
        ("sites: {id: a, name: B}\n", ["DF103"]),
        ("id: a\nname: B\ncontacts: [{email: a@example.com, phone: [1]}]\n", ["DF103"]),
        ("id: a\nname:\n", ["DF103"]),
        ("id: a\nname: ''\n", ["DF104"]),
        ("id: a\nname: B\ninternal_id: '750'\n", ["DF103"]),
        ("id: a\nname: B\ninternal_id: 0750\n", ["DF103"]),
        ("id: a\nname: B\naddress: {sreet: x}\n", ["DF101"]),
        ("id: a\nname: B\ngroups: [A, [B]]\n", ["DF103"]),
    ],
)
def test_one_finding_a_cause(text: str, expected: list[str]) -> None:
    """A value that is wrong is not also called ambiguous, unreadable or unknown."""
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "x-own: {NO: 02134}\nsites: [{id: a, name: B, address: {x-c: 2}}]\ncontacts: [{site: a, email: e@f, x-d: 3}]\n",
        "id: a\nname: B\n---\n---\nid: c\nname: D\n",
        "# nothing yet\n",
        "sites: []\ncontacts: []\n",
        "\ufeffid: a\r\nname: Größe 東京 👩‍👩‍👧\r\n",
        "x-week: &w {Mon: closed}\nsites:\n  - &s {id: a, name: B, operational_hours: *w}\n  - {<<: *s, id: c}\n",
        "id: a\nname: B\noperational_hours:\ngroups:\naddress: {}\ninternal_id:\ntimezone: ''\n",
    ],
)
def test_what_the_contract_allows_has_no_finding(text: str) -> None:
    """It allows own keys anywhere, empty documents, anchors and merge keys, a BOM, every script, null everywhere."""
    assert codes(text) == []


def test_a_value_of_a_default_is_reported_once_where_it_was_written() -> None:
    """However many sites it reaches; a site's own value of the same kind is reported at the site."""
    files = {
        "dfsync.yaml": "version: 1\ndefaults:\n  - match: sites/**\n"
        "    set: {currency: Euro, address: {street: ' x'}, groups: ['a,b']}\n",
        "sites/a.yaml": "sites:\n" + "".join(f"  - {{id: s{n}, name: S}}\n" for n in range(5)),
        "sites/b.yaml": "id: b\nname: B\ncurrency: Euro\naddress: {city: X}\n",
    }
    diagnostics = found(files)
    assert [(each.file, each.code, each.id, each.field, marked(files, each)) for each in diagnostics] == [
        ("dfsync.yaml", "DF108", None, "currency", "Euro"),
        ("dfsync.yaml", "DF403", None, "address.street", "' x'"),
        ("dfsync.yaml", "DF110", None, "groups[0]", "'a,b'"),
        ("sites/b.yaml", "DF108", "b", "currency", "Euro"),
    ]


def test_exceptions_of_a_default_without_hours_are_reported_at_the_default() -> None:
    """The sites that it reaches have no week of their own."""
    config = "version: 1\ndefaults:\n  - match: sites/**\n    set: {exceptions: [{date: '2026-12-25', closed: true}]}\n"
    (diagnostic,) = found({"dfsync.yaml": config, "sites/a.yaml": SITE})
    assert (diagnostic.code, diagnostic.file) == ("DF209", "dfsync.yaml")


def test_hours_of_a_profile_are_reported_where_they_are_written() -> None:
    """Not at the sites that name it."""
    files = {
        "dfsync.yaml": "version: 1\nhours_profiles:\n"
        "  retail:\n    Mon: 9-5\n    exceptions: [{date: x, closed: true}]\n",
        "sites/a.yaml": "sites:\n"
        + "".join(f"  - {{id: s{n}, name: S, operational_hours: {{profile: retail}}}}\n" for n in range(5)),
    }
    diagnostics = found(files)
    assert {(each.file, each.code) for each in diagnostics} == {("dfsync.yaml", "DF202"), ("dfsync.yaml", "DF208")}
    assert [marked(files, each) for each in diagnostics] == ["9-5", "x"]


def test_a_misspelled_field_is_one_finding() -> None:
    """It is unknown, and not missing as well; one that is not there under any spelling is."""
    assert codes("id: site-1\nnmae: Downtown\n") == ["DF101"]
    assert sorted(codes("id: site-1\ncolour: red\n")) == ["DF101", "DF102"]


def test_what_is_too_much_is_one_finding() -> None:
    """The documents before the place are not judged either."""
    assert codes("id: site-1\nnmae: Downtown\n---\nx-deep: " + "[" * 101 + "]" * 101 + "\n") == ["DF006"]


def test_unknown_fields_beyond_count_are_told_as_too_many() -> None:
    """One mapping with hundreds of thousands of them is one mistake."""
    found = codes("id: site-1\nname: Downtown\n" + "".join(f"k{n}: v\n" for n in range(11_000)))
    assert (found.count("DF101"), found.count("DF006")) == (10_000, 1)


def test_a_key_of_ever_so_many_days_is_told_once_for_each_day() -> None:
    """Seven days are all there are."""
    assert 0 < len(codes(f"id: a\nname: A\noperational_hours: {{? {','.join(['Mon'] * 100_000)} : closed}}\n")) <= 8


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{Mon: 09:00-10:00, exceptions: [{date: '2026-12-25', closed: true}]}", []),
        ("{Mon: 09:00-10:00, exceptions: [{date: '2026-12-25', closed: 'yes'}]}", ["DF103"]),
        ("{Mon: 09:00-10:00, exceptions: {date: '2026-12-25', closed: true}}", ["DF103"]),
        ("{hours: {Mon: closed}, exceptions: [{dat: '2026-12-25', closed: true}]}", ["DF101"]),
        ("{hours: {Mon: closed}, exceptions: [x]}", ["DF103"]),
        ("{Mon: closed, exceptions: }", ["DF103"]),
        ("{Mon: closed, exceptions: [{date: '2026-12-25', hours: [[]]}]}", ["DF103"]),
        ("5", ["DF206"]),
        ("", ["DF206"]),
        ("{profile: other}", ["DF207"]),
    ],
)
def test_nothing_in_a_profile_is_passed_over(written: str, expected: list[str]) -> None:
    """A part that is not read would be missing at every site that names the profile."""
    config = f"version: 1\nhours_profiles: {{retail: {written}}}\n"
    site = "id: a\nname: B\noperational_hours: {profile: retail}\n"
    assert sorted(codes({"dfsync.yaml": config, "sites/a.yaml": site})) == expected


def test_both_places_of_a_duplicate_are_shown() -> None:
    """The duplicates are an id in another file and a key in the same file."""
    files = {"sites/a.yaml": "id: x\nname: A\n", "sites/b.yaml": "name: B\nid: ' X'\nname: C\n"}
    key, id = sorted((each for each in found(files) if each.related), key=lambda each: each.code)
    assert [(each.file, each.span.line) for each in key.related] == [("sites/b.yaml", 1)]
    assert [(each.file, each.span.line) for each in id.related] == [("sites/a.yaml", 1)]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("' site-1 '", "site-1 is the id of another site too"),
        ("' Site-1'", "Site-1 and site-1 differ only in case or spaces"),
        ("site -1", "site -1 and site-1 differ only in case or spaces"),
    ],
)
def test_a_duplicate_id_is_named_without_its_outer_space(written: str, message: str) -> None:
    """A space at an end could not be seen in the message, and is none of what the ids differ in."""
    files = {"sites/a.yaml": SITE, "sites/b.yaml": f"id: {written}\nname: B\n"}
    assert [each.message for each in found(files) if each.code == "DF301"] == [message]


def test_a_finding_names_its_entry_and_field() -> None:
    """The id of the site, a contact's masked; a list item's field is `contacts[0].phone`."""
    files = {
        "sites/a.yaml": "sites:\n  - {id: s1, name: ' A', contacts: [{email: a@example.com, phone: ' 1'}]}\n",
        "contacts/a.yaml": "contacts:\n  - {site: s1, email: b@example.com, role: ' x'}\n",
    }
    assert [(each.id, each.field) for each in found(files)] == [
        ("s1/b***@example.com", "role"),
        ("s1", "name"),
        ("s1", "contacts[0].phone"),
    ]


def test_a_key_of_any_length_is_no_long_field() -> None:
    """A long key is shortened in messages."""
    (diagnostic,) = found(SITE + f"? {'naem' * 1000}\n: x\n")
    assert diagnostic.field == "naem" * 19 + "nae…"


def test_a_near_id_is_looked_for_as_often_as_somebody_can_mistype(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for all contacts of a site, and not for each of thousands of sites: that would take minutes."""
    asked = []
    monkeypatch.setattr(
        "dfsync.validation.rules.df303_unknown_site.near_id", lambda word, _: asked.append(word) or "did you mean?"
    )
    contacts = "".join(f"  - {{site: shop-{n // 2}, email: {n}@example.com}}\n" for n in range(1000))
    diagnostics = found({"contacts/a.yaml": f"contacts:\n{contacts}", "sites/a.yaml": SITE})
    assert [each.code for each in diagnostics] == ["DF303"] * 1000
    assert asked == [f"shop-{n}" for n in range(20)]
    assert [bool(each.help) for each in diagnostics] == [True] * 40 + [False] * 960


def test_levels_come_from_the_configuration() -> None:
    """A rule can be raised, lowered and, with a reason, silenced; safety rules can't; a slip in a code is an error."""
    site = "id: a,b\nname: ' B'\ncurrency: Euro\n"

    def levels(written: str) -> dict[str, Severity]:
        diagnostics = found({"dfsync.yaml": f"version: 1\nrules: {{{written}}}\n", "sites/a.yaml": site})
        return {each.code: each.severity for each in diagnostics}

    usual = levels("")
    assert usual == {"DF109": Severity.ERROR, "DF403": Severity.WARNING, "DF108": Severity.ERROR}
    assert levels("DF403: {level: error}, DF108: {level: hint}") == usual | {
        "DF403": Severity.ERROR,
        "DF108": Severity.HINT,
    }
    assert levels("DF403: {level: off, reason: names come from elsewhere}") == {
        "DF109": Severity.ERROR,
        "DF108": Severity.ERROR,
    }
    for refused in (
        "DF109: {level: off, reason: x}",
        "DF109: {level: warning}",
        "DF403: {level: off}",
        "DF999: {level: hint}",
    ):
        assert levels(refused) == usual | {"DF507": Severity.ERROR}
    assert levels("DF404: {level: off, reason: x}") == usual | {"DF508": Severity.WARNING}


def test_rules_that_keep_live_from_harm_are_safety_rules() -> None:
    """Duplicates, ids and groups with a comma, and everything that says that less was read than there is."""
    safety = {code for code, rule in catalogue().items() if rule.safety}
    assert safety >= {"DF001", "DF002", "DF004", "DF007", "DF008", "DF109", "DF110", "DF301", "DF302"}


def test_the_configuration_is_checked_like_any_file() -> None:
    """Unknown keys with what was meant, wrong types, a missing version, several documents."""

    def in_config(text: str) -> list[tuple[str, str | None]]:
        return [(each.code, each.help) for each in found({"dfsync.yaml": text})]

    assert in_config("version: 1\non_drfit: keep\n") == [("DF101", "did you mean on_drift?")]
    assert in_config("") == [("DF102", "add version: 1")]
    assert in_config("{}") == [("DF102", "add version:")]
    assert in_config("version: 2\n")[0][0] == "DF104"
    assert in_config("version: 1\ntargets: {a: {customer_id: x}}\n")[0][0] == "DF103"
    assert in_config("version: 1\nlimits: {max_creates: lots}\n")[0][0] == "DF104"
    assert in_config("version: 1\nmax_lengths: {nmae: 5}\n") == [("DF101", "did you mean name?")]
    assert in_config("version: 1\n---\nversion: 1\n") == [("DF104", "take out the line ---")]
    assert [code for code, _ in in_config("- version\n")] == ["DF103"]
    assert in_config("version: [1\n")[0][0] == "DF002"


def test_the_configuration_alone_can_be_asked_for() -> None:
    """Commands that need no file see its errors and no other."""
    config, findings = check_config(
        tree_of({"dfsync.yaml": "version: 1\ndefault_target: x\n", "sites/a.yaml": "id: [\n"})
    )
    assert [each.code for each in findings.diagnostics] == ["DF503"]
    assert config.default_target == "x"


def test_the_template_of_the_contact_sheet_is_read() -> None:
    """A column that its header lacks is an error, as is a template that is not there."""
    config = "version: 1\ncontact_csv: {template: t.csv, columns: {site: Site ID, email: E-mail}}\n"
    assert codes({"dfsync.yaml": config, "sites/a.yaml": SITE}) == ["DF506"]
    files = {"dfsync.yaml": config, "sites/a.yaml": SITE, "t.csv": "\ufeffSite ID,Email\r\n"}
    (diagnostic,) = found(files)
    assert (diagnostic.code, diagnostic.help, marked(files, diagnostic)) == ("DF506", "did you mean Email?", "E-mail")
    files["t.csv"] = '"Site ID","E-mail",Other\r\n'
    assert codes(files) == []


def test_every_scalar_of_the_contract_is_what_was_typed_in_every_text_field() -> None:
    """Quoted or not; a site built from it has the very text."""
    for text in ("02134", "NO", "ON", "18:59", "1e3", "0x1F", "1_000", "2026-01-01", "yes", ".5"):
        for written in (text, f'"{text}"'):
            result = checked(
                f"id: {written}\nname: {written}\naddress: {{postal_code: {written}}}\ngroups: [{written}]\n"
            )
            (site,) = result.desired.sites.values()
            assert (site.id, site.name, site.fields["address.postal_code"], site.fields["groups"]) == (
                text,
                text,
                text,
                (text,),
            )
            assert {each.code for each in result.findings.diagnostics} == ({"DF401"} if written == text else set())


def test_the_order_of_files_and_the_hash_seed_change_nothing() -> None:
    """The same input gives the same findings, byte for byte, in any process."""
    program = (
        "from tests.validation.test_check import MANY; from tests.validation.repositories import found;"
        "import random; items = list(MANY.items()); random.shuffle(items); print(found(dict(items)))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "LC_ALL": "C"},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in (0, 1, 2)
    }
    assert len(outputs) == 1


MANY = {
    "dfsync.yaml": "version: 1\nextra: 1\nother: 2\nhours_profiles: {b: {Mon: closed}, a: {Tue: closed}}\n",
    **{
        f"sites/{n}.yaml": f"id: s{n % 3}\nname: ' S'\nx: 1\ny: 2\ncontacts: [{{email: a@example.com}}]\n"
        for n in range(6)
    },
}

KEYS = [
    "id",
    "name",
    "sites",
    "contacts",
    "operational_hours",
    "exceptions",
    "address",
    "groups",
    "timezone",
    "profile",
    "x-a",
]
VALUES = st.recursive(
    st.sampled_from(
        ["a", "site-1", "Mon", "09:00", "18:59", "~", "2026-12-25", "true", "5", "'5'", "Europe/Berlin", "*a", "&a b"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(
            st.sampled_from([*KEYS, "days", "start", "end", "date", "hours", "closed", "Mon-Fri", "<<"]),
            inner,
            max_size=4,
        ).map(lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}")
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
def test_whatever_a_file_says_the_check_ends_with_places(document: dict[str, str]) -> None:
    """No rule crashes, and every finding has a place inside its file and words of our own."""
    text = "".join(f"{key}: {value}\n" for key, value in document.items())
    for diagnostic in found(text):
        assert diagnostic.code != "DF008", diagnostic.message
        assert diagnostic.span is not None
        assert 1 <= diagnostic.span.line <= text.count("\n") + 1
        assert not {"{'", "['", "None", "True"} & {
            part for part in ("{'", "['", "None", "True") if part in diagnostic.message
        }


@given(st.dictionaries(st.sampled_from([key for key in KEYS if key not in ("sites", "profile")]), VALUES, max_size=6))
def test_what_is_written_is_managed_or_reported(document: dict[str, str]) -> None:
    """Where there is no error, no field, exception or contact was left out: nothing is dropped without a word."""
    text = "".join(f"{key}: {value}\n" for key, value in {"id": "a", "name": "b", **document}.items())
    result = checked(text)
    if result.findings.failed:
        return
    (site,) = result.desired.sites.values()
    raw = parse(text.encode()).documents[0]
    written = {name for name in raw if name in FIELD}
    written |= {f"address.{part}" for part in raw.get("address") or {} if not part.startswith("x-")}
    assert written == set(site.fields)
    assert len(site.exceptions) == len(raw.get("exceptions") or [])
    assert len(result.desired.contacts) == len(raw.get("contacts") or [])


@pytest.mark.parametrize("character", ["\u3164", "\u115f", "\uffa0", "\u2800", "\u034f", "\u17b4"])
def test_a_letter_that_shows_nothing_is_told(character: str) -> None:
    """Python takes it for printable; nobody sees it."""
    [diagnostic] = found({"sites/a.yaml": f'id: a\nname: "Down{character}town"\n'})
    assert diagnostic.code == "DF402"
    assert f"U+{ord(character):04X}" in diagnostic.message


@pytest.mark.parametrize(
    ("groups", "marks"),
    [
        ('[a, a, " b", "c,d"]', [("DF403", "groups[2]", '" b"'), ("DF110", "groups[3]", '"c,d"')]),
        ('[a, a, " b"]', [("DF403", "groups[2]", '" b"')]),
        ('["x ", b, b]', [("DF403", "groups[0]", '"x "')]),
    ],
)
def test_a_group_is_counted_as_it_is_written(groups: str, marks: list[tuple[str, str, str]]) -> None:
    """A site has each group once; its place in the file is another thing."""
    files = {"sites/a.yaml": f"id: a\nname: A\ngroups: {groups}\n"}
    assert [(each.code, each.field, marked(files, each)) for each in found(files)] == marks


@pytest.mark.parametrize(
    ("text", "line", "message", "help"),
    [
        ("id: a\n<<<<<<< HEAD\nname: A\n=======\nname: B\n>>>>>>> x\n", 2, "a merge left a conflict", "both sides"),
        ("id: a\nname: A\naddress:\n  street: x\n   city: y\n", 5, "indented unlike", "line it up"),
        ("id: a\rname: b\r  c: d\r", 3, "indented unlike", "line it up"),
        ("id: a\nname: a: b\n", 2, "can't contain `: `", "quotes"),
        ("id: a\nname: A\nstreet: x\n", 3, "unknown field street", "street, indented below address:"),
        ("id: a\nname: A\nzip: x\n", 3, "unknown field zip", "postal_code, indented below address:"),
        ("id: a\nname: A\nopening-hours: x\n", 3, "unknown field opening-hours", "operational_hours"),
    ],
)
def test_a_usual_slip_is_told_for_what_it_is(text: str, line: int, message: str, help: str) -> None:
    diagnostic, *_ = found(text)
    assert diagnostic.span is not None
    assert (diagnostic.span.line, message in diagnostic.message, help in (diagnostic.help or "")) == (line, True, True)


def test_a_level_may_hold_in_some_files_only() -> None:
    """A region is excused from a rule by `match`, and every other file is still held to it."""
    files = {f"sites/{region}/a.yaml": f"id: {region}\nname: ' {region}'\n" for region in ("france", "us")}
    config = "version: 1\nrules:\n  DF403: {level: %s, reason: names come from the franchise, match: sites/france/**}\n"

    def told(level: str) -> dict[str | None, Severity]:
        findings = found({"dfsync.yaml": config % level, **files})
        return {finding.file: finding.severity for finding in findings if finding.code == "DF403"}

    assert told("off") == {"sites/us/a.yaml": Severity.WARNING}
    assert told("error") == {"sites/france/a.yaml": Severity.ERROR, "sites/us/a.yaml": Severity.WARNING}
