"""Floors: parse every file with PyYAML. `raw` makes no Python objects, `events` makes events, and `load` makes values.

`load` runs without the garbage collector, which would cost it half as much again.
"""

import gc
import sys
import time
from pathlib import Path

from yaml import CSafeLoader, load
from yaml._yaml import CParser
from yaml.events import StreamEndEvent

gc.disable()


def raw(data):
    CParser(data).raw_parse()


def events(data):
    parser = CParser(data)
    while type(parser.get_event()) is not StreamEndEvent:
        pass
    parser.dispose()


def values(data):
    load(data, CSafeLoader)


parse = {"raw": raw, "events": events, "load": values}[sys.argv[1]]
began = time.perf_counter()
for path in sorted(Path("sites").rglob("*.yaml")):
    parse(path.read_bytes())
print(f'{{"inner_s": {time.perf_counter() - began}}}')
