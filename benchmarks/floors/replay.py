"""Floor: sends the requests of an apply again, one by one, with the smallest client: nearly the server's time."""

import http.client
import os
import sqlite3
import sys
import time
from urllib.parse import urlsplit

database = sqlite3.connect(sys.argv[1])
requests = database.execute("SELECT method, path, query, sites, site_contacts FROM requests ORDER BY number").fetchall()
token = {"Authorization": "Bearer " + os.environ["DFSYNC_TOKEN"]}
server = http.client.HTTPConnection(urlsplit(os.environ["DFSYNC_BASE_URL"]).netloc)
EDGE = "benchmark-edge"


def form(sheets):
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, content in sheets.items()
        if content is not None
    ]
    return b"".join(parts) + f"--{EDGE}--\r\n".encode()


began = time.perf_counter()
for method, path, query, sites, contacts in requests:
    body = form({"sites": sites, "site_contacts": contacts}) if method == "POST" else None
    kind = {"Content-Type": f"multipart/form-data; boundary={EDGE}"} if body else {}
    server.request(method, path + (f"?{query}" if query else ""), body, {**token, **kind})
    answer = server.getresponse()
    answer.read()
    if answer.status >= 400:
        raise SystemExit(f"{method} {path} was refused with {answer.status}")
print(f'{{"inner_s": {time.perf_counter() - began}}}')
