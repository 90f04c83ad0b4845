# SPDX-License-Identifier: Apache-2.0
"""Deciding again what was decided, from the command line."""

import json
import os
import pathlib
import shutil
import sqlite3
import unittest

from support import SENTENCE, CliCase

CASES = pathlib.Path(os.environ["ASKIAM_SOURCE"], "tests", "decisions", "sample.jsonl")


class ReplayCase(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()

    def decide(self, *requests):
        """Records decisions of (request id, sentence) pairs, by john.doe."""
        result = self.batch([{"user_id": "john.doe", "raw_request": text, "request_id": name}
                             for name, text in requests])
        self.assertCode(result, 0)
        return result.lines()

    def tamper(self, statement, *values):
        with sqlite3.connect(self.database) as database:
            self.assertGreater(database.execute(statement, values).rowcount, 0)

    def spoil(self, request_id):
        self.tamper("UPDATE requests SET facts = facts || ' ' WHERE request_id = ?", request_id)

    def replay(self, *arguments):
        return self.askiam("replay", *arguments)

    def summary(self, *arguments, code=0):
        result = self.replay("--json", *arguments)
        self.assertCode(result, code)
        lines = result.lines()
        self.assertEqual([line["type"] for line in lines if line["type"] == "summary"], ["summary"])
        self.assertEqual(lines[-1]["type"], "summary")
        return lines[-1]


class One(ReplayCase):
    def test_equal_to_its_record(self):
        self.decide(("a", SENTENCE))
        result = self.replay("a", "--json")
        self.assertCode(result, 0)
        report = result.json()
        self.assertEqual((report["request_id"], report["result"], report["judged"]), ("a", "equal", True))
        self.assertEqual(report["recorded"], report["replayed"])
        self.assertEqual(len(report["replayed"]["checks"]), 9)
        human = self.replay("a")
        self.assertCode(human, 0)
        self.assertIn("Equal", human.out)
        self.assertIn("9 checks", human.out)

    def test_every_case_of_the_sample_after_the_catalogue_has_changed_completely(self):
        requests = [{**json.loads(line), "request_id": f"case-{number}"}
                    for number, line in enumerate(CASES.read_text().splitlines())]
        self.assertCode(self.batch(requests), 0)
        self.tamper("UPDATE users SET status = 'inactive', name = 'Somebody Else'")
        self.tamper("UPDATE roles SET status = 'inactive', name = 'Another Role'")
        self.tamper("UPDATE applications SET status = 'inactive'")
        self.tamper("DELETE FROM user_roles")
        self.tamper("DELETE FROM role_prerequisites")
        for request in requests:
            self.assertCode(self.replay(request["request_id"]), 0)
        summary = self.summary("--last", "1000")
        self.assertEqual((summary["requests"], summary["unchanged"]), (len(requests), len(requests)))

    def test_a_question_says_that_the_sentence_settled_it(self):
        self.decide(("q", "I need access to Workday"))
        report = self.replay("q", "--json").json()
        self.assertEqual((report["result"], report["judged"]), ("equal", False))
        self.assertIn("sentence alone", report["notes"][0])
        self.assertIn("sentence alone", self.replay("q").out.replace("\n", " "))

    def test_what_cannot_be_repeated(self):
        self.decide(("gone", SENTENCE), ("changed", SENTENCE))
        self.spoil("changed")
        self.assertFails(self.replay("changed"), 65, "not what was recorded", "askiam audit verify")
        self.assertFails(self.replay("none"), 65, "there is no request")
        self.assertCode(self.askiam("erase", "--user", "john.doe"), 0)
        self.assertFails(self.replay("gone"), 65, "erased", "askiam status")
        self.assertFails(self.askiam("--store", "sqlite:/nowhere/at/all.db", "replay", "gone"), 78, "/nowhere/at/all.db")

    def test_whose(self):
        self.decide(("same", SENTENCE))
        self.assertCode(self.validate(SENTENCE, "--request-id", "same", user="li.wei"), 0)
        self.assertFails(self.replay("same"), 65, "which one")
        self.assertEqual(self.replay("same", "--requester", "li.wei", "--json").json()["requester_id"], "li.wei")


class Many(ReplayCase):
    def test_the_last_of_them(self):
        self.decide(*((f"r{number}", SENTENCE) for number in range(5)))
        self.assertEqual(self.summary("--last", "3")["requests"], 3)
        self.assertEqual(self.summary("--from", "1h")["requests"], 5)
        self.assertEqual(self.summary("--last", "9", "--user", "li.wei")["requests"], 0)
        self.assertEqual(self.summary("--last", "9", "--status", "valid", "--app", "workday")["requests"], 5)
        human = self.replay("--last", "3")
        self.assertCode(human, 0)
        self.assertIn("3 of 3 requests", human.out)

    def test_nothing_is_passed_over_in_silence(self):
        self.decide(("a", SENTENCE), ("b", SENTENCE))
        self.assertCode(self.validate(SENTENCE, "--request-id", "c", user="li.wei"), 0)
        self.assertCode(self.askiam("erase", "--user", "john.doe"), 0)
        self.spoil("c")
        result = self.replay("--last", "10", "--json")
        self.assertCode(result, 65)
        told, summary = result.lines()
        self.assertEqual((told["type"], told["request_id"], told["why"]), ("not_replayable", "c", "changed"))
        self.assertEqual(summary["not_replayable"], {"erased": 2, "without_facts": 0, "changed": 1, "unreadable": 0,
                                                     "without_policies": 0})
        human = self.replay("--last", "10")
        self.assertCode(human, 65)
        self.assertIn("2 erased", human.out)
        self.assertIn("1 changed in the store", human.out)

    def test_policies_that_are_gone_are_damage_unless_others_are_tried(self):
        self.decide(("a", SENTENCE))
        self.tamper("DELETE FROM policy_sets")
        self.assertEqual(self.summary("--last", "10", "--fail-on", "any", code=65)["not_replayable"]["without_policies"], 1)
        folder = self.room / "tried"
        folder.mkdir()
        self.assertEqual(self.summary("--last", "10", "--policy", str(folder), "--fail-on", "any")["unchanged"], 1)

    def test_what_belongs_together(self):
        self.assertFails(self.replay(), 64, "REQUEST_ID", "--last N")
        self.assertFails(self.replay("--policy", "x"), 64, "--last N")
        self.assertFails(self.replay("a", "--last", "3"), 64, "--last", "\"a\"")
        self.assertFails(self.replay("a", "--fail-on", "any"), 64, "--fail-on")
        self.assertFails(self.replay("--last", "3", "--requester", "x"), 64, "--user")
        self.assertFails(self.replay("--last", "0"), 64, "--last")
        self.assertFails(self.replay("--last", "3", "--mode", "strict"), 64, "guardrail or allowlist")
        self.assertFails(self.replay("--last", "3", "--fail-on", "VALID"), 64, "VALID:INVALID")
        self.assertFails(self.replay("--last", "3", "--from", "someday"), 64, "--from")
        self.assertFails(self.replay("a", "b"), 64, "\"b\"")


DENY_WORKDAY = {"Version": "2012-10-17",
                "Statement": {"Sid": "NoWorkday", "Effect": "Deny", "Action": "askiam:RequestRole",
                              "Resource": "arn:aws:askiam:::application/workday/role/*"}}
ALLOW_ALL = {"Version": "2012-10-17",
             "Statement": {"Effect": "Allow", "Action": "askiam:RequestRole", "Resource": "*"}}


class Tried(ReplayCase):
    """Policies, or another mode, tried on what was decided."""

    def setUp(self):
        super().setUp()
        self.decide(("workday", SENTENCE), ("tableau", "I need Viewer in Tableau"), ("question", "I need access to Workday"))

    def policies(self, **documents):
        folder = self.room / "candidate"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, document in documents.items():
            text = document if isinstance(document, str) else json.dumps(document)
            (folder / f"{name}.json").write_text(text, encoding="utf-8")
        return str(folder)

    def trail(self):
        """Its entries and heads, without the time of the export."""
        lines = self.askiam("audit", "export").lines()
        return [*lines[:-1], lines[-1]["heads"]]

    def test_each_flip_is_a_line_and_nothing_is_written(self):
        before = self.trail()
        folder = self.policies(strict=DENY_WORKDAY)
        result = self.replay("--last", "10", "--policy", folder, "--json")
        self.assertCode(result, 0)
        flip, summary = result.lines()
        self.assertEqual((flip["type"], flip["request_id"], flip["app_id"]), ("flip", "workday", "workday"))
        self.assertEqual((flip["was"]["status"], flip["would_be"]["status"]), ("VALID", "INVALID"))
        self.assertEqual(flip["would_be"]["reason_codes"][0], "POLICY_DENY")
        self.assertEqual(flip["would_be"]["check"], "POLICY")
        self.assertEqual((summary["requests"], summary["replayed"], summary["unjudged"], summary["unchanged"]), (3, 3, 1, 2))
        self.assertEqual((summary["flips"], summary["flipped"]), ({"VALID:INVALID": 1}, 1))
        human = self.replay("--last", "10", "--policy", folder)
        self.assertCode(human, 0)
        self.assertRegex(human.out, r"\Aworkday  VALID -> INVALID  POLICY_DENY")
        self.assertIn("VALID -> INVALID 1", human.out)
        self.assertEqual(self.trail(), before)

    def test_back_from_a_denial(self):
        organisation = self.room / "organisation.json"
        organisation.write_text(json.dumps({"policies": {"strict": DENY_WORKDAY}}), encoding="utf-8")
        self.assertCode(self.askiam("import", str(organisation)), 0)
        self.decide(("denied", SENTENCE))
        summary = self.summary("--last", "1", "--policy", self.policies(lenient=ALLOW_ALL))
        self.assertEqual(summary["flips"], {"INVALID:VALID": 1})
        self.assertCode(self.replay("denied"), 0)
        empty = self.replay("--last", "1", "--policy", self.policies())
        self.assertCode(empty, 0)
        self.assertIn("INVALID -> VALID", empty.out)
        self.assertRegex(empty.err, r"\Aaskiam: note: there is no \*\.json")

    def test_the_other_mode(self):
        summary = self.summary("--last", "10", "--mode", "allowlist", "--policy", self.policies(lenient=ALLOW_ALL))
        self.assertEqual(summary["flipped"], 0)
        self.assertCode(self.askiam("--set", "rag.enabled=false", "validate", "--user", "john.doe", "--request-id",
                                    "by-rules", SENTENCE), 0)
        summary = self.summary("--last", "1", "--mode", "allowlist")
        self.assertEqual(summary["flips"], {"VALID:INVALID": 1})
        self.assertEqual(self.summary("--last", "1", "--mode", "guardrail")["unchanged"], 1)

    def test_a_pipeline_stops_at_chosen_flips(self):
        folder = self.policies(strict=DENY_WORKDAY)
        for chosen, code in (("VALID:INVALID", 1), ("INVALID:VALID", 0), ("INVALID:VALID, VALID:INVALID", 1), ("any", 1)):
            with self.subTest(chosen=chosen):
                self.assertCode(self.replay("--last", "10", "--policy", folder, "--fail-on", chosen), code)
        self.spoil("tableau")
        self.assertCode(self.replay("--last", "10", "--policy", folder), 65)
        self.assertCode(self.replay("--last", "10", "--policy", folder, "--fail-on", "any"), 1)

    def test_refused_policies_are_told_with_their_places(self):
        folder = self.policies(good=ALLOW_ALL, wrong='{"Version": "2012-10-17",\n "Statement": {"Effect": "Never"}}',
                               broken='{"Version": ')
        result = self.replay("--last", "10", "--policy", folder)
        self.assertFails(result, 65, f"{folder}/wrong.json:2:", f"{folder}/broken.json:1:", "nothing was replayed")
        self.assertNotIn("good.json", result.err)
        doubtful = self.policies(doubtful={**ALLOW_ALL, "Statement": {**ALLOW_ALL["Statement"], "Action": "askiam:Nothing"}})
        result = self.replay("--last", "10", "--policy", doubtful)
        self.assertCode(result, 0)
        self.assertRegex(result.err, r"doubtful\.json:1:\d+: warning: ")
        (pathlib.Path(folder := self.policies()) / "folder.json").mkdir()
        self.assertFails(self.replay("--last", "10", "--policy", folder), 65, "folder.json", "not a regular file")
        self.assertFails(self.replay("--last", "10", "--policy", str(self.room / "none")), 65, "none")
        self.assertFails(self.replay("--last", "10", "--policy", str(self.database)), 65, "iam.db")


if __name__ == "__main__":
    unittest.main()
