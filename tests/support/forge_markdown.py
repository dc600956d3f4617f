"""Markdown as the forge reads it, by its own parser."""

from __future__ import annotations

import html.parser

import cmarkgfm
from cmarkgfm.cmark import Options as Cmark


def rendered(source: str) -> str:
    """Return the HTML that the forge makes of Markdown."""
    return cmarkgfm.github_flavored_markdown_to_html(source, Cmark.CMARK_OPT_UNSAFE)


class Elements(html.parser.HTMLParser):
    """The elements of a page in order, its tables as rows of texts, its text outside code."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.comments: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.codes: list[str] = []
        self.prose = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in ("br", "hr", "img", "input"):
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag == "code":
            self.codes.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_data(self, data):
        if "code" in self.open:
            self.codes[-1] += data
            return
        self.prose += data
        if self.open and ("td" in self.open or "th" in self.open):
            self.tables[-1][-1][-1] += data
