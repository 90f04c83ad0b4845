# SPDX-License-Identifier: Apache-2.0
"""askiam policy check: findings with their places, the exit code, the kinds, and what an import makes of them."""

import json
import unittest

from support import CliCase, run

GOOD = """{"Version": "2012-10-17",
 "Statement": {"Sid": "NoContractors", "Effect": "Deny", "Action": "askiam:RequestRole",
  "Resource": "arn:aws:askiam:::application/workday/role/*",
  "Condition": {"StringEquals": {"askiam:UserDepartment": "Contractors"}}}}
"""
DOUBTFUL = """{"Version": "2012-10-17",
 "Statement": {"Effect": "Deny", "Action": "askiam:RequestRole", "Resource": "*",
  "Condition": {"NumericGreaterThan": {"askiam:RequestedDurationSeconds": "28800"}}}}
"""
REFUSED = """{"Version": "2012-10-17",
 "Statement": [{"Effect": "Alow", "Action": "askiam:RequestRole", "Resource": "*"},
  {"Effect": "Deny", "Action": "RequestRole", "Resource": "*",
   "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.0.0.0/33"]}}}]}
"""
IDENTITY = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}'


class PolicyCheck(CliCase):
    def check(self, *arguments, **options):
        return run("policy", "check", *arguments, cwd=self.room, **options)

    def write(self, name, text):
        path = self.room / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def test_a_good_document_says_nothing(self):
        done = self.check(self.write("good.json", GOOD))
        self.assertEqual((done.code, done.out, done.err), (0, "", ""))

    def test_a_warning_is_told_and_is_no_failure(self):
        done = self.check(self.write("doubtful.json", DOUBTFUL))
        self.assertEqual((done.code, done.err), (0, ""))
        self.assertEqual(done.out,
                         "doubtful.json:3:40: warning: Statement.Condition.NumericGreaterThan."
                         "askiam:RequestedDurationSeconds: a permanent grant has no askiam:RequestedDurationSeconds, so "
                         "this Deny lets it pass; to refuse it too, write NumericGreaterThanIfExists\n")

    def test_every_finding_of_every_file_is_told(self):
        files = [self.write(name, text) for name, text in
                 (("good.json", GOOD), ("refused.json", REFUSED), ("doubtful.json", DOUBTFUL))]
        done = self.check(*files)
        self.assertEqual((done.code, done.err), (65, ""))
        lines = done.out.splitlines()
        self.assertEqual([line.split(" ")[0] for line in lines],
                         ["refused.json:2:27:", "refused.json:3:32:", "refused.json:4:63:", "doubtful.json:3:40:"])
        self.assertTrue(lines[0].startswith('refused.json:2:27: error: Statement[0].Effect: must be "Allow" or "Deny"'))
        self.assertTrue(lines[2].startswith("refused.json:4:63: error: Statement[1].Condition.IpAddress.aws:SourceIp[1]: "))

    def test_json_is_an_object_a_finding(self):
        done = self.check("--json", self.write("a.json", REFUSED), self.write("b.json", DOUBTFUL))
        self.assertEqual((done.code, done.err), (65, ""))
        findings = done.lines()
        self.assertEqual(len(findings), 4)
        self.assertEqual(list(findings[0]), ["file", "line", "column", "severity", "path", "message"])
        self.assertEqual({**findings[1], "message": None},
                         {"file": "a.json", "line": 3, "column": 32, "severity": "error", "path": "Statement[1].Action",
                          "message": None})
        self.assertEqual(findings[3]["severity"], "warning")

    def test_standard_input_is_a_file(self):
        done = self.check("-", stdin="{\n x")
        self.assertEqual(done.code, 65)
        self.assertEqual(done.out, "<stdin>:2:2: error: expected a member's name in double quotes\n")
        self.assertEqual(self.check("-", stdin=b"\xef\xbb\xbf" + GOOD.encode()).code, 0)
        self.assertIn("<stdin>:1:1: error: nothing there", self.check("-", stdin="").out)

    def test_the_kind_says_what_is_allowed(self):
        name = self.write("identity.json", IDENTITY)
        self.assertIn("warning: Statement.Action: no access request has the action", self.check(name).out)
        self.assertEqual(self.check("--kind", "identity", name).out, "")
        refused = self.check("--kind", "resource", name)
        self.assertEqual(refused.code, 65)
        self.assertIn("must contain a Principal", refused.out)

    def test_an_unknown_kind_is_a_mistake_of_usage(self):
        done = self.check("--kind", "idenity", "x.json")
        self.assertEqual((done.code, done.out), (64, ""))
        self.assertIn("did you mean identity?", done.err)
        self.assertEqual(self.check("--kind", "x", "x.json").code, 64)
        self.assertEqual(self.check().code, 64)

    def test_a_file_that_cannot_be_read_does_not_hide_the_others(self):
        done = self.check("missing.json", self.write("refused.json", REFUSED))
        self.assertEqual(done.code, 65)
        self.assertIn("cannot read missing.json: No such file", done.err)
        self.assertEqual(len(done.out.splitlines()), 3)

    def test_a_document_has_at_most_256_kib(self):
        done = self.check(self.write("large.json", GOOD + " " * 256 * 1024))
        self.assertEqual((done.code, done.out), (65, "large.json:1:1: error: a policy has at most 256 KiB\n"))

    def test_what_is_hostile_in_a_document_does_not_reach_the_terminal(self):
        done = self.check("-", stdin='{"\\u001b[31m\\u202e\\u009b": 1, "Statement": {"Effect": "\\u0007"}}')
        self.assertEqual(done.code, 65)
        for bad in "\x1b\x07\u202e\x9b":
            self.assertNotIn(bad, done.out)

    def test_an_import_is_refused_as_a_whole(self):
        self.askiam("init")
        self.write("org/users.csv", "user_id,name\nann,Ann\n")
        self.write("org/policies/doubtful.json", DOUBTFUL)
        self.write("org/policies/refused.json", REFUSED)
        done = self.askiam("import", str(self.room / "org"))
        self.assertEqual(done.code, 65)
        self.assertIn("policies/doubtful.json:3: warning: column 40: Statement.Condition.", done.err)
        self.assertIn('policies/refused.json:2: column 27: Statement[0].Effect: must be "Allow" or "Deny"', done.err)
        (self.room / "org" / "policies" / "refused.json").unlink()
        done = self.askiam("--json", "import", str(self.room / "org"))
        self.assertEqual(done.code, 0, done)
        self.assertEqual(json.loads(done.out)["policies"], 1)
        self.assertIn("warning", done.err)


if __name__ == "__main__":
    unittest.main()
