# SPDX-License-Identifier: Apache-2.0
"""A real streaming replica: what may be a moment old is read from it, nobody is approved by it, and it may fall behind or die."""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

SERVER = os.environ["ASKIAM_TEST_POSTGRES"]
PRIMARY = os.environ["ASKIAM_TEST_POSTGRES_FOLDER"]
SUPPORT = pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "tests" / "support" / "pg-server"
SENTENCE = "I need access to HR Analyst role in Workday"


def psql(url, sql):
    done = subprocess.run(["psql", "-qtAX", "-v", "ON_ERROR_STOP=1", url, "-c", sql], capture_output=True, text=True,
                          timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout.strip()


class Replica(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="askiam-pg-", dir="/tmp"))
        cls.addClassCleanup(subprocess.run, [SUPPORT, "stop", cls.folder], check=False)
        started = subprocess.run([SUPPORT, "standby", cls.folder, str(os.getpid()), PRIMARY], capture_output=True,
                                 text=True, timeout=120, check=False)
        if started.returncode != 0:
            raise AssertionError(started.stderr)
        user = SERVER.split("@")[0]
        cls.standby = f"{user}@127.0.0.1:{started.stdout.strip()}"

    def setUp(self):
        name = "r" + os.urandom(6).hex()
        psql(f"{SERVER}/postgres", f"CREATE DATABASE {name}")
        self.primary, self.replica = f"{SERVER}/{name}", f"{self.standby}/{name}"
        self.assertEqual(self.askiam("init", "--sample", with_replica=False).returncode, 0)
        self.catch_up()

    def askiam(self, *rest, with_replica=True):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASKIAM_", "PG"))}
        also = ["--set", f"store.replica_url={self.replica}"] if with_replica else []
        return subprocess.run([os.environ["ASKIAM"], "--store", self.primary, *also, "--json", *rest],
                              capture_output=True, text=True, env=kept, timeout=120, check=False)

    def catch_up(self):
        here = psql(self.primary, "SELECT pg_current_wal_lsn()")
        for _ in range(600):
            if psql(f"{self.standby}/postgres", f"SELECT pg_last_wal_replay_lsn() >= '{here}'") == "t":
                return
            time.sleep(0.1)
        self.fail("the replica does not catch up")

    def decide(self):
        done = self.askiam("validate", "--user", "john.doe", SENTENCE)
        return done, json.loads(done.stdout)

    def reads(self):
        """Transactions that the replica has seen of this database; told with a delay."""
        return int(psql(f"{self.standby}/postgres", "SELECT coalesce(sum(xact_commit + xact_rollback), 0) FROM "
                        f"pg_stat_database WHERE datname = '{self.replica.rpartition('/')[2]}'"))

    def test_names_and_evidence_come_from_it(self):
        before = self.reads()
        done, decision = self.decide()
        self.assertEqual((done.returncode, decision["status"]), (0, "VALID"), done.stdout + done.stderr)
        for _ in range(100):
            if self.reads() > before:
                break
            time.sleep(0.1)
        self.assertGreater(self.reads(), before)
        self.catch_up()
        self.assertEqual(self.askiam("audit", "verify").returncode, 0)

    def test_nobody_is_approved_by_what_was_true_before(self):
        psql(f"{self.standby}/postgres", "SELECT pg_wal_replay_pause()")
        try:
            psql(self.primary, "UPDATE users SET status = 'inactive' WHERE user_id = 'john.doe'")
            done, decision = self.decide()
            self.assertEqual((done.returncode, decision["status"]), (1, "INVALID"), done.stdout + done.stderr)
            self.assertIn("USER_INACTIVE", decision["reason_codes"])
        finally:
            psql(f"{self.standby}/postgres", "SELECT pg_wal_replay_resume()")

    def test_one_that_dies_is_passed_by(self):
        data = self.folder / "data" / "postmaster.pid"
        os.kill(int(data.read_text().split()[0]), 3)  # SIGQUIT: an immediate shutdown
        try:
            for _ in range(200):
                if not data.exists():
                    break
                time.sleep(0.05)
            done, decision = self.decide()
            self.assertEqual((done.returncode, decision["status"]), (0, "VALID"), done.stdout + done.stderr)
        finally:
            subprocess.run([SUPPORT, "restart", self.folder], check=True, timeout=60)


if __name__ == "__main__":
    unittest.main()
