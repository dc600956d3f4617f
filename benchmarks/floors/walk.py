"""Floor: looks up the names, sizes and times of all files. No program that notices changes can do less."""

import os
import time


def walk(folder):
    total = 0
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            total += walk(entry.path)
        else:
            total += entry.stat().st_size
    return total


began = time.perf_counter()
walk("sites")
print(f'{{"inner_s": {time.perf_counter() - began}}}')
