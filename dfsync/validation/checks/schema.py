"""The check against JSON Schema, with messages of our own.

jsonschema-rs decides whether a document is valid. If it is not, jsonschema, the reference implementation, says why: its
error has the node of the schema that failed, with the known keys, the allowed values and the examples that a message
needs. The schemas are written so that the two can't differ (`[0-9]`, a maxLength beside `$`); a property test checks
that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

import jsonschema_rs
from msgspec import Struct

from dfsync.files.edit.write import scalar
from dfsync.files.yaml.parse import TOO_MUCH
from dfsync.findings import Finding, On
from dfsync.model.fields import ADDRESS_PARTS
from dfsync.model.likeness.characters import as_typed, in_syntax
from dfsync.model.likeness.spelling import nearest, suggestion
from dfsync.model.place import Place, Pointer
from dfsync.model.text import shortened
from dfsync.runtime.resources import schema

UNKNOWN_FIELD = "DF101"
MISSING_FIELD = "DF102"
WRONG_TYPE = "DF103"
WRONG_VALUE = "DF104"

# A person corrects a few at a time. A program that wrote more wrong values made one mistake.
MOST = 10_000

_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_BOUNDS = {"minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most"}
_NAME_HELP = "use at most 100 characters, no slash, and begin with a letter: state is kept under this name"
_OWN = "correct it, or begin it with x- to keep it for yourself"
_PLACES = {
    **{part: f"{part}, indented below address:" for part in ADDRESS_PARTS},
    **dict.fromkeys(("zip", "zip_code", "zipcode", "postcode", "plz"), "postal_code, indented below address:"),
    **dict.fromkeys(("hours", "opening_hours", "open", "times"), "operational_hours"),
    **dict.fromkeys(("phone", "email", "manager", "contact"), "contacts: with a list of them"),
    **dict.fromkeys(("tz", "time_zone"), "timezone"),
    "group": "groups",
    **dict.fromkeys(("site_id", "store_id", "identifier"), "id"),
    **dict.fromkeys(("site_name", "store_name", "title"), "name"),
}
"""The places of fields that people know under another name, or put elsewhere."""
_SECRETS = frozenset(("token", "access_token", "refresh_token", "api_token", "api_key", "password", "secret", "bearer"))
_TO_KEYBOARD = str.maketrans("\uff3b\uff3d\uff0c\u3001", "[],,")
_SAID = {**dict.fromkeys(("yes", "y", "on", "1", "true"), "true"), **dict.fromkeys(("no", "n", "off", "0"), "false")}
_WHOLE = r"0*([1-9][0-9]*)\.0+|0+([1-9][0-9]*)"
_LFS = "version https://git-lfs"
_EXAMPLES = {
    "address": "its parts stand below it: street, city, state, country, postal_code",
    "shipping_address": "its parts stand below it: street, city, state, country, postal_code",
    "exceptions": 'the form is {date: "2026-12-25", closed: true}',
    "state": "the form is {backend: git} or {backend: file}",
    "limits": "the form is {max_updates: 30%, max_creates: 50, max_clears: 10}",
    "contacts": "the form is {name: Ada Lovelace, email: ada@example.com}",
}
"""The forms of mappings and lists, for messages about a text in their place."""
_UNQUOTED = r"-?(0|[1-9][0-9]*)|true|false"


@cache
def _quick(name: str) -> Any:
    return jsonschema_rs.Draft7Validator(schema(name))


@cache
def _reference(name: str) -> Any:
    import jsonschema

    return jsonschema.Draft7Validator(schema(name))


def is_valid(name: str, document: Any) -> bool:
    """Whether a document fits the schema with that name."""
    try:
        return bool(_quick(name).is_valid(document))
    except (ValueError, TypeError, OverflowError):
        return bool(_reference(name).is_valid(document))


def schema_findings(name: str, document: Any, file: str, number: int = 0) -> Iterator[Finding]:
    """Yield the findings of the schema in a document (the `number`th of its file), one for each cause."""
    if is_valid(name, document):
        return
    for count, finding in enumerate(_findings(name, document, file, number)):
        if count == MOST:
            message = f"more than {MOST:,} problems; the others are not shown"
            yield Finding(TOO_MUCH, message, Place(file, (number,)), on=On.OPENING)
            return
        yield finding


def _findings(name: str, document: Any, file: str, number: int) -> Iterator[Finding]:
    seen: set[tuple[str, Pointer]] = set()
    for error in _reference(name).iter_errors(document):
        path = tuple(error.absolute_path)
        if _is_read_elsewhere(path) or (error.validator == "pattern" and path[:1] == ("sheets",)):
            continue  # DF510 says more about the fields of columns
        owner = 0 if name == "config" else _owner(document, path)
        for words in _words(error):
            at = (*path, *words.below)
            if (words.message, at) not in seen:
                seen.add((words.message, at))
                place = Place(file, (number, *path[:owner]))
                yield Finding(words.code, words.message, place, at[owner:], words.on, words.help)


def _is_read_elsewhere(path: Pointer) -> bool:
    """Whether a path leads into hours. `dfsync.model.hours.file_form.read` says more about them than the schema can."""
    if path[:1] == ("hours_profiles",):
        return len(path) > 1 and "exceptions" not in path
    return "operational_hours" in path


def _owner(document: Any, path: Pointer) -> int:
    """Return how much of a path leads to its entry: 2 below `sites:` or `contacts:`, otherwise 0."""
    if len(path) < 2 or path[0] not in ("sites", "contacts"):
        return 0
    return 0 if path[0] == "contacts" and "id" in document and "sites" not in document else 2


class _Words(Struct, frozen=True):
    code: str
    message: str
    help: str | None = None
    below: Pointer = ()
    on: On = On.VALUE


def _words(error: Any) -> Iterator[_Words]:
    """Return the message for an error of jsonschema, by the keyword of the schema that was violated."""
    keyword, wanted, instance = error.validator, error.validator_value, error.instance
    name = _subject(error.absolute_path)
    if keyword == "additionalProperties":
        yield from _unknown_keys(error)
    elif "propertyNames" in error.schema_path:
        message = f"{shortened(instance, 40) or 'an empty text'} can't be a name in {name}"
        yield _Words(WRONG_VALUE, message, _NAME_HELP, (instance,), On.KEY)
    elif keyword == "required":
        missing = [key for key in wanted if key not in instance and not _is_misspelled(key, error)]
        yield from (_Words(MISSING_FIELD, f"{key} is missing", f"add {key}:", on=On.OPENING) for key in missing)
    elif keyword == "type":
        kinds = [wanted] if isinstance(wanted, str) else list(wanted)
        expected = any_of([_TYPES[kind] for kind in kinds if kind != "null" or len(kinds) == 1])
        yield _Words(
            WRONG_TYPE, f"{name} must be {expected}, not {_kind(instance)}", _type_help(instance, kinds, error)
        )
    elif keyword == "enum":
        options = [str(option) for option in wanted]
        shown = str(instance) if isinstance(instance, int) else instance
        help = suggestion(shown, options) if isinstance(shown, str) else None
        yield _Words(WRONG_VALUE, f"{name} must be {any_of(options)}, not {_kind(instance)}", help)
    elif keyword in ("minLength", "minItems"):
        yield _Words(WRONG_VALUE, f"{name} may not be empty")
    elif keyword in _BOUNDS:
        yield _Words(WRONG_VALUE, f"{name} must be {_BOUNDS[keyword]} {wanted}, not {instance}")
    else:
        examples = error.schema.get("examples", [])
        help = f"the form is {examples[0]}" if examples else None
        yield _Words(WRONG_VALUE, f"{_kind(instance)} does not fit {name}", help)


def _is_misspelled(missing: str, error: Any) -> bool:
    """Whether a missing key is there under another spelling, which is reported instead."""
    known = error.schema.get("properties", {})
    unknown = islice((key for key in error.instance if key not in known and not key.startswith("x-")), len(known))
    return any(missing in (nearest(key, known), as_typed(key), _PLACES.get(_folded(key))) for key in unknown)


def _unknown_keys(error: Any) -> Iterator[_Words]:
    known = error.schema.get("properties", {})
    for key in error.instance:
        if key not in known and not key.startswith("x-"):
            message = f"unknown field {shortened(key, 40) or 'without a name'}"
            typed, odd = as_typed(key), in_syntax(key)
            free = [name for name in known if name not in error.instance]
            if typed != key and typed in error.instance:
                message, help = f"{message}: it looks like {typed}, which is here too", "keep one of the two"
            elif typed != key and typed in known:
                message += f": {odd or 'some of its characters only look like those of the keyboard'}"
                help = f"write {typed}"
            elif odd is not None:
                message, help = f"{message}: {odd}", "type this character on the keyboard"
            else:
                # Of two words one may be the value, as in `closed true`.
                help = _elsewhere(key, known, free) or suggestion(key, free, 0.85 if " " in key else 0.7) or _OWN
            yield _Words(UNKNOWN_FIELD, message, help, (key,), On.KEY)


def _elsewhere(key: str, known: Mapping[str, Any], free: Sequence[str]) -> str | None:
    """Say where a field belongs that other programs, a forgotten indentation or another kind of file put here."""
    if _folded(key) in _SECRETS:
        return "no file holds a token: put it into the environment as DFSYNC_TOKEN, and have this one replaced"
    if key == "id" and "email" in known:
        return "a contact has no id; a site belongs into a file that `sites` of dfsync.yaml names"
    if "operational_hours" not in known:
        return None
    place = _PLACES.get(_folded(key))
    if place is None:
        return None
    return f"did you mean {place}?" if place in free else f"its place is {place}"


def _folded(key: str) -> str:
    return key.casefold().replace(" ", "_").replace("-", "_")


def _subject(path: Sequence[str | int]) -> str:
    """Return how a message names the value at a path: by its last key, or as an item of it in a list."""
    if not path:
        return "the document"
    names = [step for step in path if isinstance(step, str)]
    name = shortened(names[-1], 40) if names else "the document"
    return f"an item of {name}" if isinstance(path[-1], int) else name


def _kind(instance: Any) -> str:
    """Return a value as a message may show it."""
    if instance is None:
        return "nothing"
    if isinstance(instance, bool):
        return "true" if instance else "false"
    if isinstance(instance, (int, float)):
        return f"the number {instance}"
    if isinstance(instance, dict):
        return "a mapping"
    return "a list" if isinstance(instance, list) else f"the text {shortened(str(instance), 40)}"


def _type_help(instance: Any, kinds: list[str], error: Any) -> str | None:
    if kinds[0] == "array" and isinstance(instance, dict) and error.schema.get("items", {}).get("type") == "string":
        return "the form is [one, two]"
    if kinds[0] == "array" and isinstance(instance, dict):
        return "begin it with a dash, as the item of a list"
    if isinstance(instance, list) and not error.absolute_path:
        if "targets" in error.schema.get("properties", {}):
            return "put one setting on a line, such as version: 1"
        return "put sites: above a list of sites, contacts: above one of contacts"
    if not isinstance(instance, str):
        return None
    if kinds[0] == "boolean" and (meant := _SAID.get(instance.casefold())):
        if meant == "false" and error.absolute_path[-1] == "closed":
            return "take it out and give the day its hours, or write true"
        return f"write {meant}"
    if kinds[0] == "integer" and (whole := re.fullmatch(_WHOLE, instance)):
        return f"write {whole[1] or whole[2]}"
    if kinds[0] in ("integer", "number", "boolean"):
        return "take the quotes away" if re.fullmatch(_UNQUOTED, instance) else None
    if not error.absolute_path:
        return "git lfs pull brings the file itself" if instance.startswith(_LFS) else in_syntax(instance)
    if kinds[0] == "array" and error.schema.get("items", {}).get("type") == "string":
        return _list_help(instance)
    name = next((step for step in reversed(error.absolute_path) if isinstance(step, str)), "")
    if kinds[0] == "object" and "level" in error.schema.get("properties", {}):
        return "the form is {level: off, reason: why it is off here}"
    example = _EXAMPLES.get(name)
    return f"{example}, as the item of a list" if example and kinds[0] == "array" else example


def _list_help(text: str) -> str:
    """Return the list that was meant by a text: its parts between commas, whatever brackets are around them."""
    parts = [part.strip() for part in text.translate(_TO_KEYBOARD).strip("[] ").split(",")]
    if any(shortened(part, 200) != part for part in parts):
        return "put each by itself in brackets, with a comma between two"
    return f"write [{', '.join(scalar(part, flow=True) for part in parts if part)}]"


def any_of(options: list[str]) -> str:
    """Return `one`, `one or two`, `one, two or three`."""
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"
