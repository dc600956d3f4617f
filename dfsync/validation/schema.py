"""The check against JSON Schema, in dfsync's own words.

jsonschema-rs says whether a document is valid; only where it is not, jsonschema, the reference, says why. The schemas
are written so that the two can't differ (`[0-9]`, a maxLength beside `$`); a property test holds them to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from dfsync.files.yaml import Pointer
from dfsync.model.site import Source
from dfsync.model.text import shortened
from dfsync.resources import schema
from dfsync.validation.finding import Finding, On

UNKNOWN_FIELD = "DF101"
MISSING_FIELD = "DF102"
WRONG_TYPE = "DF103"
WRONG_VALUE = "DF104"

# Hours are read by `dfsync.model.hours_read`, which says more than the schema can.
_READ_ELSEWHERE = frozenset({"operational_hours", "hours_profiles"})
_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


@cache
def _quick(name: str) -> Any:
    import jsonschema_rs  # noqa: PLC0415

    return jsonschema_rs.Draft7Validator(schema(name))


@cache
def _reference(name: str) -> Any:
    import jsonschema  # noqa: PLC0415

    return jsonschema.Draft7Validator(schema(name))


def is_valid(name: str, document: Any) -> bool:
    """Whether a document fits the schema of that name."""
    try:
        return bool(_quick(name).is_valid(document))
    except (ValueError, TypeError, OverflowError):
        return bool(_reference(name).is_valid(document))


def schema_findings(name: str, document: Any, file: str, number: int = 0) -> Iterator[Finding]:
    """Yield what a document (the `number`th of its file) has against the schema, each cause once."""
    if is_valid(name, document):
        return
    seen: set[tuple[str, Pointer, str]] = set()
    for error in _reference(name).iter_errors(document):
        path = tuple(error.absolute_path)
        if _READ_ELSEWHERE.intersection(path) and not (path[0] == "hours_profiles" and len(path) == 1):
            continue
        owner, rest, id = _owner(document, path)
        for code, message, below, on, help in _words(error):
            key = (code, (*path, *below), message)
            if key not in seen:
                seen.add(key)
                source = Source(file, 1, (number, *owner))
                yield Finding(code, message, source, (*rest, *below), on, id, help)


def _owner(document: Any, path: Pointer) -> tuple[Pointer, Pointer, str | None]:
    """Return the pointer of the entry that a path is in, the rest of the path, and the entry's id."""
    in_list = len(path) > 1 and path[0] in ("sites", "contacts") and isinstance(document.get("sites", []), list)
    if in_list and not ("id" in document and path[0] == "contacts"):
        owner, rest = path[:2], path[2:]
        entry = document[path[0]][path[1]]
    else:
        owner, rest, entry = (), path, document
    found = entry.get("id") if isinstance(entry, Mapping) else None
    return owner, rest, found if isinstance(found, str) else None


_Words = tuple[str, str, Pointer, On, str | None]


def _words(error: Any) -> Iterator[_Words]:
    keyword, wanted, instance = error.validator, error.validator_value, error.instance
    name = next((step for step in reversed(error.absolute_path) if isinstance(step, str)), "the document")
    if keyword == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for key in instance:
            if key not in known and not key.startswith("x-"):
                yield UNKNOWN_FIELD, f"unknown field {shortened(key, 40)}", (key,), On.KEY, _suggestion(key, known)
    elif keyword == "required":
        for key in wanted:
            if key not in instance:
                yield MISSING_FIELD, f"{key} is missing", (), On.OPENING, f"add {key}:"
    elif keyword == "type":
        kinds = [wanted] if isinstance(wanted, str) else list(wanted)
        expected = " or ".join(_TYPES[kind] for kind in kinds if kind != "null" or len(kinds) == 1)
        yield (
            WRONG_TYPE,
            f"{name} must be {expected}, not {_kind(instance)}",
            (),
            On.VALUE,
            _quote_hint(instance, kinds),
        )
    elif keyword == "enum":
        options = [str(option) for option in wanted]
        message = f"{name} must be {_any_of(options)}, not {shortened(str(instance), 40)}"
        yield WRONG_VALUE, message, (), On.VALUE, _suggestion(str(instance), options)
    elif keyword in ("minLength", "minItems"):
        yield WRONG_VALUE, f"{name} may not be empty", (), On.VALUE, None
    elif keyword in ("minimum", "exclusiveMinimum", "maximum"):
        word = {"minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most"}[keyword]
        yield WRONG_VALUE, f"{name} must be {word} {wanted}, not {instance}", (), On.VALUE, None
    else:
        examples = error.schema.get("examples", [])
        help = f"write it like {examples[0]}" if examples else None
        yield WRONG_VALUE, f"{shortened(str(instance), 40)} does not fit {name}", (), On.VALUE, help


def _kind(instance: Any) -> str:
    if instance is None:
        return "nothing"
    if isinstance(instance, bool):
        return "true or false"
    if isinstance(instance, (int, float)):
        return "a number"
    if isinstance(instance, dict):
        return "a mapping"
    return "a list" if isinstance(instance, list) else f"the text {shortened(str(instance), 40)}"


def _quote_hint(instance: Any, kinds: list[str]) -> str | None:
    if isinstance(instance, str) and kinds[0] in ("integer", "number", "boolean"):
        return "write it without quotes" if instance.lstrip("-").isdigit() or instance in ("true", "false") else None
    if isinstance(instance, str) and kinds[0] == "array":
        return f"write [{shortened(instance, 40)}]"
    return None


def _any_of(options: list[str]) -> str:
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"


def _suggestion(word: str, known: list[str]) -> str | None:
    import difflib  # noqa: PLC0415

    folded = {entry.casefold().replace("_", "").replace("-", ""): entry for entry in known}
    bare = word.casefold().replace("_", "").replace("-", "").replace(" ", "")
    found = difflib.get_close_matches(bare, folded, 1, 0.7)
    return f"did you mean {folded[found[0]]}?" if found else None
