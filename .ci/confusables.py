"""Write dfsync/model/likeness/confusables.py from confusables.txt of Unicode, as confusable-homoglyphs ships it.

Run `python .ci/confusables.py` after the package was updated; a test says when the module is out of date.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

MODULE = Path(__file__).resolve().parents[1] / "dfsync" / "model" / "likeness" / "confusables.py"
WIDTH = 105

_HEAD = '''\
"""Letters and digits that look like Latin ones. Generated: do not edit, run `python .ci/confusables.py`.

Source: Unicode UTS 39, confusables.txt. By the Latin letters in small form: `l` stands for i and 1 too, `o` for 0 too.
Characters with a compatible form that is Latin, such as full-width ones, are left out.
"""

from __future__ import annotations

# fmt: off
ALIKE = {
'''
_TAIL = '"""The first words of the names of letters, by script; not those that Chinese, Japanese and Korean mix."""\n'
_DATA = files("confusable_homoglyphs")
_BIDI = "\N{LEFT-TO-RIGHT MARK}"
_SAME = str.maketrans("i10", "llo")
_NO_ALPHABETS = {"COMMON", "INHERITED", "HAN", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "BRAILLE"}


def module() -> str:
    """Return the text of the module."""
    by_latin: dict[str, list[str]] = defaultdict(list)
    for marked, others in json.loads(_DATA.joinpath("confusables.json").read_text("utf-8")).items():
        character = marked.strip(_BIDI)
        if len(character) != 1 or character.isascii() or unicodedata.category(character)[0] not in "LN":
            continue
        latins = {latin(other["c"].strip(_BIDI)) for other in others} - {""}
        if latins and unicodedata.normalize("NFKC", character) == character:
            (found,) = latins
            by_latin[found].append(character)
    lines = [_HEAD]
    for found, characters in sorted(by_latin.items()):
        texts = _texts("".join(sorted(characters)))
        parts = "".join(f'        "{text}"\n' for text in texts)
        lines.append(f'    "{found}": "{texts[0]}",\n' if len(texts) == 1 else f'    "{found}": (\n{parts}    ),\n')
    names = "".join(f'        "{name}",\n' for name in alphabets())
    return "".join([*lines, "}\n\nALPHABETS = frozenset(\n    {\n", names, "    }\n)\n", _TAIL])


def latin(text: str) -> str:
    """Return a text of Latin letters and digits in small form, those that look alike as one; "" for any other text."""
    return text.lower().translate(_SAME) if text.isascii() and text.isalnum() else ""


def alphabets() -> list[str]:
    """Return the first words of the names of scripts."""
    names = json.loads(_DATA.joinpath("categories.json").read_text("utf-8"))["iso_15924_aliases"]
    return sorted({name.partition("_")[0] for name in names if name not in _NO_ALPHABETS})


def _texts(characters: str) -> list[str]:
    """Return the characters as escapes, in texts that fit on a line."""
    texts = [""]
    for character in characters:
        escaped = ascii(character)[1:-1]
        if len(texts[-1]) + len(escaped) > WIDTH:
            texts.append("")
        texts[-1] += escaped
    return texts


if __name__ == "__main__":
    MODULE.write_text(module(), encoding="utf-8", newline="\n")
