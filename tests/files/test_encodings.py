"""Encodings of other programs' files: recognised or refused, never guessed."""

from __future__ import annotations

import pytest

from dfsync.errors import InputError
from dfsync.files.storage import encodings
from dfsync.files.storage.encodings import decoded, in_utf_8

WESTERN = "Café Zürich;Straße 5 – “Galería”;l’été, ÉTÉ;D´Angelo®;£5;«Œuvre»;Señor;¿Qué?"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_western_text_is_read_in_every_encoding_that_is_recognised(encoding, name):
    """The text comes back whole and without a BOM, with the encoding's name for the user."""
    assert decoded(WESTERN.encode(encoding), "sites.csv") == (WESTERN, name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_all_of_them_come_out_as_utf_8(monkeypatch, encoding, piece):
    """Whatever the pieces that are looked at: a letter of two bytes may lie across their border."""
    monkeypatch.setattr(encodings, "_PIECE", piece)
    assert in_utf_8(WESTERN.encode(encoding), "sites.csv") == WESTERN.encode()


def test_latin_1_is_read_as_its_superset():
    """Latin-1 and Windows-1252 spell all printable text alike."""
    assert decoded("Société CAFÉ, Œuvre"[:12].encode("latin-1"), "x")[0] == "Société CAFÉ"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Łódź", "cp1250"),
        ("Łódź", "iso-8859-2"),
        ("Paweł", "cp1250"),
        ("Москва", "cp1251"),
        ("Αθήνα", "cp1253"),
        ("İstanbul", "cp1254"),
        ("東京都", "shift-jis"),
        ("北京市", "gbk"),
        ("서울", "euc-kr"),
        ("Café", "mac-roman"),
        ("Café", "cp850"),
        ("Zürich", "cp437"),
    ],
)
def test_other_encodings_are_refused(text, encoding):
    """What would come out as letter salad is refused, with the line and what to do."""
    with pytest.raises(InputError, match=r"sites\.csv, line 2") as caught:
        decoded(b"Site ID\n" + text.encode(encoding), "sites.csv")
    assert "UTF-8" in (caught.value.help or "")


def test_broken_utf_16_is_refused():
    """A BOM is a promise; half a character breaks it."""
    with pytest.raises(InputError, match="UTF-16"):
        decoded("ab".encode("utf-16") + b"\0", "sites.csv")


def test_square_metres_and_a_few_damaged_letters_are_still_windows_1252() -> None:
    """A store list has `Fläche m²`, and a name or two that some other program damaged long ago."""
    assert decoded("Filiale;Fläche m²\n1;120\n".encode("cp1252"), "x")[1] == "Windows-1252"
    text = "Café\n" * 40 + "D¿Aguilar Street\n"
    assert decoded(text.encode("cp1252"), "x") == (text, "Windows-1252")


def test_utf_16_without_a_mark_is_read() -> None:
    """Some programs leave the mark out; of Latin text every other byte is 0."""
    for order in ("utf-16-le", "utf-16-be"):
        assert decoded("Store #;Zürich\n".encode(order), "x") == ("Store #;Zürich\n", "UTF-16")
