"""No offer is wrong: for every place in the code that makes one, wrong inputs are drawn and the offer is written.

The finding is then gone, and the file has the meaning that was meant. A place without such a law fails the last test.
"""

from __future__ import annotations

import ast
import datetime
import re
from collections.abc import Callable, Mapping
from json import dumps
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import dfsync
from dfsync.findings import Finding
from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.hours.week import DAYS
from dfsync.model.likeness.characters import LETTERS
from dfsync.model.site import Contact, Site
from dfsync.validation.check import Checked
from dfsync.validation.geography.zones import zone as zone_of
from tests.validation.repositories import checked
from tests.validation.test_offers import day_keys, spans

COVERED: set[str] = set()
"""The places in the code whose offers are written here, as `module.function`."""
FILE = "sites/a.yaml"
Meaning = Callable[[Checked], object]


def covers(*places: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Say whose offers a test writes."""
    COVERED.update(places)
    return lambda test: test


def written(files: Mapping[str, str], file: str, code: str) -> str | None:
    """Return a file after each offer of a rule was taken; None where the rule only explains. Fails for no finding."""
    files = dict(files)
    first = True
    for _ in range(20):
        mine = [each for each in checked(files).findings.diagnostics if each.code == code and each.file == file]
        assert mine or not first, (files[file], code)
        offered = [each for each in mine if each.offer is not None]
        if not offered:
            return None if mine else files[file]
        first = False
        files[file] = replaced(files[file], offered[0])
    raise AssertionError(files[file])


def replaced(text: str, finding: Finding) -> str:
    span, offer = finding.span, finding.offer
    assert span is not None
    assert offer is not None
    lines = text.splitlines(keepends=True)
    before = "".join(lines[: span.line - 1]) + lines[span.line - 1][: span.column - 1]
    after = lines[span.end_line - 1][span.end_column - 1 :] + "".join(lines[span.end_line :])
    return f"{before}{offer}{after}"


def means(text: str | Mapping[str, str], code: str, meaning: Meaning, meant: object, *, offered: bool = True) -> None:
    """Assert that the offers of a rule lead to the meaning. Where none need be there, `offered` is False."""
    files = {FILE: text} if isinstance(text, str) else text
    file = FILE if isinstance(text, str) else next(iter(files))
    mended = written(files, file, code)
    if mended is None and not offered:
        return
    assert mended is not None, "nothing is offered"
    after = checked({**files, file: mended})
    assert not after.findings.failed, (mended, after.findings.diagnostics)
    assert meaning(after) == meant, mended


def first_site(after: Checked) -> Site:
    """Return the first site by its id."""
    return next(iter(after.desired.sites.values()))


def first_contact(after: Checked) -> Contact:
    """Return the first contact by its key."""
    return next(iter(after.desired.contacts.values()))


def field(name: str) -> Meaning:
    """Return what reads a field of the site `s`."""
    return lambda after: after.desired.sites["s"].fields.get(name)


def site(**fields: str) -> str:
    """Return a site whose fields are written as they are given."""
    return "".join(f"{key}: {text}\n" for key, text in {"id": "s", "name": "S", **fields}.items())


def config(**settings: str) -> dict[str, str]:
    """Return dfsync.yaml with settings, and a site."""
    lines = {"version": "1", "targets": "{production: {customer_id: 1}}", **settings}
    return {"dfsync.yaml": "".join(f"{key}: {text}\n" for key, text in lines.items()), FILE: site()}


def slip(draw: Any, word: str) -> str:
    """Draw what a hand does to a word: another case, a letter left out, doubled or swapped."""
    place = draw(st.integers(1, len(word) - 2))
    return str(
        draw(
            st.sampled_from(
                [
                    word.upper(),
                    word[:place] + word[place + 1 :],
                    word[:place] + word[place] + word[place:],
                    word[:place] + word[place + 1] + word[place] + word[place + 2 :],
                ]
            )
        )
    )


@st.composite
def slips(draw: st.DrawFn, words: tuple[str, ...]) -> tuple[str, str]:
    """Draw a word of some with a slip in it, and the word."""
    word = draw(st.sampled_from(words))
    wrong = slip(draw, word)
    assume(wrong not in words)
    return wrong, word


law = settings(max_examples=40, deadline=None)
ZONES = tuple(sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc", "SystemV"))))
NAMED = tuple(zone for zone in ZONES if zone.split("/")[0] in ("America", "Europe", "Asia", "Africa", "Australia"))


def hours_from_utc(zone: str) -> list[datetime.timedelta | None]:
    days = (
        datetime.datetime(year, month, 1, 12, tzinfo=ZoneInfo(zone)) for year in range(2015, 2027) for month in (1, 7)
    )
    return [day.utcoffset() for day in days]


OLD_ZONES = tuple(name for name in ZONES if (found := zone_of(name)).known and found.better)


@covers("validation.rules.df106_old_zone.check")
@law
@given(st.sampled_from(OLD_ZONES))
def test_a_newer_name_is_of_the_same_zone(zone: str) -> None:
    text = site(timezone=zone)
    means(text, "DF106", lambda after: hours_from_utc(str(field("timezone")(after))), hours_from_utc(zone))


@covers("validation.rules.df105_unknown_zone.check")
@law
@given(st.data(), st.sampled_from(NAMED))
def test_a_zone_that_is_offered_is_the_one_that_was_typed(data: st.DataObject, zone: str) -> None:
    """In another case, with blanks, or with a slip: the zone itself, another name of it, or nothing."""
    wrong = data.draw(st.sampled_from([zone.lower(), zone.upper(), zone.replace("_", " "), zone.replace("/", " / ")]))
    assume(wrong != zone)
    text = site(timezone=dumps(wrong))
    assume(any(each.code == "DF105" for each in checked(text).findings.diagnostics))
    mended = written({FILE: text}, FILE, "DF105")
    if mended is not None:
        assert hours_from_utc(str(field("timezone")(checked({FILE: mended})))) == hours_from_utc(zone)


CURRENCIES = {"Euro": "EUR", "US Dollar": "USD", "usd": "USD", "Yen": "JPY", "eur": "EUR", "€": "EUR", "chf": "CHF"}


@covers("validation.rules.df108_unknown_currency.check")
@law
@given(st.sampled_from(sorted(CURRENCIES)))
def test_a_currency_that_is_offered_is_the_one_that_was_named(name: str) -> None:
    means(site(currency=name), "DF108", field("currency"), CURRENCIES[name], offered=False)


@covers("validation.rules.df113_postal_code_form._help")
@law
@given(st.integers(501, 9999))
def test_a_postal_code_gets_its_zeros_back(number: int) -> None:
    text = site(address=f'{{country: USA, postal_code: "{number}"}}')
    means(text, "DF113", field("address.postal_code"), f"{number:05}")


STATES = {"CA": "America/Los_Angeles", "NY": "America/New_York", "Colorado": "America/Denver", "IL": "America/Chicago"}


@covers("validation.rules.df114_zone_of_other_state.check")
@law
@given(st.sampled_from(sorted(STATES)), st.sampled_from(sorted(STATES.values())))
def test_a_zone_that_is_offered_is_the_state_s(state: str, zone: str) -> None:
    assume(STATES[state] != zone)
    text = site(address=f"{{country: USA, state: {state}}}", timezone=zone)
    means(text, "DF114", field("timezone"), STATES[state])


@covers("validation.rules.df405_formula.check")
@law
@given(st.lists(st.integers(10, 9999), min_size=2, max_size=5), st.sampled_from(["-", "/", ".", "-("]))
def test_a_phone_number_keeps_its_digits(parts: list[int], between: str) -> None:
    text = site(contacts=f'[{{email: a@example.com, phone: "+{between.join(map(str, parts))}"}}]')
    digits = "".join(map(str, parts))
    means(text, "DF405", lambda after: re.sub(r"\D", "", str(first_contact(after).fields["phone"])), digits)


WORDS = st.text("abcdefgxyzABC0123", min_size=3, max_size=12).filter(lambda word: not word.isdigit())


@covers("validation.rules.df408_quotes_in_text.check")
@law
@given(WORDS, st.sampled_from(["“{}”", "„{}“", "‘{}’", "«{}»"]))
def test_a_text_loses_the_quotes_of_a_word_processor(word: str, frame: str) -> None:
    assume(frame[0] != "«")  # these stand in names, and are no slip
    means(site(name=frame.format(word)), "DF408", field("name"), word)


@covers("validation.rules.df409_other_character.check")
@law
@given(st.data(), WORDS)
def test_an_id_gets_the_letters_of_the_keyboard(data: st.DataObject, word: str) -> None:
    """Whichever letter of whichever alphabet stands in the place of one that looks like it."""
    odd, latin = data.draw(st.sampled_from(sorted(LETTERS.items())))
    place = data.draw(st.integers(1, len(word) - 1))
    wrong, word = (f"{word[:place]}{letter}{word[place:]}x" for letter in (odd, latin))
    text = site(id=dumps(wrong, ensure_ascii=False))
    means(text, "DF409", lambda after: first_site(after).id.casefold(), word.casefold())


@covers("validation.rules.df410_damaged_value.check")
@law
@given(st.text("äöüßéèçñøåÄÖÜ abc", min_size=3, max_size=12), st.integers(1, 99999))
def test_damage_that_can_be_undone_is_undone(text: str, number: int) -> None:
    text = text.strip()
    assume(text and not text.isascii() and re.search(r"\s\s", text) is None)
    wrong = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    means(site(name=dumps(wrong, ensure_ascii=False)), "DF410", field("name"), text)
    means(site(id=dumps(f'="{number:06}"')), "DF410", lambda after: first_site(after).id, f"{number:06}")
    means(site(id=f'"{number}.0"'), "DF410", lambda after: first_site(after).id, str(number))


@covers("validation.checks.check_file.yaml_findings")
@law
@given(
    st.from_regex(
        r"0[0-7]{2,5}|[0-9]{1,4}e[0-9]|0x[0-9A-F]{1,4}|[0-9]_[0-9]{3}|NO|ON|yes|\.[0-9]|[0-9]{2}:[0-5][0-9]",
        fullmatch=True,
    )
)
def test_text_that_other_readers_misread_is_offered_as_it_is(word: str) -> None:
    text = site(name=word)
    assume(any(each.code == "DF401" for each in checked(text).findings.diagnostics))
    means(text, "DF401", field("name"), word)


IN_WORDS = [
    "{d:%B} {d.day}, {d:%Y}",
    "{d.day} {d:%b} {d:%Y}",
    "{d.day}. {d:%B} {d:%Y}",
    "{d:%Y-%m-%d}T00:00:00",
    "{d:%Y%m%d}",
]


@covers("files.dated_exceptions._meant")
@law
@given(
    st.dates(datetime.date(2027, 1, 1), datetime.date(2029, 12, 31)),
    st.sampled_from(
        ["{d:%d.%m.%Y}", "{d:%Y/%m/%d}", "{d.day}.{d.month}.{d.year}", "{d:%d/%m/%Y}", "{d:%Y.%m.%d}", *IN_WORDS]
    ),
)
def test_a_date_that_is_offered_is_that_day(date: datetime.date, form: str) -> None:
    """Where it can be one day only: 03/04/2027 is offered nothing."""
    text = site(operational_hours="{Mon: 09:00-17:00}", exceptions=f'[{{date: "{form.format(d=date)}", closed: true}}]')
    ambiguous = "/%m/%Y" in form and date.day <= 12 and date.day != date.month
    days: Meaning = lambda after: first_site(after).exceptions[0].date  # noqa: E731  (typed by its annotation)
    means(text, "DF208", days, date, offered=not ambiguous)


@covers("validation.checks.schema._type_help")
@law
@given(st.integers(1, 99999), st.sampled_from(["0{}", "{}.0", "00{}", "{}.00"]))
def test_a_whole_number_is_offered_as_one(number: int, form: str) -> None:
    means(site(internal_id=form.format(number)), "DF103", lambda after: first_site(after).internal_id, number)


@covers("model.hours.file_form.suggestion.pair_meant")
@law
@given(
    st.integers(6, 11),
    st.integers(13, 22),
    st.sampled_from(["[{a:02}:00, {b}:00]", "{{open: {a:02}:00, close: {b}:00}}", "{{start: {a}am, end: {b}:00}}"]),
)
def test_two_times_in_a_list_or_a_mapping_are_offered_as_a_span(opens: int, closes: int, form: str) -> None:
    text = form.format(a=opens, b=closes)
    week = read_hours({"Mon": f"{opens:02}:00-{closes}:00"}).week
    means(site(operational_hours=f"{{Mon: {text}}}"), "DF202", field("operational_hours"), week)


@covers("validation.checks.schema._type_help")
@law
@given(st.sampled_from(["yes", "Yes", "y", "on", "'1'", '"true"']))
def test_a_word_for_true_is_offered_as_true(word: str) -> None:
    text = site(operational_hours="{Mon: 09:00-17:00}", exceptions=f"[{{date: 2027-01-01, closed: {word}}}]")
    means(text, "DF103", lambda after: len(first_site(after).exceptions), 1)


def test_what_is_too_long_to_be_shown_whole_is_not_offered() -> None:
    """A part of it would be taken for all of it."""
    for text in (site(groups=f"A, {'b' * 300}"), site(name="1" * 60)):
        (finding,) = checked(text).findings.diagnostics
        assert finding.offer is None


@covers("validation.checks.schema._list_help")
@law
@given(st.lists(WORDS, min_size=1, max_size=4, unique_by=str.casefold), st.sampled_from(["{}", "［{}］", "'{}'"]))
def test_a_list_that_is_one_text_is_offered_as_a_list(names: list[str], frame: str) -> None:
    text = site(groups=frame.format(", ".join(names)))
    means(text, "DF103", lambda after: set(first_site(after).fields["groups"]), set(names))


TEXT_FIELDS = ("timezone", "currency", "escalation_path")
VALUES = {"timezone": "Europe/Berlin", "currency": "EUR", "escalation_path": "Ops"}


@covers("validation.checks.schema._unknown_keys", "model.likeness.spelling.suggestion")
@law
@given(st.data(), st.sampled_from(TEXT_FIELDS))
def test_a_key_that_is_offered_is_the_one_that_was_typed(data: st.DataObject, key: str) -> None:
    """It was typed with a slip, or in the characters of another keyboard."""
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in key)
    wrong = data.draw(st.sampled_from([wide, key.replace("_", "-"), key.title(), slip(data.draw, key)]))
    assume(wrong != key)
    means(site(**{wrong: VALUES[key]}), "DF101", field(key), VALUES[key])


@covers("validation.checks.schema._elsewhere")
@law
@given(
    st.sampled_from(
        [("tz", "timezone", "Europe/Berlin"), ("group", "groups", "[A]"), ("time_zone", "timezone", "Asia/Tokyo")]
    )
)
def test_a_key_of_another_program_is_offered_as_ours(case: tuple[str, str, str]) -> None:
    key, ours, value = case
    read = ("A",) if ours == "groups" else value
    means(site(**{key: value}), "DF101", field(ours), read)


@covers("model.likeness.spelling.suggestion")
@law
@given(slips(("revert", "keep", "fail")))
def test_a_setting_that_is_offered_is_the_one_that_was_typed(words: tuple[str, str]) -> None:
    wrong, meant = words
    means(config(on_drift=wrong), "DF104", lambda after: str(after.config.on_drift), meant, offered=False)


@covers("model.likeness.spelling.suggestion")
@law
@given(slips(("production", "staging", "sandbox")))
def test_a_target_that_is_offered_is_the_one_that_was_typed(words: tuple[str, str]) -> None:
    wrong, meant = words
    targets = "{production: {customer_id: 1}, staging: {customer_id: 2}, sandbox: {customer_id: 3}}"
    files = config(default_target=wrong, targets=targets)
    means(files, "DF503", lambda after: after.config.default_target, meant, offered=False)


@covers("model.likeness.spelling.suggestion")
@law
@given(slips(("Currency", "Site Groups", "Timezone", "Escalation Path")))
def test_a_column_that_is_offered_is_the_one_that_was_typed(words: tuple[str, str]) -> None:
    wrong, meant = words
    files = config(api=f"{{required_columns: [Site ID, Site Name, {wrong}]}}")
    columns: Meaning = lambda after: after.config.api.required_columns[-1]  # noqa: E731  (typed by its annotation)
    means(files, "DF505", columns, meant, offered=False)


@covers("validation.rules.df510_sheet_columns.target_help")
@law
@given(slips(("address.city", "timezone", "contact.email", "hours.Mon", "escalation_path")))
def test_a_field_for_a_column_is_the_one_that_was_typed(words: tuple[str, str]) -> None:
    wrong, meant = words
    files = config(sheets=f'{{stores: {{match: "*.csv", columns: {{"No": id, "X": {wrong}}}}}}}')
    columns: Meaning = lambda after: after.config.sheets[0].columns["X"]  # noqa: E731  (typed by its annotation)
    means(files, "DF510", columns, meant, offered=False)


@covers("model.hours.file_form.suggestion.name_meant")
@law
@given(slips(("retail", "outlet", "kiosk")))
def test_a_profile_that_is_offered_is_the_one_that_was_typed(words: tuple[str, str]) -> None:
    wrong, meant = words
    profiles = "".join(
        f"  {name}: {{Mon: 0{hour}:00-17:00}}\n" for hour, name in enumerate(("retail", "outlet", "kiosk"))
    )
    files = {
        FILE: site(operational_hours=f"{{profile: {wrong}}}"),
        "dfsync.yaml": f"version: 1\nhours_profiles:\n{profiles}",
        "sites/b.yaml": "".join(
            f"- {{id: {name}, name: N, operational_hours: {{profile: {name}}}}}\n"
            for name in ("retail", "outlet", "kiosk")
        ).join(["sites:\n", ""]),
    }
    week = read_hours({"Mon": f"0{('retail', 'outlet', 'kiosk').index(meant)}:00-17:00"}).week
    means(files, "DF207", field("operational_hours"), week, offered=False)


@covers("model.hours.file_form.read.read_hours")
@law
@given(st.sampled_from(["retail", "outlet 2", "kiosk-a"]))
def test_a_profile_by_its_name_alone_is_offered_as_one(name: str) -> None:
    files = {
        FILE: site(operational_hours=name),
        "dfsync.yaml": f"version: 1\nhours_profiles:\n  {name}: {{Mon: 09:00-17:00}}\n",
    }
    means(files, "DF206", field("operational_hours"), read_hours({"Mon": "09:00-17:00"}).week)


@covers("model.likeness.spelling.suggestion")
@law
@given(st.data())
def test_a_site_that_is_offered_to_a_contact_has_its_numbers(data: st.DataObject) -> None:
    """A neighbour's id is none."""
    wrong = slip(data.draw, "store-12")
    text = (
        f"{site(id='store-12')}---\nid: store-13\nname: T\n---\ncontacts: [{{site: {wrong}, email: a@example.com}}]\n"
    )
    found = [each for each in checked(text).findings.diagnostics if each.code == "DF303"]
    assume(found)
    means(text, "DF303", lambda after: first_contact(after).site, "store-12", offered=False)


@covers(
    "model.hours.file_form.suggestion.days_meant",
    "model.hours.file_form.suggestion.spans_meant",
    "model.hours.file_form.suggestion.name_meant",
)
@law
@given(day_keys(), spans())
def test_hours_by_day_are_those_that_stood_there(key: tuple[str, str], span: tuple[str, str]) -> None:
    text = site(operational_hours=f'{{"{key[0]}": "{span[0]}"}}')
    week = read_hours({key[1]: span[1]}).week
    for code in ("DF201", "DF202"):
        if any(each.code == code for each in checked(text).findings.diagnostics):
            mended = written({FILE: text}, FILE, code)
            assert mended is not None
            text = mended
    assert field("operational_hours")(checked(text)) == week


@covers("model.hours.file_form.suggestion.week_meant")
@law
@given(st.integers(0, 5), st.integers(6, 11), st.integers(1, 11))
def test_a_week_in_one_text_is_the_one_that_stood_there(day: int, opens: int, closes: int) -> None:
    text = f"{DAYS[day]}-{DAYS[day + 1]} {opens}am-{closes}pm"
    meant = read_hours({f"{DAYS[day]}-{DAYS[day + 1]}": f"{opens:02}:00-{closes + 12}:00"}).week
    means(site(operational_hours=dumps(text)), "DF206", field("operational_hours"), meant)


@covers("model.hours.file_form.suggestion.each_day_meant", "model.hours.file_form.suggestion.ends_meant")
@law
@given(day_keys(), st.integers(6, 11), st.integers(1, 11))
def test_an_entry_of_the_api_is_the_one_that_stood_there(key: tuple[str, str], opens: int, closes: int) -> None:
    text = site(operational_hours=f'[{{days: "{key[0]}", start: {opens}am, end: {closes}pm}}]')
    week = read_hours({key[1]: f"{opens:02}:00-{closes + 12}:00"}).week
    for code in ("DF206", "DF202"):
        mended = written({FILE: text}, FILE, code)
        assert mended is not None
        text = mended
    assert field("operational_hours")(checked(text)) == week


def test_every_place_that_offers_something_is_covered() -> None:
    """An offer begins with `write` or `did you mean`, and nothing else in a finding does."""
    root = Path(dfsync.__file__).parent
    offering = set()
    for room in ("files", "model", "validation"):
        for path in (root / room).rglob("*.py"):
            for function in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(function, ast.FunctionDef) and _offers(function):
                    offering.add(".".join((*path.relative_to(root).with_suffix("").parts, function.name)))
    assert offering - {"validation.geography.public_holidays.region"} == COVERED  # that is about a command line


def _offers(function: ast.FunctionDef) -> bool:
    documented = {id(node.value) for node in ast.walk(function) if isinstance(node, ast.Expr)}
    texts = (node for node in ast.walk(function) if isinstance(node, ast.Constant) and id(node) not in documented)
    return any(isinstance(node.value, str) and node.value.startswith(("write ", "did you mean ")) for node in texts)


@pytest.mark.parametrize("help", ["write Mon-Fri", "did you mean Mon?", "the form is 09:00-17:59", "", None])
def test_an_offer_is_told_from_advice(help: str | None) -> None:
    """Its first words tell them apart."""
    expected = {"write Mon-Fri": "Mon-Fri", "did you mean Mon?": "Mon"}
    assert Finding("DF001", "", help=help).offer == expected.get(help or "")
