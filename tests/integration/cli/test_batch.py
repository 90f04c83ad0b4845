# SPDX-License-Identifier: Apache-2.0
"""A request a line in, a decision a line out."""

import json
import os
import select
import subprocess
import unittest

from support import PROGRAM, SENTENCE, CliCase, environment


def request(**members):
    return {"user_id": "john.doe", "raw_request": SENTENCE, **members}


class Batch(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()

    def test_answers_come_in_the_order_of_the_input(self):
        result = self.batch([request(request_id=f"r-{at}") for at in range(200)])
        self.assertCode(result, 0)
        self.assertEqual([answer["request_id"] for answer in result.lines()], [f"r-{at}" for at in range(200)])

    def test_any_verdict_is_success(self):
        result = self.batch([request(), request(user_id="nobody.at.all"), request(raw_request="I need Workday")])
        self.assertCode(result, 0)
        self.assertEqual([answer["status"] for answer in result.lines()], ["VALID", "INVALID", "NEEDS_INFO"])

    def test_blank_lines_are_skipped_but_counted(self):
        result = self.batch(["", request(), "   \t", "\r", "{"])
        answers = result.lines()
        self.assertEqual([answer["status"] for answer in answers], ["VALID", "ERROR"])
        self.assertEqual(answers[1]["line"], 5)

    def test_malformed_lines_are_error_objects_and_the_others_are_answered(self):
        bad = ["{", "[]", "null", "7", '"text"', "{} trailing", '{"user_id": "a", "user_id": "b"}', request(raw_request=7),
               request(raw_request=""), request(raw_request="x" * 4097), request(text="twice"), {"user_id": "john.doe"},
               b'{"user_id": "john.doe", "raw_request": "\xff"}', '{"user_id": "john.doe", "raw_request": "a\\u0000b"}',
               b'{"user_id": "john.doe", "raw_request": "a\x00b"}', "[" * 5000]
        for line in bad:
            with self.subTest(line=str(line)[:60]):
                result = self.batch([request(request_id="before"), line, request(request_id="after")])
                self.assertCode(result, 65)
                before, error, after = result.lines()
                self.assertEqual((before["status"], after["status"]), ("VALID", "VALID"))
                self.assertEqual((error["status"], error["reason_codes"]), ("ERROR", ["INVALID_REQUEST"]))
                self.assertTrue(error["reason"])

    def test_messages_tell_the_line_of_the_input(self):
        result = self.batch([request(), "", '{"user_id": }'])
        error = result.lines()[1]
        self.assertEqual(error["line"], 3)
        self.assertRegex(error["reason"], r"\Aline 3, column \d+: ")

    def test_errors_of_every_kind_have_a_line_and_the_members_of_a_decision(self):
        result = self.batch([request(request_id="r"), request(request_id="r", raw_request="I need Workday"), "{",
                             {"raw_request": SENTENCE}])
        answers = result.lines()
        self.assertEqual([answer.get("line") for answer in answers], [None, 2, 3, 4])
        for error in answers[1:]:
            self.assertEqual(set(error) - {"line"}, set(answers[0]))
            for part in ("rag", "mcp", "entities", "duration", "requester", "audit"):
                self.assertEqual(set(error[part]), set(answers[0][part]), part)
        self.assertRegex(result.err, r"\Aaskiam: line 2: ")

    def test_the_request_id_of_a_malformed_line_is_kept_where_it_can_be_read(self):
        error = self.batch([request(request_id="r-9", raw_request=7)]).json()
        self.assertEqual(error["request_id"], "r-9")

    def test_a_line_that_is_too_long(self):
        result = self.batch([request(padding="x" * 70000), request(), request(padding="x" * 3000000), request()])
        self.assertCode(result, 65)
        self.assertEqual([answer["status"] for answer in result.lines()], ["ERROR", "VALID", "ERROR", "VALID"])
        self.assertEqual([answer.get("line") for answer in result.lines()], [1, None, 3, None])

    def test_a_line_of_64_kib_is_not_too_long(self):
        text = json.dumps(request(padding=""))
        text = json.dumps(request(padding="x" * (65536 - len(text))))
        self.assertEqual(len(text), 65536)
        self.assertEqual(self.batch([text]).json()["status"], "VALID")

    def test_the_last_line_needs_no_line_feed(self):
        result = self.askiam("validate", "--batch", "-", stdin=json.dumps(request()))
        self.assertEqual(result.json()["status"], "VALID")

    def test_nothing_in_nothing_out(self):
        result = self.askiam("validate", "--batch", "-", stdin="")
        self.assertCode(result, 0)
        self.assertEqual(result.out, "")

    def test_line_ends_and_byte_order_marks_of_other_systems(self):
        raw = b"\xef\xbb\xbf" + json.dumps(request()).encode() + b"\r\n" + json.dumps(request()).encode() + b"\r\n"
        result = self.askiam("validate", "--batch", "-", stdin=raw)
        self.assertEqual([answer["status"] for answer in result.lines()], ["VALID", "VALID"])

    def test_a_file(self):
        path = self.room / "requests.jsonl"
        path.write_text(json.dumps(request()) + "\n", encoding="utf-8")
        self.assertEqual(self.askiam("validate", "--batch", str(path)).json()["status"], "VALID")
        self.assertFails(self.askiam("validate", "--batch", str(self.room / "none")), 65, "none")
        self.assertFails(self.askiam("validate", "--batch", str(self.room)), 65)

    def test_the_user_of_the_command_line_is_a_default(self):
        result = self.batch([{"raw_request": SENTENCE}, request(user_id="nobody.at.all")], "--user", "john.doe")
        self.assertEqual([answer["status"] for answer in result.lines()], ["VALID", "INVALID"])
        alone = self.batch([{"raw_request": SENTENCE}])
        self.assertCode(alone, 65)
        self.assertIn("user_id", alone.json()["reason"])

    def test_other_names_of_the_sentence_and_integer_ids(self):
        result = self.batch([{"user_id": "john.doe", "text": SENTENCE}, {"user_id": "john.doe", "message": SENTENCE},
                             request(request_id=17)])
        self.assertEqual([answer["status"] for answer in result.lines()], ["VALID"] * 3)
        self.assertEqual(result.lines()[2]["request_id"], "17")

    def test_one_request_id_twice(self):
        result = self.batch([request(request_id="r"), request(request_id="r"),
                             request(request_id="r", raw_request="I need Workday")])
        first, same, other = result.lines()
        self.assertEqual(first, same)
        self.assertEqual(other["reason_codes"][0], "REQUEST_ID_CONFLICT")
        self.assertCode(result, 65)

    def test_a_dry_run(self):
        self.assertTrue(all(answer["dry_run"] for answer in self.batch([request(), request()], "--dry-run").lines()))
        self.assertEqual(self.askiam("audit", "tail", "--json").out, "")

    def test_without_a_store_every_line_says_so(self):
        self.store = f"sqlite:{self.room}/other.db"
        result = self.batch([request(), request()])
        self.assertCode(result, 78)
        self.assertEqual([answer["status"] for answer in result.lines()], ["ERROR", "ERROR"])
        self.assertIn("init", result.err)


class Streams(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()

    def start(self, **options):
        process = subprocess.Popen([PROGRAM, "--store", self.store, "validate", "--batch", "-"], stdin=subprocess.PIPE,
                                   stdout=options.get("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
                                   env=environment())
        self.addCleanup(process.wait)
        self.addCleanup(process.stderr.close)
        return process

    def test_a_line_is_answered_before_the_next_one_comes(self):
        process = self.start()
        for at in range(3):
            process.stdin.write(json.dumps(request(request_id=f"r-{at}")).encode() + b"\n")
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], 60)
            self.assertTrue(ready)
            self.assertEqual(json.loads(process.stdout.readline())["request_id"], f"r-{at}")
        process.stdin.close()
        self.assertEqual(process.stdout.read(), b"")
        process.stdout.close()
        self.assertEqual(process.wait(timeout=60), 0)

    def test_half_a_line_waits_for_its_rest(self):
        process = self.start()
        line = json.dumps(request()).encode() + b"\n"
        for part in (line[:10], line[10:]):
            process.stdin.write(part)
            process.stdin.flush()
        process.stdin.close()
        self.assertEqual(json.loads(process.stdout.read())["status"], "VALID")
        process.stdout.close()
        self.assertEqual(process.wait(timeout=60), 0)

    def test_a_reader_that_went_away_ends_it_quietly(self):
        reading, writing = os.pipe()
        process = self.start(stdout=writing)
        os.close(writing)
        os.close(reading)
        _, errors = process.communicate(b"".join(json.dumps(request()).encode() + b"\n" for _ in range(10)), timeout=60)
        self.assertEqual(process.returncode, 74)
        self.assertEqual(errors, b"")

    def test_a_full_device_is_told(self):
        with open("/dev/full", "wb") as full:
            process = self.start(stdout=full)
            _, errors = process.communicate(json.dumps(request()).encode() + b"\n", timeout=60)
        self.assertEqual(process.returncode, 74)
        self.assertIn(b"standard output", errors)


if __name__ == "__main__":
    unittest.main()
