"""Floor: reads and hashes every file. No program that looks at the content can do less."""

import hashlib
import os
import time


def walk(folder, digest):
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            walk(entry.path, digest)
        else:
            file = os.open(entry.path, os.O_RDONLY)
            while data := os.read(file, 65536):
                digest.update(data)
            os.close(file)


began = time.perf_counter()
digest = hashlib.blake2b()
walk("sites", digest)
print(f'{{"inner_s": {time.perf_counter() - began}}}')
