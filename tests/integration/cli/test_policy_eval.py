# SPDX-License-Identifier: Apache-2.0
"""askiam policy eval: a case in, a decision out. What is decided is the matter of tests/policy_oracle."""

import json
import os
import select
import subprocess
import unittest

from support import PROGRAM, CliCase, environment, run

POLICY = {"Version": "2012-10-17", "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
REQUEST = {"principal": "arn:aws:iam::111122223333:user/alice", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
ALLOWED = {"identityPolicies": [POLICY], "request": REQUEST}
DENIED = {"identityPolicies": [POLICY], "request": {**REQUEST, "action": "s3:PutObject"}}
REFUSED = {"identityPolicies": [{"Statement": []}], "request": REQUEST}


class PolicyEval(CliCase):
    def eval(self, lines, **options):
        texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        return run("policy", "eval", "--batch", "-", stdin=b"".join(text + b"\n" for text in texts), **options)

    def test_a_line_in_a_line_out_in_order(self):
        result = self.eval([ALLOWED, DENIED] * 300)
        self.assertCode(result, 0)
        self.assertEqual([answer["decision"] for answer in result.lines()], ["Allowed", "ImplicitlyDenied"] * 300)
        self.assertEqual(result.err, "")

    def test_what_matched(self):
        matched = self.eval([ALLOWED]).json()["matched"]
        self.assertEqual([(match["policy"], match["statement"], match["sid"], match["effect"]) for match in matched],
                         [(0, 0, "Read", "Allow")])
        self.assertEqual(self.eval([DENIED]).json()["matched"], [])

    def test_a_document_that_aws_would_refuse_is_an_answer(self):
        result = self.eval([REFUSED, ALLOWED])
        self.assertCode(result, 0)
        self.assertEqual(set(result.lines()[0]), {"error"})
        self.assertEqual(result.lines()[1]["decision"], "Allowed")

    def test_what_is_wrong_with_a_document_is_no_matter_of_the_line(self):
        request = json.dumps(REQUEST)
        twice = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Effect": "Deny", "Action": "*", "Resource": "*"}}'
        for members in (f'"identityPolicies": [{twice}]', f'"serviceControlPolicies": [[], [{twice}]]', '"identityPolicies": [[]]',
                        '"identityPolicies": [null]', '"resourcePolicy": []', '"sessionPolicy": 7', '"sessionPolicy": ""'):
            with self.subTest(members):
                result = self.eval([ALLOWED, f'{{{members}, "request": {request}}}'.encode(), ALLOWED])
                self.assertCode(result, 0)
                self.assertEqual([set(answer) for answer in result.lines()],
                                 [{"decision", "matched"}, {"error"}, {"decision", "matched"}])
        self.assertRegex(self.eval([f'{{"identityPolicies": [{twice}], "request": {request}}}'.encode()]).json()["error"],
                         r'\AidentityPolicies\[0\]: line 1, column 60: the member "Effect" occurs twice\Z')

    def test_malformed_lines_are_error_objects_and_the_others_are_answered(self):
        for bad in (b"{", b"[]", b"nonsense", b"{}", {"request": {}}, {"identityPolicies": 7, "request": REQUEST},
                    {"request": {**REQUEST, "context": 7}}, b"[" * 5000, b'{"request": "\xff"}'):
            with self.subTest(str(bad)[:60]):
                result = self.eval([ALLOWED, b"", bad, ALLOWED])
                self.assertCode(result, 65)
                before, error, after = result.lines()
                self.assertEqual((before["decision"], after["decision"]), ("Allowed", "Allowed"))
                self.assertEqual((error["line"], error["status"], error["reason_codes"]), (3, "ERROR", ["INVALID_REQUEST"]))
                self.assertTrue(error["reason"])

    def test_messages_tell_the_line_of_the_input(self):
        self.assertRegex(self.eval([b"", b"", b'{"request": }']).json()["reason"], r"\Aline 3, column \d+: ")

    def test_unknown_members_are_ignored(self):
        self.assertEqual(self.eval([{**ALLOWED, "note": {"any": "thing"}}]).json()["decision"], "Allowed")

    def test_blank_lines_marks_and_line_ends_of_other_systems(self):
        result = run("policy", "eval", "--batch", "-",
                     stdin=b"\xef\xbb\xbf" + json.dumps(ALLOWED).encode() + b"\r\n\r\n \t\n" + json.dumps(DENIED).encode())
        self.assertCode(result, 0)
        self.assertEqual(len(result.lines()), 2)
        self.assertCode(run("policy", "eval", "--batch", "-", stdin=b""), 0)

    def test_a_byte_order_mark_before_one_case_is_passed_over(self):
        marked = b"\xef\xbb\xbf" + json.dumps(ALLOWED).encode()
        for command in ("eval", "explain"):
            self.assertCode(run("policy", command, "-", stdin=marked), 0)
        self.assertCode(run("policy", "check", "--kind", "identity", "-", stdin=b"\xef\xbb\xbf" + json.dumps(POLICY).encode()), 0)
        self.assertCode(run("policy", "check", "-", stdin=b"\xef\xbb\xbf"), 65)

    def test_lines_may_be_long(self):
        many = [{**POLICY, "Statement": [{"Effect": "Allow", "Action": f"s3:Get{at}", "Resource": "*"} for at in range(1000)]}] * 10
        self.assertEqual(self.eval([{**ALLOWED, "identityPolicies": [*many, POLICY]}]).json()["decision"], "Allowed")
        result = self.eval([ALLOWED, {**ALLOWED, "note": "x" * (16 * 1024 * 1024)}, ALLOWED])
        self.assertCode(result, 65)
        self.assertEqual([answer.get("decision", answer.get("line")) for answer in result.lines()], ["Allowed", 2, "Allowed"])

    def test_a_file_of_lines_and_a_file_of_one_object(self):
        lines, one = self.room / "cases.jsonl", self.room / "case.json"
        lines.write_text(json.dumps(ALLOWED) + "\n" + json.dumps(DENIED) + "\n", encoding="utf-8")
        one.write_text(json.dumps(ALLOWED, indent=2), encoding="utf-8")
        self.assertEqual(len(run("policy", "eval", "--batch", str(lines)).lines()), 2)
        self.assertEqual(run("policy", "eval", str(one)).json()["decision"], "Allowed")
        self.assertEqual(run("policy", "eval", "-", stdin=one.read_bytes()).json()["decision"], "Allowed")

    def test_a_file_that_is_no_case(self):
        path = self.room / "case.json"
        path.write_text('{\n  "request": }\n', encoding="utf-8")
        result = run("policy", "eval", str(path))
        self.assertCode(result, 65)
        self.assertRegex(result.json()["reason"], r"\Aline 2, column \d+: ")
        self.assertFails(run("policy", "eval", str(self.room / "none.json")), 65, "none.json")
        self.assertFails(run("policy", "eval", "--batch", str(self.room / "none")), 65, "none")
        self.assertFails(run("policy", "eval", str(self.room)), 65)

    def test_usage(self):
        self.assertFails(run("policy", "eval"), 64, "FILE", "--batch")
        self.assertFails(run("policy", "eval", "--batch", "-", "case.json"), 64, "--batch", "case.json")
        self.assertFails(run("policy", "eval", "one", "two"), 64, "two")
        self.assertFails(run("policy", "eval", "--user", "x", "one"), 64, "--user")

    def test_needs_no_store_and_no_sound_configuration(self):
        broken = environment(ASKIAM_CONFIG="/nowhere/at/all.json", ASKIAM_STORE="nonsense:")
        self.assertEqual(self.eval([ALLOWED], env=broken).json()["decision"], "Allowed")

    def test_a_line_that_comes_alone_is_answered_at_once(self):
        with subprocess.Popen([PROGRAM, "policy", "eval", "--batch", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              env=environment()) as program:
            for _ in range(3):
                program.stdin.write(json.dumps(ALLOWED).encode() + b"\n")
                program.stdin.flush()
                ready, _, _ = select.select([program.stdout], [], [], 60)
                self.assertTrue(ready)
                self.assertIn(b"Allowed", os.read(program.stdout.fileno(), 65536))
            program.stdin.close()
            self.assertEqual(program.wait(60), 0)


if __name__ == "__main__":
    unittest.main()
