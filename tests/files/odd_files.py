"""Site files as people might write them: every style, comments everywhere, anchors, aliases, merge keys, odd line ends.

`files` makes them from a seed, so that a failure can be repeated by its seed alone.
"""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st

from dfsync.files.edit.write import quoted, scalar

NAMES = ["Downtown", "Main St #5", "it's", 'say "hi"', "東京駅前店", "Café", "a: b", "- x", "NO", "  outer ", "x" * 90]
CODES = ["94105", "02134", "18:59", "1e3", "NO", "SW1A 1AA", "0", "~", "null", "yes", ".5", "0x1F"]
HOURS: list[Any] = [
    {"Mon-Fri": "09:00-18:59", "Sat": ["09:00-12:00", "13:00-17:00"], "Sun": "closed"},
    {"Fri,Sat": "22:00-02:00"},
    [{"days": ["Mon", "Tue"], "start": "09:00", "end": "18:59"}, {"days": ["Sat"], "start": "10:00", "end": "14:00"}],
    {},
    [],
    None,
]


class Writer:
    """Writes values as YAML in styles taken by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.newline = self.chance.choice(["\n", "\n", "\r\n"])
        self.anchors: dict[str, list[str]] = {}
        self.made = 0

    def file(self) -> bytes:
        """Return a whole file."""
        chance = self.chance
        documents = [self.document() for _ in range(chance.choice([1, 1, 1, 2]))]
        text = (
            "---\n".join(documents)
            if len(documents) > 1
            else chance.choice(["", "", "---\n", "# first\n---\n"]) + documents[0]
        )
        text = text.replace("\n", self.newline)
        if chance.random() < 0.2:
            text = text.rstrip("\r\n")
        return chance.choice([b"", b"", b"\xef\xbb\xbf"]) + text.encode()

    def document(self) -> str:
        """Return one document: a site, or collections."""
        self.anchors.clear()
        if self.chance.random() < 0.4:
            return self.block(self.site(0), 0)
        ids = range(1, self.chance.randint(2, 4))
        whole: dict[str, Any] = {"sites": [self.site(number) for number in ids]}
        if self.chance.random() < 0.5:
            whole = {"x-shared": self.address(), **whole}
        if self.chance.random() < 0.5:
            whole["contacts"] = [{"site": "site-1", **self.contact()}]
        return self.block(whole, 0)

    def site(self, number: int) -> dict[str, Any]:
        chance = self.chance
        fields = {
            "name": chance.choice(NAMES),
            "address": self.address(),
            "shipping_address": self.address(),
            "groups": chance.sample(["East", "West", "1e3", "NO", "a b"], chance.randint(0, 4)) or None,
            "escalation_path": chance.choice([None, "", "Ops Team", "multi\nline\n"]),
            "timezone": "Europe/Berlin",
            "currency": chance.choice(["EUR", None]),
            "operational_hours": chance.choice(HOURS),
            "contacts": [self.contact() for _ in range(chance.randint(1, 2))],
            "x-note": {"n": "5", "b": "yes"},
        }
        kept = chance.sample(list(fields), chance.randint(0, len(fields)))
        return {"id": f"site-{number}", "name": "Site", **{name: fields[name] for name in kept}}

    def address(self) -> dict[str, Any]:
        parts = {
            "street": "1 Main St",
            "city": "X",
            "state": self.chance.choice(CODES),
            "country": "NO",
            "postal_code": None,
        }
        parts["postal_code"] = self.chance.choice(CODES)
        return {name: parts[name] for name in self.chance.sample(list(parts), self.chance.randint(1, 5))}

    def contact(self) -> dict[str, Any]:
        contact = {
            "name": "Ada",
            "email": f"a{self.made}@b.c",
            "phone": self.chance.choice(["+15550100", "+1 5", None]),
        }
        self.made += 1
        return contact

    def block(self, mapping: dict[str, Any], indent: int) -> str:
        """Return lines of a mapping, each indented, with line ends."""
        lines = []
        for key, value in mapping.items():
            lines.append(self.above(indent))
            written, rest = self.key(key), self.value(value, indent)
            is_short = rest.startswith(" ") and rest.count("\n") == 1
            explicit = is_short and self.chance.random() < 0.05
            start = " " * indent
            lines.append(f"{start}? {written}\n{start}:{rest}" if explicit else f"{start}{written}:{rest}")
        lines.append(self.above(indent + self.chance.choice([0, 2])) if self.chance.random() < 0.2 else "")
        return "".join(lines)

    def value(self, value: Any, indent: int) -> str:
        """Return what follows the colon, with the line end."""
        chance = self.chance
        kind = "address" if isinstance(value, dict) and "country" in value else None
        if kind and self.anchors.get(kind) and chance.random() < 0.3:
            return f" *{chance.choice(self.anchors[kind])}{self.trailing()}"
        anchor = ""
        if kind and chance.random() < 0.4:
            name = chance.choice(["a", "b", f"c{self.made}"])
            self.anchors.setdefault(kind, []).append(name)
            self.made += 1
            anchor = f" &{name}"
        if isinstance(value, (dict, list)) and value and chance.random() < 0.65:
            deeper = indent + (0 if isinstance(value, list) and chance.random() < 0.4 else chance.choice([2, 2, 3, 4]))
            head = anchor + self.trailing() + self.above(deeper)
            return head + (self.block(value, deeper) if isinstance(value, dict) else self.items(value, deeper))
        if isinstance(value, (dict, list)):
            return f"{anchor} {self.flow(value, indent)}{self.trailing()}"
        if isinstance(value, str) and value.endswith("\n") and chance.random() < 0.7:
            style = chance.choice(["|", "|+", ">-", "|2", ">2-"])
            body = "".join(f"{' ' * (indent + 2)}{line}\n" for line in value.splitlines())
            return f" {style}\n{body}" + chance.choice(["", "\n", "\n\n"])
        return f"{anchor} {self.scalar(value, flow=False)}{self.trailing()}"

    def items(self, items: list[Any], indent: int) -> str:
        lines = []
        for number, item in enumerate(items):
            lines.append(self.above(indent) if number else "")
            dash = " " * indent + "- "
            if isinstance(item, dict) and self.chance.random() < 0.7:
                body = self.block(item, indent + 2)
                first = next(
                    (line for line in body.splitlines(keepends=True) if line.strip() and line.strip()[0] != "#"), ""
                )
                above, _, rest = body.partition(first)
                merge = self.anchors.get("address", [])
                extra = ""
                if "city" in item and merge and self.chance.random() < 0.5:
                    extra = f"{' ' * (indent + 2)}<<: *{merge[-1]}\n"
                comments = above.replace(" " * (indent + 2), " " * indent)
                lines.append(comments + dash + first.lstrip(" ") + rest + extra)
            else:
                text = self.flow(item, indent) if isinstance(item, (dict, list)) else self.scalar(item, flow=False)
                lines.append(dash + text + self.trailing())
        return "".join(lines)

    def flow(self, value: Any, indent: int) -> str:
        """Return a value in brackets or braces, over lines by chance."""
        if not isinstance(value, (dict, list)):
            return self.scalar(value, flow=True)
        wide = self.chance.random() < 0.2
        glue = f",{self.trailing()}{' ' * (indent + 4)}" if wide else ", "
        if isinstance(value, dict):
            inner = glue.join(f"{self.key(key, flow=True)}: {self.flow(item, indent)}" for key, item in value.items())
            return "{" + inner + "}"
        return "[" + glue.join(self.flow(item, indent) for item in value) + self.chance.choice(["", "", " "]) + "]"

    def key(self, key: str, *, flow: bool = False) -> str:
        return quoted(key) if self.chance.random() < 0.1 else scalar(key, flow=flow)

    def scalar(self, value: str | None, *, flow: bool) -> str:
        """Return a scalar: plain far more often than is wise."""
        chance = self.chance
        if value is None:
            return chance.choice(["null", "~", "null" if flow else ""])
        if chance.random() < 0.3:
            return quoted(value, chance.choice(["'", '"']))
        risky = value in CODES and value not in ("~", "null")
        return value if risky else scalar(value, flow=flow)

    def above(self, indent: int) -> str:
        """Return lines that stand above an entry."""
        return "".join(
            self.chance.choice(["", "", "", "\n", f"{' ' * indent}# note {self.chance.randint(0, 99)}\n"])
            for _ in range(2)
        )

    def trailing(self) -> str:
        """Return what ends a line."""
        return self.chance.choice(["", "", "", " ", "  # why: 'this\""]) + "\n"


files = st.integers(0, 10**9).map(lambda seed: Writer(seed).file())
"""Files, most of them valid; each is the same for the same seed."""
