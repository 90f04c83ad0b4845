# SPDX-License-Identifier: Apache-2.0
"""init, import, erase, and stores in a bad state: each is named as what it is."""

import contextlib
import sqlite3
import unittest

from support import SENTENCE, CliCase


class Store(CliCase):
    def test_init_creates_then_finds_up_to_date(self):
        first = self.askiam("init", "--json").json()
        again = self.askiam("init", "--json").json()
        self.assertEqual(first["from_version"], 0)
        self.assertGreater(first["to_version"], 0)
        self.assertEqual(again["from_version"], first["to_version"])
        self.assertEqual(again["to_version"], first["to_version"])
        self.assertIsNone(first["sample"])

    def test_init_sample_loads_the_organisation(self):
        rows = self.askiam("init", "--sample", "--json").json()["sample"]
        self.assertGreaterEqual(rows["applications"], 10)
        self.assertGreaterEqual(rows["roles"], 35)
        self.assertGreaterEqual(rows["users"], 25)
        self.assertCode(self.validate(), 0)

    def test_init_speaks_to_people(self):
        result = self.askiam("init", "--sample")
        self.assertCode(result, 0)
        self.assertIn(self.store, result.out)
        self.assertIn("askiam validate", result.out)

    def test_without_init_the_way_out_is_named(self):
        result = self.askiam("validate", "--user", "john.doe", SENTENCE)
        self.assertCode(result, 78)
        self.assertIn("askiam init", result.err)

    def test_not_a_database_is_corrupt(self):
        self.database.write_bytes(b"this is no database, whatever its name says\n" * 100)
        result = self.askiam("validate", "--user", "john.doe", SENTENCE)
        self.assertCode(result, 65)
        self.assertIn(str(self.database), result.err)

    def test_a_newer_schema_is_named(self):
        self.sample()
        with sqlite3.connect(self.database) as database:
            database.execute("UPDATE schema_version SET version = version + 1000")
        result = self.askiam("validate", "--user", "john.doe", SENTENCE)
        self.assertCode(result, 78)
        self.assertIn("newer", result.err)

    def test_a_locked_store_is_unavailable(self):
        self.sample()
        holder = sqlite3.connect(self.database, isolation_level=None)
        self.addCleanup(holder.close)
        holder.execute("BEGIN IMMEDIATE")
        result = self.askiam("--set", "store.busy_timeout_ms=200", "validate", "--user", "john.doe", SENTENCE)
        self.assertCode(result, 69)
        self.assertRegex(result.err, "locked|busy")
        holder.execute("ROLLBACK")

    def test_a_folder_that_is_not_there(self):
        self.store = f"sqlite:{self.room}/no/such/folder/iam.db"
        result = self.askiam("init")
        self.assertIn(result.code, (69, 78))
        self.assertIn("no/such/folder", result.err)

    def test_an_unknown_store_is_configuration(self):
        result = self.askiam("--store", "mongo:here", "init")
        self.assertCode(result, 78)
        self.assertIn("mongo", result.err)


class Import(CliCase):
    def organisation(self, **files):
        folder = self.room / "organisation"
        folder.mkdir()
        usual = {"users.csv": "user_id,email,name,status\nann,ann@example.com,Ann Smith,active\n",
                 "applications.csv": "app_id,name,description,owner,status\ncrm,Atlas CRM,Customers,ann,active\n",
                 "roles.csv": "role_id,app_id,name,description,permissions,risk,status\n"
                              "crm_reader,crm,Pipeline Reader,Reads,read,low,active\n"}
        for name, text in {**usual, **files}.items():
            (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
        return str(folder)

    def setUp(self):
        super().setUp()
        self.assertCode(self.askiam("init"), 0)

    def test_a_folder_is_imported_and_used(self):
        result = self.askiam("import", "--json", self.organisation())
        self.assertCode(result, 0)
        self.assertEqual(result.json()["users"], 1)
        decision = self.validate("I need Pipeline Reader in Atlas CRM", user="ann").json()
        self.assertEqual(decision["entities"]["role"]["id"], "crm_reader")

    def test_people_are_told_what_was_imported(self):
        result = self.askiam("import", self.organisation())
        self.assertCode(result, 0)
        self.assertIn("users", result.out)

    def test_problems_name_file_and_line_and_nothing_is_changed(self):
        folder = self.organisation(users__csv="user_id,email,name,status\nann,a@b.c,Ann,active\nbob,b@b.c,Bob,asleep\n")
        result = self.askiam("import", folder)
        self.assertFails(result, 65, "users.csv:3:", "asleep")
        with sqlite3.connect(self.database) as database:
            self.assertEqual(database.execute("SELECT count(*) FROM users").fetchone(), (0,))

    def test_no_progress_where_standard_error_is_no_terminal(self):
        self.assertEqual(self.askiam("import", self.organisation()).err, "")

    def test_a_path_that_is_not_there(self):
        result = self.askiam("import", str(self.room / "nowhere"))
        self.assertFails(result, 65, "nowhere")


class Erase(CliCase):
    def test_erased_sentences_are_gone_and_the_trail_verifies(self):
        self.sample()
        self.assertCode(self.validate(), 0)
        with sqlite3.connect(self.database) as database:
            dump = "\n".join(database.iterdump())
        self.assertIn(SENTENCE, dump)
        self.assertGreaterEqual(self.askiam("erase", "--json", "--user", "john.doe").json()["requests"], 1)
        with sqlite3.connect(self.database) as database:
            dump = "\n".join(database.iterdump())
        self.assertNotIn(SENTENCE, dump)
        self.assertCode(self.askiam("audit", "verify"), 0)

    def test_no_word_survives_in_the_store_its_file_or_an_export(self):
        """Answers quote what was typed: as what is not known, as a question, as the words that named somebody."""
        self.sample()
        sentences = ["I need Zuzannatool access", "I need Zuzannarole in Workday", SENTENCE + " for zuzannaperson",
                     "zuzannaplease do something", "I need access to hr  analyst role in WORKDAY because zuzannareason " * 3]
        asked = [{"user_id": "john.doe", "request_id": f"z{i}", "text": sentences[i % len(sentences)]} for i in range(200)]
        self.batch(asked)
        self.assertIn("zuzanna", self.everything().lower())
        self.assertEqual(self.askiam("erase", "--json", "--user", "john.doe").json()["requests"], len(asked))
        everything = self.everything().lower()
        for words in ("zuzanna", "hr  analyst"):
            self.assertFalse(words in everything, words)
        report = self.askiam("--json", "audit", "verify").json()
        self.assertTrue(report["sound"], report)
        self.assertEqual(report["erased"], len(asked))
        status = self.askiam("--json", "status", "z0")
        self.assertCode(status, 0)
        self.assertNotIn("zuzanna", status.out.lower())
        left = status.json()
        self.assertIs(left["erased"], True)
        self.assertEqual((left["request_id"], left["status"], left["reason_codes"]), ("z0", "INVALID", ["APP_UNKNOWN"]))
        self.assertEqual(left["audit"]["seq"], 1)
        again = self.askiam("validate", "--json", "--user", "john.doe", "--request-id", "z0", "--", sentences[0]).json()
        self.assertEqual((again["status"], again["reason_codes"]), ("ERROR", ["REQUEST_ID_CONFLICT"]))

    def everything(self):
        """All that the store holds and gives out: its tables, the bytes of its files, an export."""
        with sqlite3.connect(self.database) as database:
            texts = list(database.iterdump())
        texts += [path.read_bytes().decode("latin-1") for path in self.room.iterdir()]
        return "\n".join(texts + [self.askiam("audit", "export").out])

    def test_a_damaged_head_is_named_at_once(self):
        for damage in ("DELETE FROM audit_chains", "UPDATE audit_chains SET hash = printf('%064d', 7)",
                       "UPDATE audit_chains SET hash = upper(hash)", "UPDATE audit_chains SET seq = seq - 1",
                       "UPDATE audit_chains SET seq = seq + 1", "UPDATE audit_chains SET seq = -1",
                       "DELETE FROM audit_log WHERE seq = 2"):
            for path in self.room.iterdir():
                path.unlink()
            self.sample()
            self.assertCode(self.validate(), 0)
            self.validate("I need Zuzannatool access")
            with contextlib.closing(sqlite3.connect(self.database, isolation_level=None)) as database:
                database.execute(damage)
            answer = self.validate("I need access")
            self.assertCode(answer, 65)
            self.assertEqual(answer.json()["reason_codes"], ["AUDIT_UNAVAILABLE"])
            self.assertIn("audit trail is damaged", answer.json()["reason"], damage)
            self.assertIn("askiam audit verify", answer.json()["reason"])
            self.assertCode(self.askiam("audit", "verify"), 1)

    def test_an_entry_that_is_gone_is_named(self):
        self.sample()
        self.assertCode(self.validate(SENTENCE, "--request-id", "r1"), 0)
        with sqlite3.connect(self.database) as database:
            database.execute("DELETE FROM audit_log")
        self.assertFails(self.askiam("status", "r1"), 65, "the audit entry of this request is gone")
        answer = self.validate(SENTENCE, "--request-id", "r1")
        self.assertCode(answer, 65)
        self.assertIn("the audit entry of this request is gone", answer.json()["reason"])


class Index(CliCase):
    def test_a_search_of_the_store_itself_has_none(self):
        self.sample()
        for verb in ("create", "sync"):
            self.assertFails(self.askiam("index", verb), 69, "the backend embedded searches the store itself")


if __name__ == "__main__":
    unittest.main()
