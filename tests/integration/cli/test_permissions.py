# SPDX-License-Identifier: Apache-2.0
"""Files that may not be read or written, and stores that may only be read: told as what they are, and used as far as they go."""

import ctypes
import json
import os
import resource
import sqlite3
import subprocess
import unittest

from support import PROGRAM, SENTENCE, CliCase, Result, environment

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


def without_override():
    """The superuser may read and write everything; the programs that he starts from here on may not."""
    if os.geteuid() == 0:
        library = ctypes.CDLL(None, use_errno=True)
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            if library.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "prctl")


class Permissions(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()

    def limited(self, *arguments, before=without_override, stdin=b""):
        done = subprocess.run([PROGRAM, "--store", self.store, *arguments], input=stdin, capture_output=True,
                              env=environment(), timeout=120, check=False, preexec_fn=before)
        return Result(done)

    def seal(self):
        """Takes the right to write away from the store and its folder, until the test ends."""
        for path in self.room.iterdir():
            path.chmod(0o444)
        self.room.chmod(0o555)
        self.addCleanup(self.room.chmod, 0o755)

    def secret(self, name, text="{}\n"):
        path = self.room / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0)
        return str(path)

    def test_a_sealed_store_can_be_read(self):
        decided = self.validate(SENTENCE, "--request-id", "r-1").json()
        usual = self.validate(SENTENCE, "--dry-run").json()
        self.seal()
        self.assertFails(self.limited("init"), 69, "no permission")
        self.assertIn("1 entry checked", self.limited("audit", "verify").out)
        self.assertEqual([row["request_id"] for row in self.limited("audit", "tail", "--json").lines()], ["r-1"])
        self.assertEqual([row["request_id"] for row in self.limited("audit", "query", "--json").lines()], ["r-1"])
        self.assertEqual(len(self.limited("audit", "export").lines()), 2)
        self.assertEqual(self.limited("status", "r-1", "--json").json()["status"], decided["status"])
        read = self.limited("extract", "--user", "john.doe", "--json", SENTENCE).json()
        self.assertEqual(read["entities"]["role"]["id"], decided["entities"]["role"]["id"])
        dry = self.limited("validate", "--user", "john.doe", "--dry-run", "--json", SENTENCE)
        self.assertCode(dry, 0)
        self.assertEqual(dry.json()["rag"], usual["rag"])

    def test_a_sealed_store_cannot_be_written(self):
        self.seal()
        result = self.limited("validate", "--user", "john.doe", "--json", SENTENCE)
        self.assertCode(result, 69)
        self.assertEqual(result.json()["status"], "ERROR")
        self.assertIn("no permission", result.err)
        self.assertFails(self.limited("erase", "--user", "john.doe"), 69, "no permission")

    def test_a_sealed_store_with_a_log_says_what_to_do(self):
        database = sqlite3.connect(self.database)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("UPDATE users SET email = 'x' || email")
        database.commit()
        copies = [path.name for path in self.room.iterdir()]
        self.assertIn("iam.db-wal", copies)
        other = self.room / "copy"
        other.mkdir()
        for name in ("iam.db", "iam.db-wal"):
            (other / name).write_bytes((self.room / name).read_bytes())
            (other / name).chmod(0o444)
        database.close()
        other.chmod(0o555)
        self.addCleanup(other.chmod, 0o755)
        self.store = f"sqlite:{other / 'iam.db'}"
        self.assertFails(self.limited("audit", "tail"), 69, "-wal", "copy both")

    def test_a_sealed_store_that_somebody_may_be_writing_is_left_alone(self):
        for name in ("iam.db-wal", "iam.db-shm"):
            (self.room / name).write_bytes(b"" if name.endswith("wal") else b"\0" * 32768)
        self.seal()
        (self.room / "iam.db-shm").chmod(0)
        self.assertFails(self.limited("audit", "tail"), 69, "iam.db")

    def test_odd_names_of_a_sealed_store(self):
        for name in ("file:a?b#c%41.db", "a?immutable=0.db", "%2e.db"):
            folder = self.room / name.replace("?", "_")
            folder.mkdir()
            (folder / name).write_bytes(self.database.read_bytes())
            folder.chmod(0o555)
            self.addCleanup(folder.chmod, 0o755)
            self.store = f"sqlite:/{folder / name}"
            self.assertCode(self.limited("audit", "verify"), 0)

    def test_a_store_that_cannot_be_read(self):
        self.database.chmod(0)
        self.assertFails(self.limited("audit", "tail"), 69, "iam.db", "no permission to read")

    def test_init_where_no_file_can_be_made(self):
        self.seal()
        self.store = f"sqlite:{self.room / 'new.db'}"
        self.assertFails(self.limited("init"), 69, "new.db", "no permission", "folder")

    def test_named_files_that_may_not_be_read(self):
        secret = self.secret("secret.json")
        for arguments in (["validate", "--batch", secret], ["--config", secret, "config"], ["import", secret],
                          ["audit", "verify", "--key", secret], ["audit", "checkpoint", "--private-key", secret],
                          ["audit", "verify", "--checkpoint", secret, "--public-key", secret]):
            with self.subTest(arguments=arguments):
                self.assertFails(self.limited(*arguments), 77, "secret.json")

    def test_named_files_that_may_not_be_written(self):
        closed = self.room / "closed"
        closed.mkdir()
        closed.chmod(0o555)
        self.addCleanup(closed.chmod, 0o755)
        self.assertFails(self.limited("audit", "export", "--out", str(closed / "x")), 77, "closed/x")
        self.assertFails(self.limited("outbox", "relay", "--to", f"file:{closed / 'x'}"), 77, "closed/x")
        folder = self.room / "organisation"
        folder.mkdir()
        folder.chmod(0)
        self.addCleanup(folder.chmod, 0o755)
        self.assertFails(self.limited("import", str(folder)), 77, "organisation", "permission")

    def test_a_lock_is_named_also_where_the_deadline_comes_first(self):
        holder = sqlite3.connect(self.database, isolation_level=None)
        self.addCleanup(holder.close)
        holder.execute("BEGIN IMMEDIATE")
        result = self.askiam("validate", "--user", "john.doe", "--timeout-ms", "300", "--json", SENTENCE)
        self.assertCode(result, 69)
        self.assertIn("locked by somebody else", result.err)
        self.assertIn("locked by somebody else", result.json()["reason"])

    def test_a_key_file_that_is_not_there_is_a_matter_of_configuration(self):
        self.assertFails(self.askiam("audit", "verify", "--key", str(self.room / "none.key")), 78, "none.key")

    def test_a_limit_on_the_size_of_files_is_a_full_store(self):
        size = self.database.stat().st_size

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        lines = "".join(json.dumps({"user_id": "john.doe", "raw_request": SENTENCE}) + "\n" for _ in range(2000))
        result = self.limited("validate", "--batch", "-", before=limit, stdin=lines.encode())
        self.assertCode(result, 69)
        self.assertIn("no space", result.err)
        stored = sum(1 for answer in result.lines() if answer["status"] != "ERROR")
        verified = self.askiam("audit", "verify", "--json")
        self.assertCode(verified, 0)
        self.assertEqual(verified.json()["entries"], stored)


if __name__ == "__main__":
    unittest.main()
