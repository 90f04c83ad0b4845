#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Records decisions of the sample organisation and replays all of them: under the policies of their time, everything compared, and
# under the sample's policies as if they were to be tried. Prints requests per second and the most memory that was resident.
#   bench/replay.sh [REQUESTS] [ASKIAM]      by default 20000 and build/bin/askiam
set -eu
here=$(cd "$(dirname "$0")" && pwd)
requests=${1:-20000}
askiam=${2:-$here/../build/bin/askiam}
work=$(mktemp -d "${TMPDIR:-/tmp}/askiam-replay-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
[ -x "$askiam" ] || { echo "replay: $askiam is not there; build Release first or name the program" >&2; exit 69; }

"$askiam" --store "sqlite:$work/askiam.db" init --sample >/dev/null
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
import resource
import subprocess
import sys
import time
what, requests, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
start = time.monotonic()
done = subprocess.run(command, capture_output=True, check=True)
seconds = time.monotonic() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
summary = json.loads(done.stdout.splitlines()[-1])
print(f"{what}: {requests / seconds:,.0f} requests a second, at most {peak} MiB; "
      f"{summary['replayed']} replayed, {summary['flipped']} flipped")
PYTHON
}
measure "under the policies of the time"
measure "with other policies tried" --policy "$here/../data/sample/policies"
