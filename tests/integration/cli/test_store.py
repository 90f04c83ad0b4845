# SPDX-License-Identifier: Apache-2.0
"""init, import, erase, and stores in a bad state: each is named as what it is."""

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


if __name__ == "__main__":
    unittest.main()
