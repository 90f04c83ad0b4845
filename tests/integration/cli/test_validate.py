# SPDX-License-Identifier: Apache-2.0
"""One decision at a time."""

import json
import unittest

from support import SENTENCE, CliCase, environment, run

MEMBERS = {"request_id", "status", "reason", "reason_codes", "dry_run", "timestamp", "duration_ms", "method", "mode",
           "requester", "entities", "duration", "rag", "mcp", "suggestions", "remedies", "question", "audit"}


class Validate(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()

    def test_a_long_sentence_does_not_keep_its_line_out_of_the_log(self):
        sentence = SENTENCE + "\u0001" * 3900
        told = self.validate(sentence, "--set", "log.format=json", "--set", "log.level=info", "--set", "log.sentence=true")
        self.assertIn(sentence, [json.loads(line).get("sentence") for line in told.err.splitlines()])

    def test_the_sentence_of_the_specification(self):
        result = self.validate()
        self.assertCode(result, 0)
        decision = result.json()
        self.assertEqual(result.err, "")
        self.assertLessEqual(MEMBERS, set(decision))
        self.assertEqual(decision["status"], "VALID")
        self.assertEqual(decision["entities"]["user"]["id"], "john.doe")
        self.assertEqual(decision["entities"]["application"]["name"], "Workday")
        self.assertEqual(decision["entities"]["role"]["name"], "HR Analyst")
        self.assertRegex(decision["timestamp"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
        self.assertRegex(decision["audit"]["hash"], r"\A[0-9a-f]{64}\Z")

    def test_exit_codes_follow_the_verdict(self):
        invalid = self.validate(user="nobody.at.all")
        self.assertCode(invalid, 1)
        self.assertEqual(invalid.json()["status"], "INVALID")
        asking = self.validate("I need access to Workday")
        self.assertCode(asking, 2)
        self.assertEqual(asking.json()["status"], "NEEDS_INFO")
        self.assertTrue(asking.json()["question"])

    def test_words_without_quotes_are_one_sentence(self):
        result = self.askiam("validate", "--json", "--user", "john.doe", *SENTENCE.split())
        self.assertEqual(result.json()["status"], "VALID")

    def test_options_may_stand_anywhere(self):
        result = run("validate", SENTENCE, "--json", "--user", "john.doe", "--store", self.store, "--dry-run")
        self.assertCode(result, 0)
        self.assertTrue(result.json()["dry_run"])

    def test_a_sentence_may_begin_with_a_dash(self):
        self.assertIn(self.validate("--please-- HR Analyst in Workday").code, (0, 1, 2))

    def test_a_dry_run_writes_nothing(self):
        decision = self.validate(SENTENCE, "--dry-run", "--request-id", "dry-1").json()
        self.assertTrue(decision["dry_run"])
        self.assertIsNone(decision["audit"]["hash"])
        self.assertCode(self.askiam("status", "dry-1"), 65)

    def test_a_request_id_gives_the_same_decision_again(self):
        first = self.validate(SENTENCE, "--request-id", "r-1")
        again = self.validate(SENTENCE, "--request-id", "r-1")
        self.assertEqual(first.out, again.out)
        other = self.validate("I need access to Workday", "--request-id", "r-1")
        self.assertCode(other, 65)
        self.assertEqual(other.json()["reason_codes"][0], "REQUEST_ID_CONFLICT")

    def test_a_requester_is_recorded(self):
        decision = self.validate(SENTENCE, "--requester", "nobody.at.all").json()
        self.assertEqual(decision["reason_codes"][0], "REQUESTER_UNKNOWN")

    def test_bad_requests_are_error_decisions(self):
        bad = {"blank": "  \t ", "too long": "x" * 4097}
        for name, sentence in bad.items():
            with self.subTest(name):
                result = self.validate(sentence)
                self.assertCode(result, 65)
                decision = result.json()
                self.assertEqual((decision["status"], decision["reason_codes"]), ("ERROR", ["INVALID_REQUEST"]))
                self.assertLessEqual(MEMBERS, set(decision))
                self.assertIn(decision["reason"], result.err)

    def test_invalid_utf8_is_refused(self):
        result = self.askiam("validate", "--json", "--user", "john.doe", b"HR Analyst \xff\xfe in Workday")
        self.assertCode(result, 65)
        self.assertIn("UTF-8", result.json()["reason"])

    def test_a_bad_request_id_is_refused(self):
        self.assertCode(self.validate(SENTENCE, "--request-id", "no spaces please"), 65)

    def test_failures_without_json_print_nothing_on_standard_output(self):
        self.assertFails(self.askiam("validate", "--user", "john.doe", " "), 65)

    def test_what_a_person_reads(self):
        result = self.askiam("validate", "--user", "john.doe", SENTENCE)
        self.assertCode(result, 0)
        for word in ("VALID", "HR Analyst", "Workday", "john.doe", "Recorded", "Checks"):
            self.assertIn(word, result.out)
        self.assertNotIn("\x1b", result.out)

    def test_symbols_follow_the_locale(self):
        fancy = self.askiam("validate", "--user", "john.doe", SENTENCE)
        plain = self.askiam("validate", "--user", "john.doe", SENTENCE, env=environment(LC_ALL="C"))
        self.assertIn("✓ VALID", fancy.out)
        self.assertIn("[+] VALID", plain.out)
        self.assertNotIn("✓", plain.out)

    def test_status_shows_the_recorded_decision(self):
        decided = self.validate(SENTENCE, "--request-id", "r-2").json()
        found = self.askiam("status", "r-2", "--json").json()
        self.assertEqual({name: found[name] for name in decided}, decided)
        self.assertIn(found["grant"]["state"], ("none", "requested", "granted"))
        human = self.askiam("status", "r-2", "--requester", "john.doe")
        self.assertCode(human, 0)
        self.assertIn("Grant", human.out)

    def test_an_unknown_request_id(self):
        self.assertFails(self.askiam("status", "never-seen"), 65, "never-seen")

    def test_logs_go_to_standard_error(self):
        result = self.askiam("--set", "log.level=info", "--set", "log.format=json", "validate", "--json", "--user",
                             "john.doe", SENTENCE)
        self.assertEqual(result.json()["status"], "VALID")
        records = [json.loads(line) for line in result.err.splitlines()]
        self.assertTrue(records)
        self.assertNotIn(SENTENCE, result.err)

    def test_log_text_is_a_line_a_record(self):
        result = self.askiam("--set", "log.level=info", "--set", "log.format=text", "validate", "--json", "--user",
                             "john.doe", SENTENCE)
        self.assertTrue(result.err.strip())
        for line in result.err.splitlines():
            self.assertRegex(line, r"\A\d{4}-\d\d-\d\dT[0-9:.]+Z (DEBUG|INFO|WARN|ERROR)")


class Extract(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()

    def test_mentions_and_entities(self):
        reading = self.askiam("extract", "--json", "--user", "john.doe", SENTENCE).json()
        self.assertLessEqual({"act", "mentions", "entities", "suggestions", "question", "reason_codes"}, set(reading))
        self.assertEqual(reading["entities"]["role"]["name"], "HR Analyst")

    def test_without_a_user(self):
        result = self.askiam("extract", "--json", SENTENCE)
        self.assertCode(result, 0)
        self.assertEqual(result.json()["entities"]["role"]["name"], "HR Analyst")

    def test_what_a_person_reads(self):
        result = self.askiam("extract", "--user", "john.doe", SENTENCE)
        self.assertCode(result, 0)
        self.assertIn("HR Analyst", result.out)
        self.assertIn("Mentions", result.out)

    def test_batch(self):
        lines = [{"user_id": "john.doe", "raw_request": SENTENCE}, {"user_id": "john.doe"}]
        result = self.askiam("extract", "--batch", "-", stdin="".join(json.dumps(line) + "\n" for line in lines))
        good, bad = result.lines()
        self.assertEqual(good["entities"]["application"]["name"], "Workday")
        self.assertEqual(bad["status"], "ERROR")
        self.assertCode(result, 65)


if __name__ == "__main__":
    unittest.main()
