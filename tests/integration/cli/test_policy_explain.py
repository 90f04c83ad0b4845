# SPDX-License-Identifier: Apache-2.0
"""askiam policy explain: why, in words and as JSON; for a case in a file, and for a request for access under the store's policies."""

import json
import unittest

from support import CliCase, run

HOME = {"Sid": "Home", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::data/home/${aws:username}/*",
        "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}}}
KEEP = {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [HOME, KEEP]}
FULL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def case(action="s3:GetObject", address="10.1.2.3", **more):
    context = {"aws:username": "alice", **({"aws:SourceIp": address} if address else {})}
    return {"identityPolicies": [POLICY], **more,
            "request": {"principal": "arn:aws:iam::111122223333:user/alice", "action": action,
                        "resource": "arn:aws:s3:::data/home/alice/x", "context": context}}


class ExplainCase(CliCase):
    def explain(self, question, *options):
        path = self.room / "case.json"
        path.write_text(question if isinstance(question, str) else json.dumps(question, indent=1), encoding="utf-8")
        return run(*options, "policy", "explain", str(path))

    def told(self, question):
        result = self.explain(question)
        self.assertCode(result, 0)
        self.assertEqual(result.err, "")
        return " ".join(result.out.split())

    def test_allowed(self):
        told = self.told(case())
        self.assertIn("✓ Allowed", told)
        self.assertIn("Allow by statement Home of the identity policy [0]", told)
        self.assertIn('✓ IpAddress aws:SourceIp "10.0.0.0/8" or "192.168.0.0/16"; the request has "10.1.2.3"', told)
        self.assertNotIn("nearest", told)

    def test_denied_explicitly(self):
        told = self.told(case("s3:DeleteObject"))
        self.assertIn("✗ Denied explicitly", told)
        self.assertIn("Deny by Statement[1] of the identity policy [0]", told)
        self.assertNotIn("Allow by", told)

    def test_denied_for_want_of_an_allow_says_what_came_nearest(self):
        told = self.told(case(address="203.0.113.9"))
        self.assertIn("✗ Denied: not allowed", told)
        self.assertIn("What came nearest to allowing it, and what it lacked: Allow by statement Home", told)
        self.assertIn('✗ IpAddress aws:SourceIp "10.0.0.0/8" or "192.168.0.0/16"; the request has "203.0.113.9"', told)
        self.assertIn("the request has none", self.told(case(address=None)))

    def test_variables_without_a_value_are_told(self):
        home = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::data/home/${aws:username}/*",
                "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["x", "${aws:TagKeys}"]}}}
        question = {**case(), "identityPolicies": [{"Version": "2012-10-17", "Statement": home}]}
        question["request"] = {**question["request"], "context": {"aws:PrincipalTag/team": "y", "aws:TagKeys": ["a", "b"]}}
        told = self.told(question)
        self.assertIn("it is about another resource; ${aws:username} has no value here", told)
        self.assertIn('"x" or "${aws:TagKeys}"; the request has "y"; ${aws:TagKeys} has several values here', told)

    def test_quotation_marks_in_values_are_escaped(self):
        home = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": '"x"'}}}
        question = {**case(), "identityPolicies": [{"Version": "2012-10-17", "Statement": home}]}
        question["request"] = {**question["request"], "context": {"aws:PrincipalTag/team": ["a\\b", '"a\\']}}
        self.assertIn(r'''aws:PrincipalTag/team "\"x\""; the request has "a\b" and "\"a\\"''', self.told(question))
        self.assertIn(r'''"\"x\"" (the request has "a\b", "\"a\\")''', self.explain(question, "--json").json()["summary"])

    def test_everything_is_said_once(self):
        for question in (case(), case("s3:DeleteObject"), case(address="203.0.113.9")):
            told = self.told(question)
            self.assertEqual(told.count("statement Home") + told.count("Statement[1]"), 1, told)
            self.assertLessEqual(told.count("IpAddress"), 1, told)
            summary = self.explain(question, "--json").json()["summary"]
            self.assertTrue(summary.startswith(self.explain(question, "--json").json()["reason"]))

    def test_the_nearest_come_first_and_not_all_of_them(self):
        statements = [{"Effect": "Allow", "Action": f"ec2:Run{at}", "Resource": f"arn:aws:ec2:::x{at}"} for at in range(20)]
        far = {"Version": "2012-10-17", "Statement": statements}
        told = self.told({**case(address="203.0.113.9"), "identityPolicies": [far, POLICY]})
        nearest = told.split("what it lacked:")[1]
        self.assertLess(nearest.index("Home"), nearest.index("about another action"))
        self.assertEqual(nearest.count("Allow by"), 3)

    def test_what_allows_and_does_not_suffice(self):
        told = self.told(case(address="203.0.113.9", serviceControlPolicies=[[FULL], [FULL]]))
        self.assertIn("What allows it, and does not suffice: Allow by Statement[0] of the service control policy [0] on level 0", told)
        self.assertIn("on level 1", told)

    def test_as_json(self):
        explained = self.explain(case(address="203.0.113.9"), "--json").json()
        self.assertEqual(explained["decision"], "ImplicitlyDenied")
        self.assertTrue(explained["summary"])
        home = explained["statements"][0]
        self.assertEqual((home["sid"], home["effect"], home["matched"], home["action"]), ("Home", "Allow", False, True))
        self.assertEqual(home["conditions"], [{"operator": "IpAddress", "key": "aws:SourceIp", "values": ["10.0.0.0/8", "192.168.0.0/16"],
                                               "actual": ["203.0.113.9"], "matched": False}])

    def test_a_document_that_aws_would_refuse(self):
        question = {**case(), "identityPolicies": [{"Statement": []}]}
        self.assertIn("AWS would refuse", self.told(question))
        self.assertEqual(set(self.explain(question, "--json").json()), {"error"})

    def test_what_is_no_case(self):
        self.assertFails(self.explain('{\n "request": }'), 65, "line 2")
        self.assertFails(self.explain("[]"), 65)
        self.assertFails(run("policy", "explain", str(self.room / "none.json")), 65, "none.json")
        self.assertEqual(run("--json", "policy", "explain", "-", stdin=json.dumps(case())).json()["decision"], "Allowed")

    def test_usage(self):
        self.assertFails(run("policy", "explain"), 64, "FILE", "--user", "--role")
        self.assertFails(run("policy", "explain", "--user", "x"), 64, "--role")
        self.assertFails(run("policy", "explain", "case.json", "--user", "x"), 64, "FILE", "--user")
        self.assertFails(run("policy", "explain", "one", "two"), 64, "two")
        request = ("policy", "explain", "--user", "x", "--role", "y")
        self.assertFails(run(*request, "--for", "8h", "--until", "2030-01-01"), 64, "--for", "--until")
        for length in ("long", "0h", "-8h", "2020-01-01", ""):
            self.assertFails(run(*request, "--for", length), 64, "--for", "8h")
        for time in ("soon", "2020-01-01", "2020-01-01T00:00:00Z", "7d", "now", "2030-02-30"):
            self.assertFails(run(*request, "--until", time), 64, "--until", "2030-01-31")


class ExplainRequest(CliCase):
    POLICIES = {
        "office": {"Version": "2012-10-17", "Statement": [
            {"Sid": "OfficeOnly", "Effect": "Deny", "Action": "askiam:RequestRole", "Resource": "arn:aws:askiam:::application/workday/role/*",
             "Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}]},
        "short": {"Version": "2012-10-17", "Statement": [
            {"Sid": "HrForAShift", "Effect": "Allow", "Action": "askiam:RequestRole", "Resource": "*", "Condition": {
                "StringEquals": {"askiam:UserDepartment": "Human Resources"},
                "NumericLessThanEquals": {"askiam:RequestedDurationSeconds": "28800"}}}]}}

    def setUp(self):
        super().setUp()
        self.sample()
        path = self.room / "policies.json"
        path.write_text(json.dumps({"policies": self.POLICIES}), encoding="utf-8")
        self.assertCode(self.askiam("import", str(path)), 0)

    def explain(self, *options, mode="guardrail", role="wd-hr-analyst"):
        return self.askiam("--json", "--set", f"policy.mode={mode}", "policy", "explain", "--user", "john.doe", "--role", role, *options)

    def outcome(self, *options, **more):
        explained = self.explain(*options, **more).json()
        return explained["decision"], explained["passed"]

    def test_guardrail_says_why_it_passes_what_nothing_allows(self):
        only_deny = "No policy denies this. In the policy mode guardrail only an explicit Deny refuses: that no policy allows this does not count."
        request = ("--user", "john.doe", "--role", "wd-hr-analyst", "--ip", "10.0.0.7")
        told = " ".join(self.askiam("--set", "policy.mode=guardrail", "policy", "explain", *request).out.split())
        self.assertEqual(told, "✓ Not denied, so it passes " + only_deny)
        self.assertEqual(self.explain("--ip", "10.0.0.7").json()["detail"], only_deny)
        self.assertNotIn("guardrail", self.explain("--ip", "10.0.0.7", "--for", "8h").json()["detail"])

    def test_guardrail_and_allowlist(self):
        inside = ("--ip", "10.0.0.7")
        self.assertEqual(self.outcome(*inside), ("ImplicitlyDenied", True))
        self.assertEqual(self.outcome(*inside, mode="allowlist"), ("ImplicitlyDenied", False))
        self.assertEqual(self.outcome(*inside, "--for", "8h", mode="allowlist"), ("Allowed", True))
        self.assertEqual(self.outcome(*inside, "--for", "9h", mode="allowlist"), ("ImplicitlyDenied", False))
        self.assertEqual(self.outcome("--ip", "203.0.113.9"), ("ExplicitlyDenied", False))
        self.assertEqual(self.outcome(), ("ExplicitlyDenied", False))

    def test_a_length_is_exact(self):
        statements = self.explain("--for", "8h").json()["statements"]
        shift = next(one for one in statements if one["sid"] == "HrForAShift")
        self.assertEqual(next(one["actual"] for one in shift["conditions"] if one["key"].endswith("Seconds")), ["28800"])

    def test_until_includes_its_day(self):
        last = self.explain("--until", "2999-12-31").json()
        shift = next(one for one in last["statements"] if one["sid"] == "HrForAShift")
        seconds = float(next(one for one in shift["conditions"] if one["key"] == "askiam:RequestedDurationSeconds")["actual"][0])
        exact = self.explain("--until", "3000-01-01T00:00:00Z").json()
        shift = next(one for one in exact["statements"] if one["sid"] == "HrForAShift")
        self.assertAlmostEqual(seconds, float(next(one for one in shift["conditions"] if one["key"].endswith("Seconds"))["actual"][0]), delta=60)

    def test_the_application_is_the_role_s_own_unless_said(self):
        self.assertEqual(self.explain("--app", "workday").json()["decision"], self.explain().json()["decision"])

    def test_in_words(self):
        told = " ".join(self.askiam("policy", "explain", "--user", "john.doe", "--role", "wd-hr-analyst", "--ip", "203.0.113.9").out.split())
        self.assertIn("✗ Denied explicitly", told)
        self.assertIn("Deny by statement OfficeOnly of the policy office", told)
        self.assertEqual(told.count("OfficeOnly"), 1)
        self.assertIn('✓ NotIpAddress aws:SourceIp "10.0.0.0/8"; the request has "203.0.113.9"', told)
        spared = self.askiam("policy", "explain", "--user", "john.doe", "--role", "wd-hr-analyst", "--ip", "10.0.0.7")
        self.assertIn("✓ Not denied", spared.out)
        self.assertNotIn("nearest", spared.out)

    def test_what_does_not_exist(self):
        self.assertFails(self.askiam("policy", "explain", "--user", "nobody", "--role", "wd-hr-analyst"), 65, "user")
        self.assertFails(self.askiam("policy", "explain", "--user", "john.doe", "--role", "nothing"), 65, "role")
        self.assertFails(self.askiam("policy", "explain", "--user", "john.doe", "--role", "wd-hr-analyst", "--app", "nowhere"), 65, "application")
        self.store = f"sqlite:{self.room}/other.db"
        self.assertFails(self.askiam("policy", "explain", "--user", "john.doe", "--role", "wd-hr-analyst"), 78, "init")

    def test_without_any_policy(self):
        self.store = f"sqlite:{self.room}/bare.db"
        self.assertCode(self.askiam("init", "--sample"), 0)
        self.assertCode(self.explain("--ip", "10.0.0.7"), 0)


if __name__ == "__main__":
    unittest.main()
