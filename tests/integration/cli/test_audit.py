# SPDX-License-Identifier: Apache-2.0
"""The audit trail and the outbox from the command line."""

import json
import sqlite3
import subprocess
import unittest

from support import SENTENCE, CliCase


class Audit(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()
        result = self.batch([{"user_id": "john.doe", "raw_request": SENTENCE, "request_id": "first"},
                             {"user_id": "nobody.at.all", "raw_request": SENTENCE, "request_id": "second"},
                             {"user_id": "john.doe", "raw_request": "I need access to Workday", "request_id": "third"}])
        self.assertCode(result, 0)
        self.answers = result.lines()

    def tamper(self, statement, *values):
        with sqlite3.connect(self.database) as database:
            self.assertGreater(database.execute(statement, values).rowcount, 0)

    def test_a_sound_trail(self):
        result = self.askiam("audit", "verify", "--json")
        self.assertCode(result, 0)
        report = result.json()
        self.assertTrue(report["sound"])
        self.assertEqual(report["entries"], 3)
        human = self.askiam("audit", "verify")
        self.assertCode(human, 0)
        self.assertIn("3 entries checked", human.out)
        self.assertIn("Not proved", human.out)

    def test_a_changed_entry_breaks_it(self):
        self.tamper("UPDATE audit_log SET status = 'VALID' WHERE request_id = ?", "second")
        result = self.askiam("audit", "verify", "--json")
        self.assertCode(result, 1)
        self.assertFalse(result.json()["sound"])
        human = self.askiam("audit", "verify")
        self.assertCode(human, 1)
        self.assertIn("broken", human.out)

    def test_a_removed_entry_breaks_it(self):
        self.tamper("DELETE FROM audit_log WHERE request_id = ?", "second")
        self.assertCode(self.askiam("audit", "verify"), 1)

    def test_tail_shows_the_last_ones_the_newest_at_the_end(self):
        rows = self.askiam("audit", "tail", "--limit", "2", "--json").lines()
        self.assertEqual([row["request_id"] for row in rows], ["second", "third"])
        human = self.askiam("audit", "tail")
        self.assertCode(human, 0)
        self.assertLess(human.out.index("first"), human.out.index("third"))
        self.assertRegex(human.out.splitlines()[0], r"\ATIME +STATUS +USER ")

    def test_query_filters(self):
        def ids(*options):
            return [row["request_id"] for row in self.askiam("audit", "query", "--json", *options).lines()]

        self.assertEqual(ids(), ["first", "second", "third"])
        self.assertEqual(ids("--newest"), ["third", "second", "first"])
        self.assertEqual(ids("--user", "john.doe"), ["first", "third"])
        self.assertEqual(ids("--status", "VALID"), ["first"])
        self.assertEqual(ids("--role", self.answers[0]["entities"]["role"]["id"]), ["first", "second"])
        self.assertEqual(ids("--from", "1h", "--limit", "1"), ["first"])
        self.assertEqual(ids("--to", "1h"), [])
        self.assertEqual(ids("--from", "2020-01-01", "--to", "2020-01-02T00:00:00Z"), [])

    def test_query_that_finds_nothing_says_so(self):
        result = self.askiam("audit", "query", "--user", "nobody.else")
        self.assertCode(result, 0)
        self.assertIn("No decisions found", result.out)

    def test_query_counts(self):
        groups = self.askiam("audit", "query", "--count-by", "status", "--json").lines()
        self.assertEqual({group["status"]: group["count"] for group in groups},
                         {"VALID": 1, "INVALID": 1, "NEEDS_INFO": 1})
        human = self.askiam("audit", "query", "--count-by", "application,status")
        self.assertRegex(human.out.splitlines()[0], r"\AAPPLICATION +STATUS +COUNT\Z")
        self.assertEqual(len(human.out.splitlines()), 4)

    def test_query_of_a_status_that_there_is_not_is_a_usage_error(self):
        for typed in ("foo", "", "VALID,INVALID", "ERROR"):
            self.assertFails(self.askiam("audit", "query", "--status", typed), 64, "VALID, INVALID or NEEDS_INFO")
        for typed in ("valid", "Valid", "VALID"):
            self.assertEqual(len(self.askiam("audit", "query", "--json", "--status", typed).lines()), 1)

    def test_query_of_a_risk_that_matches_nothing_says_how_it_is_compared(self):
        risk = "medium"
        found = self.askiam("audit", "query", "--risk", risk, "--json")
        self.assertEqual((len(found.lines()), found.err), (2, ""))
        for options in ([], ["--json"], ["--count-by", "user"]):
            missed = self.askiam("audit", "query", "--risk", "Medium-ish", *options)
            self.assertCode(missed, 0)
            self.assertIn("Medium-ish", missed.err)
        other = self.askiam("audit", "query", "--risk", risk, "--user", "somebody.else", "--json")
        self.assertEqual((other.code, other.out, other.err), (0, "", ""))

    def test_query_that_counts_by_nothing_is_a_usage_error(self):
        self.assertFails(self.askiam("audit", "query", "--count-by", ""), 64, "--count-by")

    def test_query_of_an_unknown_key_is_a_usage_error(self):
        self.assertFails(self.askiam("audit", "query", "--count-by", "shoe_size"), 64, "shoe_size")

    def test_export_goes_to_standard_output_or_to_a_new_file(self):
        printed = self.askiam("audit", "export")
        self.assertCode(printed, 0)
        entries = [line for line in printed.lines() if line.get("type") == "entry"]
        self.assertEqual([entry["seq"] for entry in entries], [1, 2, 3])
        path = self.room / "trail.jsonl"
        self.assertCode(self.askiam("audit", "export", "--out", str(path)), 0)
        self.assertEqual(len(path.read_text(encoding="utf-8").splitlines()), len(printed.lines()))
        self.assertFails(self.askiam("audit", "export", "--out", str(path)), 74, "trail.jsonl")

    def keys(self):
        private, public = self.room / "audit.pem", self.room / "audit.pub"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)
        return str(private), str(public)

    def test_a_checkpoint_sees_a_cut(self):
        private, public = self.keys()
        heads = self.room / "heads.json"
        self.assertCode(self.askiam("audit", "checkpoint", "--private-key", private, "--out", str(heads)), 0)
        verify = ("audit", "verify", "--json", "--checkpoint", str(heads), "--public-key", public)
        sound = self.askiam(*verify)
        self.assertCode(sound, 0)
        self.assertIn("checkpoint", sound.json()["guarantees"])
        self.assertCode(self.validate(), 0)
        self.assertCode(self.askiam(*verify), 0)
        json.loads(heads.read_text(encoding="utf-8"))
        forged = self.room / "forged.json"
        forged.write_text(heads.read_text(encoding="utf-8").replace('"seq":3', '"seq":2'), encoding="utf-8")
        self.assertNotEqual(self.askiam("audit", "verify", "--checkpoint", str(forged), "--public-key", public).code, 0)

    def test_a_checkpoint_that_is_not_genuine_is_no_broken_trail(self):
        private, public = self.keys()
        heads = self.room / "heads.json"
        self.assertCode(self.askiam("audit", "checkpoint", "--private-key", private, "--out", str(heads)), 0)
        _, other = self.keys()
        verify = ("audit", "verify", "--checkpoint", str(heads), "--public-key", other)
        result = self.askiam(*verify)
        self.assertCode(result, 1)
        self.assertIn("The checkpoint is not genuine", result.out)
        self.assertIn("signature is not the public key's", result.out.replace("\n", " ").replace("  ", " "))
        self.assertNotIn("broken", result.out)
        self.tamper("UPDATE audit_log SET status = 'VALID' WHERE request_id = ?", "second")
        both = self.askiam(*verify)
        self.assertCode(both, 1)
        self.assertIn("The audit trail is broken", both.out)
        self.assertIn("not genuine", both.out)

    def test_an_erased_decision_is_shown_without_what_is_forgotten(self):
        self.assertRegex(self.askiam("status", "first").out, r"\d ms\n")
        self.assertCode(self.askiam("erase", "--user", "john.doe"), 0)
        shown = self.askiam("status", "first")
        self.assertCode(shown, 0)
        self.assertIn("VALID", shown.out)
        self.assertNotIn(" ms\n", shown.out)

    def test_a_key_that_is_not_there(self):
        result = self.askiam("audit", "checkpoint", "--private-key", str(self.room / "none.pem"))
        self.assertNotEqual(result.code, 0)
        self.assertIn("none.pem", result.err)

    def test_the_outbox_is_delivered_once(self):
        target = self.room / "events.jsonl"
        first = self.askiam("outbox", "relay", "--to", f"file:{target}", "--json").json()
        events = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
        self.assertEqual(first["delivered"], len(events))
        decided = [event["detail"]["request_id"] for event in events if event["detail-type"] == "access.decided"]
        self.assertEqual(decided, ["first", "second", "third"])
        self.assertEqual(self.askiam("outbox", "relay", "--to", f"file:{target}", "--json").json(), {"delivered": 0})
        self.assertCode(self.askiam("outbox", "relay", "--to", f"file:{target}"), 0)

    def test_an_unknown_target(self):
        for target in ("pigeon:home", "file:", "events.jsonl", ""):
            self.assertFails(self.askiam("outbox", "relay", "--to", target), 64, "file:PATH")


if __name__ == "__main__":
    unittest.main()
