# SPDX-License-Identifier: Apache-2.0
"""Functions whose time ends: what could not be done is told before Lambda would end the process, what was done stays, and nothing is done by half.

Over SQLite, whose writers wait for one another; test_limits_postgres.py has a server that hangs.
"""
import contextlib
import json
import random
import signal
import sqlite3
import time
import unittest

from runtime_api import Runtime
from test_events import EventCase, batch, failed

ENDLESS = {"request.timeout_ms": 3600000, "store.busy_timeout_ms": 3600000}  # only the function's own time ends
LATE_MS = 1200  # less a margin, it is over soon
WORLD = {"users": [{"user_id": f"u{n}", "email": f"u{n}@v.example", "name": f"User {n}"} for n in range(120)],
         "applications": [{"app_id": "vault", "name": "Vault", "description": "", "owner": "u0"}],
         "roles": [{"role_id": "reader", "app_id": "vault", "name": "Reader", "risk": "low"}]}
FOREIGN = {"request_id": "elsewhere", "user_id": "u0", "validation_result": {
    "request_id": "elsewhere", "status": "INVALID", "reason": "No.", "reason_codes": ["RESTRICTED"], "dry_run": False,
    "timestamp": "2026-11-23T12:00:00.000Z", "duration_ms": 1, "method": "MCP", "mode": "guarded", "requester": {"id": "u0", "name": "User 0"},
    "entities": {"user": {"id": "u0", "name": "User 0"}, "application": None, "role": None}, "duration": {"expires_at": None},
    "rag": {"result": "SKIPPED", "documents": []}, "mcp": {"result": "SKIPPED", "checks": [], "queries_executed": []},
    "suggestions": [], "remedies": [], "question": None}}


class LimitCase(EventCase):
    """A store with people who have each been approved one role, by the request of their own id."""

    def prepare(self):
        world = self.room / "world.json"
        world.write_text(json.dumps(WORLD))
        self.askiam("import", str(world))

    def approve(self, users):
        lines = "".join(json.dumps({"user_id": user, "request_id": user, "raw_request": "I need the Reader role in Vault"}) + "\n" for user in users)
        path = self.room / "requests.jsonl"
        path.write_text(lines)
        self.askiam("validate", "--batch", str(path))

    def check_once(self, users):
        """Of these each was granted, by one row, one entry and one event; of others nothing is there."""
        entries = [json.loads(line) for line in self.askiam("audit", "query", "--action", "askiam:GrantRole", "--json").stdout.splitlines()]
        self.assertEqual(sorted(entry["request_id"] for entry in entries), sorted(users))
        report = json.loads(self.askiam("audit", "verify", "--json").stdout)
        self.assertEqual((report["sound"], report["grants"], report["adrift"]), (True, len(users), 0))
        self.assertEqual(self.count("user_roles WHERE role_id = 'reader' AND status = 'active'"), len(users))
        self.assertEqual(self.count("outbox WHERE type = 'grant.granted'"), len(users))
        self.assertEqual(self.count("grants WHERE state = 'granted'"), len(users))

    def times_out(self, runtime, event):
        call = runtime.ask(event, deadline_ms=LATE_MS)
        self.assertEqual((call.kind, call.json["errorType"]), ("error", "TIMEOUT"), call.json)


class Limits(LimitCase):
    def setUp(self):
        super().setUp()
        self.prepare()

    def count(self, what):
        with contextlib.closing(sqlite3.connect(self.database, timeout=60)) as database:
            return database.execute(f"SELECT count(*) FROM {what}").fetchone()[0]

    @contextlib.contextmanager
    def locked(self):
        """While somebody else writes."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=60, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            yield

    def test_a_batch_that_meets_a_lock_comes_again_and_is_granted_once(self):
        users = ["u0", "u1", "u2"]
        self.approve(users)
        event = batch(*({"request_id": user} for user in users))
        with Runtime("fulfil", store=self.store, config=ENDLESS) as runtime:
            with self.locked():
                self.assertEqual(failed(runtime.ask(event, deadline_ms=LATE_MS).json), [0, 1, 2])
            said = runtime.output()
            self.assertIn("until the deadline passed", said)
            self.assertEqual(said.count("no time was left for this message"), 2)
            self.check_once([])
            self.assertEqual(failed(runtime.ask(event, deadline_ms=60000).json), [])
        self.check_once(users)

    def test_what_cannot_be_begun_in_time_is_not_begun(self):
        self.approve(["u0", "u1"])
        event = batch({"request_id": "u0"}, {"request_id": "u1"})
        with Runtime("fulfil", store=self.store) as runtime:
            self.assertEqual(failed(runtime.ask(event, deadline_ms=1).json), [0, 1])
            self.assertEqual(runtime.output().count("no time was left for this message"), 2)
        self.check_once([])

    def test_fulfil_and_audit_alone_end_in_time(self):
        self.approve(["u0"])
        with Runtime("fulfil", store=self.store, config=ENDLESS) as runtime, self.locked():
            self.times_out(runtime, {"request_id": "u0"})
        with Runtime("audit", store=self.store, config=ENDLESS) as runtime:
            with self.locked():
                self.times_out(runtime, FOREIGN)
                self.assertEqual(failed(runtime.ask(batch(FOREIGN, FOREIGN), deadline_ms=LATE_MS).json), [0, 1])
            self.assertEqual(failed(runtime.ask(batch(FOREIGN, FOREIGN)).json), [])
        self.assertEqual(self.count("requests WHERE request_id = 'elsewhere'"), 1)
        self.check_once([])

    def test_two_functions_with_the_same_batch_grant_each_once(self):
        users = [f"u{n}" for n in range(30)]
        self.approve(users)
        with Runtime("fulfil", store=self.store) as one, Runtime("fulfil", store=self.store) as other:
            one.send(batch(*({"request_id": user} for user in users)))
            other.send(batch(*({"request_id": user} for user in reversed(users))))
            self.assertEqual((failed(one.answer().json), failed(other.answer().json)), ([], []))
        self.check_once(users)

    def test_killed_within_a_batch_it_is_done_once_when_it_comes_again(self):
        users = [f"u{n}" for n in range(120)]
        self.approve(users)
        chance = random.Random(11)
        event = batch(*({"request_id": user} for user in users))
        for _ in range(12):
            with Runtime("fulfil", store=self.store) as runtime:
                runtime.send(event)
                time.sleep(chance.uniform(0, 0.3))
                runtime.process.send_signal(signal.SIGKILL)
        with Runtime("fulfil", store=self.store) as runtime:
            self.assertEqual(failed(runtime.ask(event, deadline_ms=300000).json), [])
        self.check_once(users)


if __name__ == "__main__":
    unittest.main()
