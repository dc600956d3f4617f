"""Values that try to be more than text, for every part that shows, sends or stores what comes from files and live.

`HOSTILE` is the corpus by name; `texts` are the values, for parametrizing.
"""

from __future__ import annotations

ESC = "\x1b"

HOSTILE = {
    # Terminals
    "clear screen": f"{ESC}[2J{ESC}[Hgone",
    "colour never reset": f"{ESC}[31mred",
    "window title": f"{ESC}]0;owned\x07title",
    "hyperlink": f"{ESC}]8;;https://example.com{ESC}\\Downtown{ESC}]8;;{ESC}\\",
    "clipboard": f"{ESC}]52;c;b3duZWQ={ESC}\\",
    "C1 control": "\x9b2Jgone",
    "carriage return": "error\rfine ",
    "backspace": "no\x08\x08ok",
    "NUL": "a\x00b",
    "line feed": "first\nsecond",
    "NEL, line and paragraph separator": "a\x85b\u2028c\u2029d",
    "tab": "a\tb",
    # CI runners
    "workflow command": "::error file=a.yaml,line=1::not ours",
    "indented workflow command": "  ::add-mask::Store",
    "workflow command on a line of its own": "Store\n::set-output name=target::production",
    "workflow command after a carriage return": "Store\r::stop-commands::x",
    "workflow command after a no-break space": "\u00a0::warning::x",
    "bracket command": "##[add-mask]Store",
    "bracket command within": "Store ##[set-output name=target]production",
    "bracket command twice": "####[error]a##[error]b",
    "escaped line feed": "Store%0A::error::x",
    "twice escaped line feed": "Store%250A::error::x%3A%2C",
    "property separators": "a,line=9,title=x::y",
    "pipeline command": "##vso[task.setvariable variable=x]y",
    # Pages and documents
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)',
    "image": "<img src=x onerror=alert(1)>",
    "entity": "a &amp; b &#x3c; c & d",
    "comment": "--><!-- dfsync:plan -->",
    "closing tags": "</details></td></table>",
    "link": "[click](javascript:alert(1))",
    "picture": "![x](https://example.com/pixel.png)",
    "code fence": "```\n# not code\n```",
    "backticks": "a `b` ``c``",
    "table cell": "a | b | c",
    "emphasis": "**a** _b_ ~c~ \\",
    "mention and issue": "@everyone #1 GH-1",
    "heading": "# Approved",
    "template": "{{ 7 * 7 }}{% raw %}${{ secrets.TOKEN }}",
    "format string": "{0} {0.__class__} %s %n",
    "CDATA end": "a ]]> b <![CDATA[ c",
    "JUnit markup": '</failure></testcase><testcase name="green"/>',
    "SARIF markup": '"}],"results":[],"x":[{"y":"[link](1) {0}',
    "XML declaration": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;',
    # Spreadsheets
    "formula": '=HYPERLINK("https://example.com?"&A1,"Store")',
    "formula after a plus": "+1+cmd|' /C calc'!A0",
    "formula after a minus": "-2+3",
    "formula after an at": "@SUM(1+1)",
    "formula after a tab": "\t=1+1",
    "CSV quoting": 'a,"b"\r\nc;d',
    # Unicode
    "right to left": "שלום חנות",
    "right to left override": "Store \u202egpj.exe",
    "isolates": "\u2066a\u2067b\u2069",
    "zero width": "Do\u200bwn\u2060town\ufeff",
    "joiners": "a\u200db\u200cc",
    "soft hyphen": "Down\u00adtown",
    "stacked marks": "Z" + "\u0301\u0323\u0327" * 30,
    "family": "👩‍👩‍👧‍👦 ❤️ 🇺🇸",
    "wide": "東京駅前店",
    "decomposed": "Cafe\u0301",
    "no-break and wide spaces": "a\u00a0b\u3000c",
    "tag characters": "a\U000e0041\U000e007f",
    "private use": "\ue000\U000f0000",
    "noncharacter": "a\ufffe\uffff\U0001ffff",
    "lone surrogates": "a\ud800b\udcffc",
    # Shapes
    "empty": "",
    "space": " ",
    "outer space": "  Downtown  ",
    "very long": "x" * 10_000,
    "very long and wide": "東" * 5_000,
    "many commands": "::error::x\n" * 500,
    # Files and shells
    "parent folders": "../../../etc/passwd",
    "drive": "C:\\Windows\\x",
    "option": "--force",
    "shell": "$(touch x); `touch y` && z",
    "quotes": "a 'b' \"c\" \\",
    "YAML": "a: b # c\n- !!python/object:os.system [x]",
    "colon": ":",
}

texts = tuple(HOSTILE.values())
