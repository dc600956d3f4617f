r"""Not readable as text.

Files are UTF-8, with or without a byte order mark. dfsync does not read a file that is saved in another encoding, such
as Latin-1 or UTF-16. Nor does it read one that has a NUL, another control character, or a line break that only some
readers know (U+0085, U+2028, U+2029): not every program would read the same text from it.

Save the file as UTF-8. A character that must stand in a value can be written as an escape in double quotes: "\u2028".

Fails, an é as Latin-1 has it:

```sh
printf 'id: site-123\nname: Caf\351 Central  # DF003\n' > sites/downtown.yaml
```

Passes, the same in UTF-8:

```sh
printf 'id: site-123\nname: Caf\303\251 Central\n' > sites/downtown.yaml
```
"""

from __future__ import annotations

from dfsync.validation.rule import Rule

RULE = Rule("DF003", safety=True, found_in="dfsync.files.yaml.parse")
