"""Every offer is right: once it is written into the file, the finding is gone and the file says what was meant."""

from __future__ import annotations

from json import dumps
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dfsync.files.storage.tree import WorkTree
from dfsync.findings import Finding
from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.hours.week import DAYS
from dfsync.validation.check import check
from dfsync.validation.rules.catalogue import catalogue
from tests.validation.repositories import checked, found
from tests.validation.test_rules import followed

LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TWO = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
GERMAN = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


def offer(finding: Finding) -> str:
    """Return what a finding offers to write."""
    assert finding.offer is not None, finding
    return finding.offer


def with_offers(text: str, codes: tuple[str, ...] = ()) -> str:
    """Return a file with every offer written into it, each in the place of what is marked, until nothing is found.

    The offers are those of errors, or of the rules that are named.
    """
    for _ in range(20):
        findings = found({"sites/a.yaml": text})
        findings = tuple(each for each in findings if (each.code in codes if codes else each.severity == "error"))
        if not findings:
            return text
        span = findings[0].span
        assert span is not None
        lines = text.splitlines(keepends=True)
        before = "".join(lines[: span.line - 1]) + lines[span.line - 1][: span.column - 1]
        after = lines[span.end_line - 1][span.end_column - 1 :] + "".join(lines[span.end_line :])
        text = f"{before}{offer(findings[0])}{after}"
    raise AssertionError(text)


def week(text: str) -> object:
    """Return the hours of the one site of a file."""
    (site,) = checked({"sites/a.yaml": text}).desired.sites.values()
    return site.fields["operational_hours"]


def twelve(minutes: int, blank: str) -> str:
    hour, minute = divmod(minutes % (24 * 60), 60)
    ending = "am" if hour < 12 else "pm"
    return f"{(hour + 11) % 12 + 1}{f':{minute:02}' if minute else ''}{blank}{ending}"


def clock(minutes: int, colon: str = ":") -> str:
    return f"{minutes // 60:02}{colon}{minutes % 60:02}"


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a span as people write it, and as it is written here."""
    start = draw(st.integers(0, 22 * 4)) * 15
    end = draw(st.integers(start // 15 + 1, 24 * 4 - 1)) * 15
    meant = f"{clock(start)}-{clock(end)}"
    dash = draw(st.sampled_from(["-", " - ", "–", " – ", "—", "−", "‑", " to ", " bis ", "~"]))
    form = draw(st.sampled_from(["12", "12 ", "dots", "digits", "h", "night", "24", "closed"]))
    if form.startswith("12"):
        return f"{twelve(start, form[2:])}{dash}{twelve(end, form[2:])}", meant
    if form == "dots":
        return f"{clock(start, '.')}{dash}{clock(end, '.')}", meant
    if form == "digits":
        return f"{clock(start, '')}-{clock(end, '')}", meant
    if form == "h":
        return f"{clock(start, 'h')}{dash}{clock(end, 'h')}", meant
    if form == "night":
        late = draw(st.integers(1, min(start // 15, 12 * 4) - 1)) * 15 if start >= 8 * 60 else 0
        return (
            (f"{clock(start)}{dash}{clock(24 * 60 + late)}", f"{clock(start)}-{clock(late)}") if late else ("24/7", ALL)
        )
    if form in ("24", "night"):
        return draw(st.sampled_from(["24/7", "24 hours", "open 24 hours", "24h"])), ALL
    return draw(st.sampled_from(["Closed", "CLOSED", "geschlossen"])), "closed"


ALL = "00:00-23:59"


@st.composite
def day_keys(draw: st.DrawFn) -> tuple[str, str]:
    """Draw days as people write them, and as they are written here."""
    first, last = draw(st.integers(0, 6)), draw(st.integers(0, 6))
    names = draw(st.sampled_from([DAYS, LONG, TWO, GERMAN, tuple(map(str.upper, DAYS))]))
    if first == last:
        return names[first], DAYS[first]
    if draw(st.booleans()):
        between = draw(st.sampled_from(["-", " - ", "–", " to ", " bis ", " through "]))
        return f"{names[first]}{between}{names[last]}", f"{DAYS[first]}-{DAYS[last]}"
    between = draw(st.sampled_from([" & ", "/", " and ", ", ", " + "]))
    return f"{names[first]}{between}{names[last]}", f"{DAYS[first]},{DAYS[last]}"


@settings(max_examples=150, deadline=None)
@given(day_keys(), spans(), st.booleans())
def test_hours_offered_are_those_that_stood_there(key: tuple[str, str], span: tuple[str, str], flow: bool) -> None:
    """In both of YAML's styles: the offers make the file valid, with exactly the hours of the person."""
    written = f'"{key[0]}": "{span[0]}"'
    hours = f" {{{written}}}\n" if flow else f"\n  {written}\n"
    mended = with_offers(f"id: s\nname: S\noperational_hours:{hours}")
    assert week(mended) == read_hours({key[1]: span[1]}).week


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("24/7", {"Mon-Sun": ALL}),
        ("Mo-Fr 09:00-18:00; Sa 10:00-16:00", {"Mon-Fri": "09:00-18:00", "Sat": "10:00-16:00"}),
        ("Mon & Wed 9am-5pm", {"Mon,Wed": "09:00-17:00"}),
        ("9-5", {"Mon-Sun": "09:00-17:00"}),
    ],
)
def test_a_week_in_one_text_is_offered_whole(written: str, meant: dict[str, str]) -> None:
    mended = with_offers(f'id: s\nname: S\noperational_hours: "{written}"\n')
    assert week(mended) == read_hours(meant).week


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ("{days: [Mon], start: 9am, end: 5pm}", {"Mon": "09:00-17:00"}),
        ('{days: [Fri], start: "22:00", end: "26:00"}', {"Fri": "22:00-02:00"}),
        ('{days: Mon-Wed, start: "09:00", end: "17:00"}', {"Mon-Wed": "09:00-17:00"}),
        ('{days: [Mon-Wed, Sunday], start: "09:00", end: "17:00"}', {"Mon-Wed,Sun": "09:00-17:00"}),
        ('{days: weekdays, start: "09:00", end: "17:00"}', {"Mon-Fri": "09:00-17:00"}),
    ],
)
def test_the_form_of_the_api_is_offered_part_by_part(entry: str, meant: dict[str, str]) -> None:
    mended = with_offers(f"id: s\nname: S\noperational_hours:\n  - {entry}\n")
    assert week(mended) == read_hours(meant).week


@pytest.mark.parametrize(
    "written", ["Monday to Fryday", "S", "T", "Feiertag", "Mon-Xyz", "every second Tuesday", "Mon, Tues, Whensday"]
)
def test_where_nothing_is_certain_no_day_is_offered(written: str) -> None:
    """An offer that closes the other days would be worse than none."""
    (finding,) = found(f'id: s\nname: S\noperational_hours: {{"{written}": "09:00-17:00"}}\n')
    assert finding.help == "the days are Mon, Tue, Wed, Thu, Fri, Sat and Sun"


def name_of(text: str) -> object:
    (site,) = checked({"sites/a.yaml": text}).desired.sites.values()
    return site.fields["name"]


TEXT_CODES = ("DF408", "DF409", "DF410")
WORDS = st.text("abcdefgXYZ0123 .&:-#é", min_size=1, max_size=20).map(str.strip).filter(str)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.sampled_from(["“{}”", "„{}“", "‘{}’", '"{}"', "\u00a0{}", "{}\u00a0b", "a\u202f{}"]))
def test_a_text_is_offered_without_what_another_program_put_in(word: str, frame: str) -> None:
    """Quotes go, and blanks become the one of the keyboard; no other character changes."""
    text = f"id: s\nname: {dumps(frame.format(word))}\n"
    expected = frame.format(word).strip()
    for mark in "“”„‘’":
        expected = expected.replace(mark, "")
    expected = expected[1:-1] if frame.startswith('"') else expected
    expected = expected.replace("\u00a0", " ").replace("\u202f", " ").strip()
    assert str(name_of(with_offers(text, TEXT_CODES))).strip() == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sit\u0435-123", "site-123"),
        ("site\u2212123", "site-123"),
        ("ｓｉｔｅ－１２３", "site-123"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("=00123", "00123"),
        ("101.0", "101"),
        ("“site-123”", "site-123"),
    ],
)
def test_an_id_is_offered_as_it_was_meant(written: str, meant: str) -> None:
    """Cyrillic letters, other hyphens and full-width forms, and what spreadsheets put around a number."""
    text = f"id: {dumps(written, ensure_ascii=False)}\nname: S\n"
    (finding,) = found({"sites/a.yaml": text})
    assert finding.code in TEXT_CODES
    (site,) = checked({"sites/a.yaml": with_offers(text, TEXT_CODES)}).desired.sites.values()
    assert site.id == meant
    assert found({"sites/a.yaml": with_offers(text, TEXT_CODES)}) == ()


@pytest.mark.parametrize(
    "written", ["1.23457E+12", "4,91512E+11", "1E+12", "#REF!", "#N/A", "########", "Caf\ufffd", "Caf????", "Err:502"]
)
def test_what_is_lost_is_told_and_nothing_is_offered(written: str) -> None:
    """Nobody can tell what stood there: one finding, quoted or not."""
    for key in ("name", "id") if "," not in written else ("name",):
        other = "id: s" if key == "name" else "name: S"
        text = f"{key}: {dumps(written, ensure_ascii=False)}\n{other}\n"
        (finding,) = found({"sites/a.yaml": text})
        assert finding.code == "DF410"
        assert not (finding.help or "").startswith("write")
    if written[0].isdigit():
        assert [each.code for each in found(f"id: s\nname: {written}\n")] == ["DF410"]


@pytest.mark.parametrize(
    "name",
    ["Café 24/7?", "Store #5", "Москва", "Αθήνα Store", "O'Brien's", "A “quoted” word", "東京　本店", "1e3", "Why?"],
)
def test_what_is_right_is_left_alone(name: str) -> None:
    assert [
        each for each in found(f"id: s\nname: {dumps(name, ensure_ascii=False)}\n") if each.code in TEXT_CODES
    ] == []


def test_a_phone_number_is_offered_with_blanks() -> None:
    """With hyphens a spreadsheet would take it for a sum."""
    text = 'id: s\nname: S\ncontacts: [{email: ada@example.com, phone: "+1-415-555-0100"}]\n'
    (finding,) = found({"sites/a.yaml": text})
    assert offer(finding) == '"+1 415 555 0100"'
    assert found({"sites/a.yaml": text.replace("+1-415-555-0100", "+1 415 555 0100")}) == ()


def test_a_wrong_default_is_told_where_it_is_written_even_if_every_site_has_its_own() -> None:
    """Once, however many sites take it."""
    config = "version: 1\ndefaults:\n  - match: sites/**\n    set: {currency: EURO, timezone: Mars/Olympus}\n"
    own = "id: a\nname: A\ncurrency: EUR\ntimezone: Europe/Berlin\n"
    for sites in ({"sites/a.yaml": own}, {"sites/a.yaml": own, "sites/b.yaml": "id: b\nname: B\n"}):
        findings = found({"dfsync.yaml": config, **sites})
        assert [(each.file, each.code) for each in findings] == [("dfsync.yaml", "DF108"), ("dfsync.yaml", "DF105")]


@pytest.mark.parametrize(
    ("country", "code", "meant"),
    [
        ("USA", "2134", "02134"),
        ("United States", "501", "00501"),
        ("USA", "21345678", "02134-5678"),
        ("France", "1000", "01000"),
        ("Germany", "1067", "01067"),
        ("USA", "941051", None),
        ("United Kingdom", "94105", None),
        ("Canada", "K1A 0B", None),
    ],
)
def test_a_postal_code_gets_its_zeros_back_or_nothing(country: str, code: str, meant: str | None) -> None:
    text = f'id: s\nname: S\naddress: {{country: {country}, postal_code: "{code}"}}\n'
    (finding,) = found({"sites/a.yaml": text})
    assert (finding.code, finding.severity) == ("DF113", "warning")
    if meant is None:
        assert finding.help is None
    else:
        assert offer(finding) == f'"{meant}"'
        assert found({"sites/a.yaml": with_offers(text, ("DF113",))}) == ()


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("USA", "94105"),
        ("USA", "94105-1234"),
        ("USA", "941051234"),
        ("UK", "sw1a 1aa"),
        ("Canada", "K1A0B1"),
        ("Switzerland", "CH-8060"),
        ("Hong Kong", "whatever"),
        ("Atlantis", "1"),
        ("Japan", "154-0023"),
    ],
)
def test_a_postal_code_of_the_country_is_left_alone(country: str, code: str) -> None:
    assert found(f'id: s\nname: S\naddress: {{country: {country}, postal_code: "{code}"}}\n') == ()


@pytest.mark.parametrize(
    ("state", "country", "zone", "meant"),
    [
        ("CA", "USA", "America/New_York", "America/Los_Angeles"),
        ("California", "US", "US/Eastern", "America/Los_Angeles"),
        ("AB", "Canada", "America/Toronto", "America/Edmonton"),
        ("NSW", "Australia", "Australia/Perth", None),
        ("TX", "USA", "America/New_York", None),
    ],
)
def test_a_zone_of_another_state_is_told(state: str, country: str, zone: str, meant: str | None) -> None:
    text = f"id: s\nname: S\naddress: {{state: {state}, country: {country}}}\ntimezone: {zone}\n"
    finding = next(each for each in found({"sites/a.yaml": text}) if each.code == "DF114")
    assert finding.severity == "warning"
    if meant is not None:
        assert offer(finding) == meant
        assert found({"sites/a.yaml": text.replace(zone, meant)}) == ()


@pytest.mark.parametrize(
    ("state", "zone"),
    [
        ("AZ", "America/Phoenix"),
        ("AZ", "America/Denver"),
        ("IN", "America/Indiana/Indianapolis"),
        ("IN", "America/Chicago"),
        ("MI", "America/Detroit"),
        ("TX", "America/Denver"),
        ("ID", "America/Boise"),
        ("ND", "America/North_Dakota/Center"),
        ("KY", "America/Kentucky/Louisville"),
        ("HI", "Pacific/Honolulu"),
        ("AK", "America/Juneau"),
    ],
)
def test_a_state_has_all_its_zones(state: str, zone: str) -> None:
    assert found(f"id: s\nname: S\naddress: {{state: {state}, country: USA}}\ntimezone: {zone}\n") == ()


@pytest.mark.parametrize("code", catalogue())
def test_the_offer_of_every_manual_s_example_makes_its_finding_go(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`write X` and `did you mean X?` can be taken by word: X in the place of what is marked, and nothing is wrong."""
    root = tmp_path / "repository"
    before = followed(code, "Fails", root, monkeypatch)
    (finding,) = before
    if finding.offer is None or finding.file is None or finding.span is None:
        return
    path = root / finding.file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    span = finding.span
    start = "".join(lines[: span.line - 1]) + lines[span.line - 1][: span.column - 1]
    end = lines[span.end_line - 1][span.end_column - 1 :] + "".join(lines[span.end_line :])
    path.write_text(f"{start}{finding.offer}{end}", encoding="utf-8")
    left = check(WorkTree(root)).findings.diagnostics
    assert [each.message for each in left] == [], finding.offer


def test_closed_no_is_never_offered_what_the_next_check_refuses() -> None:
    """`closed: false` without hours is an error too; both ways out of `closed: NO` are none."""
    text = 'id: s\nname: S\noperational_hours: {Mon: 09:00-17:59}\nexceptions:\n  - {date: "2026-12-25", closed: NO}\n'
    (finding,) = found(text)
    assert (finding.code, finding.help) == ("DF103", "take it out and give the day its hours, or write true")
    for other in ("hours: 10:00-11:59", "closed: true"):
        assert found(text.replace("closed: NO", other)) == ()


ADVICE = [
    ("sites/a.yaml", "groups: {a: b}", "groups: [a, b]", "the form is [one, two]"),
    ("sites/a.yaml", "timezone: UTC+02:00", "timezone: Europe/Berlin", "name the zone of the place"),
    ("sites/a.yaml", 'currency: "$"', "currency: USD", "use the code of three letters"),
    ("sites/a.yaml", "exceptions: none", None, 'the form is {date: "2026-12-25", closed: true}, as the item of a list'),
    (
        "dfsync.yaml",
        "rules: {DF113: off}",
        "rules: {DF113: {level: error}}",
        "the form is {level: off, reason: ",
    ),
    ("dfsync.yaml", "state: git", "state: {backend: git}", "the form is {backend: git}"),
    ("dfsync.yaml", "limits: 30%", "limits: {max_updates: 30%}", "the form is {max_updates: 30%"),
    ("dfsync.yaml", "token: abc", "x-a: b", "put it into the environment as DFSYNC_TOKEN"),
    (
        "contacts/a.yaml",
        "id: t\nname: T\nsite: s\nemail: t@example.com",
        None,
        "a site belongs into a file that `sites`",
    ),
]


@pytest.mark.parametrize(("file", "wrong", "right", "help"), ADVICE)
def test_advice_without_an_exact_offer_helps_when_it_is_followed(
    file: str, wrong: str, right: str | None, help: str
) -> None:
    hours = "operational_hours: {Mon: 09:00-17:59}\n"
    config = "version: 1\ntargets: {p: {customer_id: 1}}\n"
    files = {"dfsync.yaml": config, "sites/a.yaml": f"id: s\nname: S\n{hours}", "contacts/a.yaml": ""}
    findings = found({**files, file: files[file] + wrong + "\n"})
    assert any(help in (finding.help or "") for finding in findings)
    if right is not None:
        assert found({**files, file: files[file] + right + "\n"}) == ()
