# SPDX-License-Identifier: Apache-2.0
"""The baseline beside the package, on the same store, the same sentences, in the same process, turn by turn, in processor time; and
how many of the shared decision cases each gets right.

    compare.py STORE.db CASES.jsonl [REQUESTS.jsonl]
"""

import json
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

import askiam
from baseline import Baseline

TURNS = 7


def lines(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]


def per_request_us(work, requests):
    begin = time.process_time_ns()
    for request in requests:
        work(request)
    return (time.process_time_ns() - begin) / len(requests) / 1000


def right(status_of, cases):
    """Cases with a status that is expected, and how many of them come out so."""
    expecting = [case for case in cases if "status" in case["expect"]]
    wrong = [case["name"] for case in expecting if status_of(case) != case["expect"]["status"]]
    return {"cases": len(expecting), "right": len(expecting) - len(wrong)}


def main():
    with tempfile.TemporaryDirectory() as room:
        own, theirs = f"{room}/askiam.db", f"{room}/baseline.db"
        for copy in (own, theirs):
            shutil.copy(sys.argv[1], copy)
        cases = lines(sys.argv[2])
        requests = lines(sys.argv[3])[:300] if len(sys.argv) > 3 else cases
        baseline = Baseline(theirs)
        with askiam.Engine(f"sqlite:{own}", logger=False) as engine:
            result = {"python": sys.version.split()[0], "requests": len(requests), "roles": len(baseline.app_of)}
            if len(sys.argv) == 3:
                result["baseline_cases"] = right(lambda case: baseline.validate(case["raw_request"], case["user_id"], False).status, cases)
                result["askiam_cases"] = right(
                    lambda case: engine.validate(case["raw_request"], user=case["user_id"], requester=case.get("requester_id"),
                                                 context=case.get("request_context"), dry_run=True).status, cases)  # fmt: skip
            for name, record in (("decided", False), ("recorded", True)):
                sides = {
                    "baseline_us": lambda r, record=record: baseline.validate(r["raw_request"], r["user_id"], record),
                    "askiam_us": lambda r, record=record: engine.validate(r["raw_request"], user=r["user_id"], dry_run=not record),
                }
                times = {side: [] for side in sides}
                for _ in range(TURNS):
                    for side, work in sides.items():
                        times[side].append(per_request_us(work, requests))
                best = {side: min(values) for side, values in times.items()}
                result[name] = {side: round(value, 1) for side, value in best.items()}
                result[name]["ratio"] = round(best["baseline_us"] / best["askiam_us"], 2)
                result[name]["ratio_median"] = round(
                    statistics.median(b / a for b, a in zip(times["baseline_us"], times["askiam_us"], strict=True)), 2
                )
    print(json.dumps(result))


if __name__ == "__main__":
    main()
