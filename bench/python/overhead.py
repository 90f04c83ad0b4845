# SPDX-License-Identifier: Apache-2.0
"""What the Python package adds to a call: the same calls in C (bench_calls) and in Python, turn by turn, in processor time, so that
what else the machine does weighs on both alike. Of all turns the best of each side counts.

    overhead.py BENCH_CALLS STORE_URL [TURNS]
"""

import dataclasses
import json
import statistics
import subprocess
import sys
import time

import askiam

SENTENCE = "I need access to HR Analyst role in Workday"
GREETING = "Good morning"
BATCH = 64


class Peer:
    """The program in C, which waits for its turn."""

    def __init__(self, program, store):
        self._process = subprocess.Popen([program, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, kind, rounds, dry_run, text):
        self._process.stdin.write(f"{kind} {rounds} {int(dry_run)} {text}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline().split()[0])


def per_call_us(work, rounds, calls=1):
    begin = time.process_time_ns()
    for _ in range(rounds):
        work()
    return (time.process_time_ns() - begin) / rounds / calls / 1000


def main():
    program, store = sys.argv[1:3]
    turns = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    peer = Peer(program, store)
    engine = askiam.Engine(store, logger=False)
    fields = [field.name for field in dataclasses.fields(askiam.Decision)]

    def single(text, *, dry_run=True):
        return lambda: engine.validate(text, user="john.doe", dry_run=dry_run)

    def read(text, *names):
        def work():
            decision = engine.validate(text, user="john.doe", dry_run=True)
            for name in names:
                getattr(decision, name)

        return work

    def batch(*, dry_run):
        requests = [{"user_id": "john.doe", "raw_request": SENTENCE}] * BATCH

        def work():
            for _ in engine.validate_batch(requests, dry_run=dry_run, size=BATCH):
                pass

        return work

    # name, the call in C, the call in Python, rounds a turn, decisions a round
    table = [
        ("short_call", ("single", True, GREETING), single(GREETING), 400, 1),
        ("call", ("single", True, SENTENCE), single(SENTENCE), 200, 1),
        ("call_and_reason", ("single", True, SENTENCE), read(SENTENCE, "reason"), 200, 1),
        ("call_and_all_attributes", ("single", True, SENTENCE), read(SENTENCE, *fields), 200, 1),
        ("batch", ("batch", True, SENTENCE), batch(dry_run=True), 4, BATCH),
        ("batch_recorded", ("batch", False, SENTENCE), batch(dry_run=False), 2, BATCH),
    ]
    result = {"askiam": askiam.__version__, "python": sys.version.split()[0], "turns": turns}
    for name, (kind, dry_run, text), work, rounds, calls in table:
        peer(kind, rounds, dry_run, text)
        per_call_us(work, rounds, calls)
        pairs = [(peer(kind, rounds, dry_run, text), per_call_us(work, rounds, calls)) for _ in range(turns)]
        c, python = (min(side) for side in zip(*pairs, strict=True))
        result[name] = {
            "c_us": round(c, 2),
            "python_us": round(python, 2),
            "added_us": round(python - c, 2),
            "added_us_median": round(statistics.median(p - q for q, p in pairs), 2),
            "ratio": round(python / c, 3),
        }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
