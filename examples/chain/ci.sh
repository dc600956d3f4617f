#!/bin/sh
# The jobs for any CI that can run a shell, and for cron. Needs dfsync on the PATH, git, and DFSYNC_REFRESH_TOKEN.
#
#   ci.sh check          on every change; needs no token
#   ci.sh plan           on every change; keep the folder plan/ and show plan/plan.html to the reviewer
#   ci.sh apply          on the main branch, with the folder plan/ that was reviewed
#   ci.sh daily          every morning: tells of drift, then sends whatever is due within the limits
#
# Exit codes are dfsync's own: 0 done, 2 drift, 3 applied in part, 4 nothing sent: plan again, 5 a guard refused.
set -eu
cd "$(dirname "$0")"

case "${1:-}" in
  check)
    dfsync validate --report junit=junit.xml
    ;;
  plan)
    mkdir -p plan
    dfsync plan --out plan/plan.json --report html=plan/plan.html --report markdown=plan/plan.md
    ;;
  apply)
    dfsync apply plan/plan.json --auto-approve --receipt receipt.json
    ;;
  daily)
    drift=0
    dfsync drift || drift=$?
    dfsync apply --auto-approve --receipt receipt.json
    exit "$drift"
    ;;
  *)
    echo "usage: $0 check|plan|apply|daily" >&2
    exit 64
    ;;
esac
