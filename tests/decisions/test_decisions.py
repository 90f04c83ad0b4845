# SPDX-License-Identifier: Apache-2.0
"""The decision cases through the program: askiam validate --batch --dry-run."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent


def askiam(store, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASKIAM_")}
    return subprocess.run([os.environ["ASKIAM"], "--store", store, *arguments], capture_output=True, text=True,
                          encoding="utf-8", env=environment, timeout=300, check=False)


def new_store(room):
    """A new store: a file, or a database of the PostgreSQL that the test runs on."""
    server = os.environ.get("ASKIAM_TEST_POSTGRES")
    if not server:
        return f"sqlite:{room}/iam.db"
    name = "d" + os.urandom(6).hex()
    subprocess.run(["psql", "-q", f"{server}/postgres", "-c", f"CREATE DATABASE {name}"], check=True, timeout=60)
    return f"{server}/{name}"


def seen(decision):
    """What `expect` may ask for, of a decision."""
    codes = decision["reason_codes"]
    found = {"status": decision["status"], "code": codes[0] if codes else None,
             "failed": [check["code"] for check in decision["mcp"]["checks"] if not check["passed"]],
             "remedies": [remedy["code"] for remedy in decision["remedies"]],
             "ends": decision["duration"]["expires_at"] is not None}
    for kind, entity in decision["entities"].items():
        found[kind] = entity["id"] if entity else None
    return found


class Decisions(unittest.TestCase):
    maxDiff = None

    def check(self, path):
        cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self.assertTrue(cases)
        organisation = path.with_suffix(".json")
        with tempfile.TemporaryDirectory(prefix="askiam-decisions-") as room:
            store = new_store(room)
            made = [askiam(store, "init", *([] if organisation.exists() else ["--sample"]))]
            if organisation.exists():
                made.append(askiam(store, "import", str(organisation)))
            for step in made:
                self.assertEqual(step.returncode, 0, step.stderr)
            answered = askiam(store, "validate", "--batch", str(path), "--dry-run")
        decisions = [json.loads(line) for line in answered.stdout.splitlines()]
        self.assertEqual(len(decisions), len(cases), answered.stderr)
        for case, decision in zip(cases, decisions):
            with self.subTest(case["name"], sentence=case["raw_request"]):
                found = seen(decision)
                expected = dict(case["expect"])
                also = expected.pop("also", [])
                self.assertNotEqual(found["status"], expected.pop("never", None), json.dumps(decision, indent=1))
                self.assertEqual({name: found[name] for name in expected}, expected, json.dumps(decision, indent=1))
                self.assertLessEqual(set(also), set(decision["reason_codes"]))
        self.assertEqual(answered.returncode, 0, answered.stderr)


def add(path):
    setattr(Decisions, f"test_{path.stem}", lambda self: self.check(path))


for file in sorted(HERE.glob("*.jsonl")):
    add(file)

if __name__ == "__main__":
    unittest.main()
