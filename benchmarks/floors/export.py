"""Floors: fetch a whole export and keep only the ids. `client` is dfsync's own client, `httpx` a bare one."""

import os
import sys
import time

began = time.perf_counter()
if sys.argv[1] == "client":
    from dfsync.api.client import connect
    from dfsync.model.settings import ApiSettings, Target

    target = Target("bench", 123, base_url=os.environ["DFSYNC_BASE_URL"], auth_url=os.environ["DFSYNC_AUTH_URL"])
    with connect(target, ApiSettings(), os.environ) as client:
        ids = client.export(lambda live: live.id)
else:
    import httpx
    import orjson

    ids, page, pages = [], 1, 1
    with httpx.Client(headers={"Authorization": "Bearer " + os.environ["DFSYNC_TOKEN"]}) as http:
        while page <= pages:
            url = os.environ["DFSYNC_BASE_URL"] + "/customer/123/sites/export"
            answer = http.get(url, params={"p_number": page, "p_size": 500})
            read = orjson.loads(answer.raise_for_status().content)
            ids += [row["Site ID"] for row in read["data"]]
            page, pages = page + 1, read["total_pages"]
print(f'{{"inner_s": {time.perf_counter() - began}, "sites": {len(ids)}}}')
