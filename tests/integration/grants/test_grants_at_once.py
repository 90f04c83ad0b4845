# SPDX-License-Identifier: Apache-2.0
"""Fulfilment that is killed at every step, and by several processes at once: one grant or none, one entry, one event, a sound trail.

Over SQLite, or over the PostgreSQL of ASKIAM_TEST_POSTGRES.
"""

import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["ASKIAM"]
SERVER = os.environ.get("ASKIAM_TEST_POSTGRES")
USERS = 300
WORLD = {
    "users": [{"user_id": f"u{n}", "email": f"u{n}@v.example", "name": f"User {n}"} for n in range(USERS)],
    "applications": [{"app_id": "vault", "name": "Vault", "description": "", "owner": "u0"}],
    "roles": [{"role_id": role, "app_id": "vault", "name": role.capitalize(), "risk": "low"}
              for role in ("reader", "payer", "auditor")],
    "role_conflicts": [{"role_id": "payer", "conflicting_role_id": "auditor", "reason": "two pairs of eyes"}]}


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASKIAM_", "PG"))}
    return {**kept, **more}


class Grants(unittest.TestCase):
    def setUp(self):
        self.room = pathlib.Path(tempfile.mkdtemp(prefix="askiam-grants-"))
        self.addCleanup(shutil.rmtree, self.room, ignore_errors=True)
        if SERVER:
            name = "d" + os.urandom(6).hex()
            self.url = SERVER + "/postgres"
            self.sql(f"CREATE DATABASE {name}")
            self.url = f"{SERVER}/{name}"
        else:
            self.url = f"sqlite:{self.room / 'iam.db'}"
        world = self.room / "world.json"
        world.write_text(json.dumps(WORLD), encoding="utf-8")
        self.good("init")
        self.good("import", str(world))

    def sql(self, text):
        """The rows' first columns."""
        if SERVER:
            done = subprocess.run(["psql", "-qtAX", "-v", "ON_ERROR_STOP=1", self.url], input=text, capture_output=True,
                                  text=True, timeout=60, check=True)
            return done.stdout.split()
        with contextlib.closing(sqlite3.connect(self.room / "iam.db", timeout=30)) as connection:
            return [str(row[0]) for row in connection.execute(text).fetchall()]

    def count(self, what):
        return int(self.sql(f"SELECT count(*) FROM {what}")[0])

    def command(self, *arguments):
        return [PROGRAM, "--store", self.url, *arguments]

    def run_program(self, *arguments, **more):
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=120,
                              env=environment(**more), check=False)

    def good(self, *arguments):
        done = self.run_program(*arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def approve(self, requests):
        """{id: (user, role)}, each VALID."""
        lines = "\n".join(json.dumps({"user_id": user, "request_id": key,
                                      "raw_request": f"I need the {role} role in Vault"})
                          for key, (user, role) in requests.items())
        path = self.room / "batch.jsonl"
        path.write_text(lines + "\n", encoding="utf-8")
        answers = self.good("--json", "validate", "--batch", str(path)).splitlines()
        self.assertEqual({json.loads(line)["status"] for line in answers}, {"VALID"})

    def check_once(self, granted):
        """Each of these users holds the role by one row, one entry and one event; nothing else was granted."""
        names = "','".join(granted)
        self.assertEqual(self.count(f"user_roles WHERE user_id IN ('{names}') AND status='active'"), len(granted))
        for table, column in (("audit_log WHERE action='askiam:GrantRole'", "request_id"),):
            self.assertEqual(self.count(table), len(granted))
            self.assertEqual(int(self.sql(f"SELECT count(DISTINCT {column}) FROM {table}")[0]), len(granted))
        self.assertEqual(self.count("outbox WHERE type='grant.granted'"), len(granted))
        self.assertEqual(self.count("grants WHERE state='granted'"), len(granted))
        report = json.loads(self.good("--json", "audit", "verify"))
        self.assertTrue(report["sound"])
        self.assertEqual(report["grants"], len(granted))

    def test_killed_at_every_step_it_is_done_once(self):
        users = [f"u{n}" for n in range(USERS)]
        self.approve({f"r-{user}": (user, "Reader") for user in users})
        used, left, finished = [], [], 0
        for after in ({}, {"ASKIAM_DIE_AFTER": "1"}):
            for step in range(1, USERS - len(used) + 1):
                user = users[len(used)]
                used.append(user)
                done = self.run_program("fulfil", f"r-{user}", LD_PRELOAD=os.environ["ASKIAM_DIE"],
                                        ASKIAM_DIE_AT=str(step),
                                        ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0", **after)
                if done.returncode == 0:
                    finished += 1
                    break  # it made fewer steps
                self.assertEqual(done.returncode, -signal.SIGKILL, done.stdout + done.stderr)
                left += self.sql(f"SELECT state FROM grants WHERE request_id='r-{user}'")
                self.good("fulfil", f"r-{user}")
                self.good("fulfil", f"r-{user}")
        self.assertEqual(finished, 2)
        self.assertEqual(set(left), {"requested", "granted"})  # it was killed on both sides of the commit
        self.check_once(used)

    def test_killed_at_any_moment_all_is_done_once(self):
        users = [f"u{n}" for n in range(150)]
        self.approve({f"r-{user}": (user, "Reader") for user in users})
        chance = random.Random(7)
        kills = 0
        for _ in range(60):
            worker = subprocess.Popen(self.command("fulfil", "--json"), stdout=subprocess.DEVNULL, env=environment())
            time.sleep(chance.uniform(0, 0.1))
            worker.send_signal(signal.SIGKILL)
            kills += worker.wait(60) == -signal.SIGKILL
        self.assertGreater(kills, 2)  # a quick machine is done after a few
        self.good("fulfil")
        self.check_once(users)

    def test_several_processes_grant_each_once(self):
        users = [f"u{n}" for n in range(40)]
        self.approve({f"r-{user}": (user, "Reader") for user in users})
        workers = [subprocess.Popen(self.command("fulfil", "--json"), stdout=subprocess.PIPE, text=True,
                                    env=environment()) for _ in range(4)]
        changed = 0
        for worker in workers:
            out, _ = worker.communicate(timeout=120)
            self.assertEqual(worker.returncode, 0)
            changed += sum(json.loads(line)["changed"] for line in out.splitlines())
        self.assertEqual(changed, len(users))
        self.check_once(users)

    def test_of_two_roles_that_exclude_each_other_one_is_granted(self):
        users = [f"u{n}" for n in range(12)]
        self.approve({f"{role}-{user}": (user, role) for user in users for role in ("Payer", "Auditor")})
        for user in users:
            pair = [subprocess.Popen(self.command("fulfil", f"{role}-{user}", "--json"), stdout=subprocess.PIPE,
                                     text=True, env=environment()) for role in ("Payer", "Auditor")]
            states = sorted(json.loads(worker.communicate(timeout=60)[0])["grant"]["state"] for worker in pair)
            self.assertEqual(states, ["failed", "granted"])
            self.assertEqual(self.count(f"user_roles WHERE user_id='{user}'"), 1)
        self.assertEqual(self.count("outbox WHERE type='grant.failed' AND body LIKE '%SOD_CONFLICT%'"), len(users))
        self.assertTrue(json.loads(self.good("--json", "audit", "verify"))["sound"])

    def test_a_grant_and_a_revocation_at_once_leave_nothing_held(self):
        users = [f"u{n}" for n in range(12)]
        self.approve({f"r-{user}": (user, "Reader") for user in users})
        for user in users:
            pair = [subprocess.Popen(self.command(*words, f"r-{user}", "--json"), stdout=subprocess.DEVNULL,
                                     env=environment()) for words in (("fulfil",), ("revoke", "--actor", "boss"))]
            self.assertIn(pair[0].wait(60), (0, 1))
            self.assertEqual(pair[1].wait(60), 0)
            self.assertEqual(self.count(f"user_roles WHERE user_id='{user}' AND status='active'"), 0)
            self.assertEqual(self.count(f"grants WHERE request_id='r-{user}' AND state='revoked'"), 1)
        self.assertTrue(json.loads(self.good("--json", "audit", "verify"))["sound"])


if __name__ == "__main__":
    unittest.main()
