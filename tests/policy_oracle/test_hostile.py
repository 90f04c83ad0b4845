# SPDX-License-Identifier: Apache-2.0
"""Lines that mean harm: each gets one clear answer, quickly, and leaves the others alone."""

import json
import time
import unittest

import support

POLICY = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
REQUEST = {"principal": "arn:aws:iam::111122223333:user/a", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
GOOD = json.dumps({"identityPolicies": [POLICY], "request": REQUEST}).encode()
SECONDS = 20  # a sanitized build on a busy machine; quadratic work on these sizes takes hours


def case(statement=None, request=None, **more):
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", **(statement or {})}
    return json.dumps({"identityPolicies": [{"Version": "2012-10-17", "Statement": statement}],
                       "request": {**REQUEST, **(request or {})}, **more}).encode()


def spliced(part, text):
    """The good line with a part of it replaced by text that no JSON writer would write."""
    assert part in GOOD
    return GOOD.replace(part, text, 1)


class Hostile(unittest.TestCase):
    def answer(self, line):
        """The answer to a line that stands between two good ones."""
        began = time.monotonic()
        code, answers, complaints = support.ask_raw([GOOD, line, GOOD])
        self.assertLess(time.monotonic() - began, SECONDS, line[:200])
        self.assertEqual(len(answers), 3, (line[:200], complaints[-2000:]))
        self.assertEqual([answers[0]["decision"], answers[2]["decision"]], ["Allowed", "Allowed"])
        return code, answers[1]

    def assertMalformed(self, line):
        code, answer = self.answer(line)
        self.assertEqual((code, answer.get("status"), answer.get("line")), (65, "ERROR", 2), (line[:200], answer))
        self.assertEqual(answer["reason_codes"], ["INVALID_REQUEST"])
        self.assertTrue(answer["reason"])
        self.assertLess(len(answer["reason"]), 600)

    def assertRefused(self, line):
        """A document that AWS would refuse is an answer."""
        code, answer = self.answer(line)
        self.assertEqual((code, set(answer)), (0, {"error"}), (line[:200], answer))
        self.assertTrue(answer["error"])

    def assertDecision(self, line, decision):
        code, answer = self.answer(line)
        self.assertEqual((code, answer.get("decision")), (0, decision), (line[:200], answer))

    def test_lines_that_are_no_json(self):
        for line in (b"{", b"nonsense", b'{"request": }', GOOD + b" trailing", GOOD[:-1], b"\xff\xfe", b"'single'",
                     spliced(b'"request"', b"request"), spliced(b"s3:GetObject", b"s3:Get\xc3\x28Object"),
                     spliced(b"s3:GetObject", b"s3:Get\x01Object"), spliced(b"s3:GetObject", b"s3:Get\x00Object"),
                     spliced(b"s3:GetObject", b"s3:Get\\u0000Object"), spliced(b"s3:GetObject", b"s3:Get\\ud800Object"),
                     spliced(b"s3:GetObject", b"s3:Get\\x41Object")):
            self.assertMalformed(line)

    def test_numbers_that_are_none(self):
        for number in (b"NaN", b"Infinity", b"-Infinity", b"01", b"+1", b".5", b"1.", b"0x10", b"1e", b"--1"):
            self.assertMalformed(spliced(b'"action"', b'"context": {"k:n": ' + number + b'}, "action"'))

    def test_lines_of_another_form(self):
        request = dict(REQUEST)
        for line in ([], "text", 7, None, {}, {"request": None}, {"request": []}, {"request": {}}, {"identityPolicies": [POLICY]},
                     {"request": {**request, "principal": None}}, {"request": {**request, "principal": 7}},
                     {"request": {**request, "action": ["s3:GetObject"]}}, {"request": {**request, "resource": {}}},
                     {"request": {**request, "context": []}}, {"request": {**request, "context": "k"}},
                     {"request": {**request, "context": {"k": {"a": "b"}}}}, {"request": {**request, "context": {"k": [["a"]]}}},
                     {"request": {name: request[name] for name in ("principal", "action")}},
                     {"request": request, "identityPolicies": {}}, {"request": request, "identityPolicies": "all"},
                     {"request": request, "serviceControlPolicies": [POLICY]}, {"request": request, "resourceControlPolicies": POLICY}):
            self.assertMalformed(json.dumps(line).encode())

    def test_duplicate_members(self):
        self.assertMalformed(spliced(b'"action"', b'"action": "s3:ListBucket", "action"'))
        self.assertMalformed(spliced(b'"request"', b'"request": {}, "request"'))
        for part, twice in ((b'"Effect"', b'"Effect": "Deny", "Effect"'), (b'"Version"', b'"Version": "2008-10-17", "Version"'),
                            (b'"Effect"', b'"Effect": "Deny", "E\\u0066fect"')):
            code, answer = self.answer(spliced(part, twice))
            self.assertTrue(answer.get("status") == "ERROR" and code == 65 or "error" in answer and code == 0, answer)

    def test_depth(self):
        for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
            for depth in (65, 1000, 100000):
                nested = opening * depth + b"1" + closing * depth
                self.assertMalformed(nested)
                self.assertMalformed(spliced(b'"request"', b'"more": ' + nested + b', "request"'))
        self.assertMalformed(b"[" * 1000000)

    def test_size(self):
        self.assertMalformed(spliced(b'"request"', b'"more": "' + b"x" * (16 * 1024 * 1024) + b'", "request"'))
        self.assertDecision(spliced(b'"request"', b'"more": "' + b"x" * (1024 * 1024) + b'", "request"'), "Allowed")

    def test_wildcards_of_64_kib(self):
        stars = "*a" * 32768
        for pattern, value, fits in ((stars, "a" * 65536, True), (stars, "a" * 32767, False), (stars + "b", "a" * 65536, False),
                                     ("*" * 65536, "a" * 65536, True), ("*" * 65535 + "b", "a" * 65536, False),
                                     ("?" * 65536, "a" * 65536, True), ("?*" * 32768, "a" * 32767, False),
                                     ("*ab" * 21845, "a" * 65536, False), ("*" + "a" * 32768 + "b*", "a" * 65536, False),
                                     ("a*" * 32768 + "c", "ab" * 32768, False)):
            decision = "Allowed" if fits else "ImplicitlyDenied"
            name = pattern[:12]
            with self.subTest(name, value=value[:4]):
                self.assertDecision(case({"Condition": {"StringLike": {"k:a": pattern}}}, {"context": {"k:a": value}}), decision)
                self.assertDecision(case({"Resource": f"arn:aws:s3:::{pattern}"}, {"resource": f"arn:aws:s3:::{value}"}), decision)
                self.assertDecision(case({"Action": f"s3:{pattern}"}, {"action": f"s3:{value}"}), decision)
                self.assertDecision(case({"Condition": {"ArnLike": {"k:a": f"arn:aws:s3:::{pattern}"}}},
                                         {"context": {"k:a": f"arn:aws:s3:::{value}"}}), decision)

    def test_many_variables(self):
        self.assertDecision(case({"Resource": "arn:aws:s3:::" + "${k:a}" * 10000}, {"resource": "arn:aws:s3:::" + "b" * 10000,
                                                                                      "context": {"k:a": "b"}}), "Allowed")
        self.assertDecision(case({"Condition": {"StringLike": {"k:b": "*${k:a}" * 5000}}},
                                 {"context": {"k:a": "a" * 100, "k:b": "a" * 65536}}), "ImplicitlyDenied")
        self.assertDecision(case({"Condition": {"StringLike": {"k:b": "*${k:a}*"}}},
                                 {"context": {"k:a": "a" * 32768 + "b", "k:b": "a" * 65536}}), "ImplicitlyDenied")

    def test_many_statements_keys_and_values(self):
        policies = [{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": f"s3:Get{at}", "Resource": f"arn:aws:s3:::b{at}/*"} for at in range(first, first + 200)]}
            for first in range(0, 20000, 200)]
        self.assertDecision(json.dumps({"identityPolicies": policies, "request": {
            **REQUEST, "action": "s3:get19999", "resource": "arn:aws:s3:::b19999/k"}}).encode(), "Allowed")
        many = [f"v{at}" for at in range(15000)]
        self.assertDecision(case({"Condition": {"StringEquals": {"k:a": many}}}, {"context": {"k:a": "v14999"}}), "Allowed")
        self.assertDecision(case({"Condition": {"StringEquals": {"k:3999": "x"}}},
                                 {"context": {f"k:{at}": "x" for at in range(4000)}}), "Allowed")
        some = [f"v{at}" for at in range(1500)]
        self.assertDecision(case({"Condition": {"ForAllValues:StringEquals": {"k:a": some}}}, {"context": {"k:a": some}}), "Allowed")

    def test_levels_beyond_what_an_organisation_has(self):
        code, answer = self.answer(case(serviceControlPolicies=[[POLICY]] * 1000))
        self.assertTrue(code == 65 and answer.get("status") == "ERROR" or code == 0 and "error" in answer, answer)

    def test_principals_that_are_none(self):
        for principal in ("", "*", "arn:", "arn:aws:iam::111122223333", "user/a", "a b.amazonaws.com", "arn:aws:iam::1\u0000:user/a"):
            self.assertMalformed(case(request={"principal": principal}))

    def test_what_a_document_may_contain(self):
        self.assertRefused(case({"Condition": {"StringEquals": {"k:a": {"deep": "er"}}}}))
        self.assertRefused(case({"Action": [None]}))
        self.assertRefused(case({"Effect": 1e308}))
        self.assertRefused(case({"Resource": "x" * 65536}))
        self.assertRefused(case({"\u202eeffect": "Allow"}))


if __name__ == "__main__":
    unittest.main()
