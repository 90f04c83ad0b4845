#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Records decisions of the sample organisation under a policy and replays all of them: under the policies of their time, everything
# compared, and with other policies tried. Prints requests per second, and the most memory but for the mapped file.
#   bench/replay.sh [REQUESTS] [ASKIAM]      by default 20000 and build/bin/askiam
set -eu
here=$(cd "$(dirname "$0")" && pwd)
requests=${1:-20000}
askiam=${2:-$here/../build/bin/askiam}
work=$(mktemp -d "${TMPDIR:-/tmp}/askiam-replay-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
[ -x "$askiam" ] || { echo "replay: $askiam is not there; build Release first or name the program" >&2; exit 69; }

"$askiam" --store "sqlite:$work/askiam.db" init --sample >/dev/null
mkdir -p "$work/now/policies" "$work/tried"
cat >"$work/now/policies/office.json" <<'JSON'
{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "askiam:RequestRole", "Resource": "*",
 "Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "StringEquals": {"askiam:RoleRisk": "high"}}}}
JSON
cat >"$work/tried/no-workday.json" <<'JSON'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "askiam:RequestRole", "Resource": "*"},
 {"Effect": "Deny", "Action": "askiam:RequestRole", "Resource": "arn:aws:askiam:::application/workday/role/*"}]}
JSON
"$askiam" --store "sqlite:$work/askiam.db" import "$work/now" >/dev/null
python3 - "$here/../tests/decisions/sample.jsonl" "$requests" >"$work/requests.jsonl" <<'PYTHON'
import json
import sys
cases = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
for number in range(int(sys.argv[2])):
    print(json.dumps({**cases[number % len(cases)], "request_id": f"r{number}"}))
PYTHON
"$askiam" --store "sqlite:$work/askiam.db" validate --batch "$work/requests.jsonl" >/dev/null

measure() {
  what=$1
  shift
  python3 - "$what" "$requests" "$askiam" --store "sqlite:$work/askiam.db" replay --json --last "$requests" "$@" <<'PYTHON'
import json
import pathlib
import resource
import subprocess
import sys
import time
what, requests, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
anonymous = 0
process = subprocess.Popen(command, stdout=open("/dev/null", "w"))
status = pathlib.Path(f"/proc/{process.pid}/status")
while process.poll() is None:
    lines = [line for line in status.read_text().splitlines() if line.startswith("RssAnon")]
    anonymous = max([anonymous, *(int(line.split()[1]) for line in lines)])
    time.sleep(0.01)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = used.ru_utime + used.ru_stime
start = time.monotonic()
summary = json.loads(subprocess.run(command, capture_output=True, check=True).stdout.splitlines()[-1])
print(f"{what}: {requests / seconds:,.0f} requests a second of processor time "
      f"({requests / (time.monotonic() - start):,.0f} by the clock), at most {anonymous / 1024:.1f} MiB of memory of its own; "
      f"{summary['replayed']} replayed, {summary['flipped']} flipped")
PYTHON
}
measure "under the policies of the time"
measure "with other policies tried" --policy "$work/tried"
