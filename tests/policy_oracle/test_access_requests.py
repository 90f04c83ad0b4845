# SPDX-License-Identifier: Apache-2.0
"""Policies about access requests, end to end: random policies in a store, every person asking for every role, and the check POLICY as
the second evaluator has it from the contract's context keys (docs/policies.md)."""

import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

import oracle
import support

STORES = 4
PEOPLE = [{"user_id": f"p{at}", "email": f"p{at}@example.com", "name": f"Person {name}", "status": "active", "department": department,
           "title": title, "manager": manager, "clearance": clearance}
          for at, (name, department, title, manager, clearance) in enumerate((
              ("Ada", "Sales", "Rep", "p1", "low"), ("Ben", "Sales", "Lead", "", "high"), ("Cleo", "HR", "Rep", "p1", ""),
              ("Dora", "HR & Payroll", "", "p3", "low")))]
APPLICATIONS = [{"app_id": "crm", "name": "Zebra", "description": "", "owner": "p1", "status": "active"},
                {"app_id": "pay.roll", "name": "Giraffe", "description": "", "owner": "", "status": "active"}]
ROLES = [{"role_id": "crm-reader", "app_id": "crm", "name": "Onlooker", "description": "", "permissions": "read;list", "risk": "low",
          "status": "active"},
         {"role_id": "crm-admin", "app_id": "crm", "name": "Captain", "description": "", "permissions": "read;write;admin",
          "risk": "high", "status": "active"},
         {"role_id": "pay-clerk", "app_id": "pay.roll", "name": "Clerk", "description": "", "permissions": "", "risk": "",
          "status": "active"}]
HELD = [{"user_id": "p0", "role_id": "crm-reader", "granted_at": "2020-01-01T00:00:00Z", "expires_at": "", "status": "active"},
        {"user_id": "p3", "role_id": "pay-clerk", "granted_at": "2020-01-01T00:00:00Z", "expires_at": "", "status": "active"}]
PLACES = ("10.1.2.3", "203.0.113.9", "2001:db8::7", None)
AGENTS = ("curl/8.5.0", "Mozilla/5.0 (X11)", None)
LENGTHS = ((None, ""), (3600 * 24 * 2, " for 2 days"), (3600 * 8, " for 8 hours"))


def context(user, role, place, agent, seconds):
    """The contract's keys. What a catalogue does not say of somebody is a key that is missing."""
    application = next(one for one in APPLICATIONS if one["app_id"] == role["app_id"])
    held = [one["role_id"] for one in HELD if one["user_id"] == user["user_id"]]
    keys = {"askiam:UserId": user["user_id"], "askiam:RequesterId": user["user_id"], "askiam:UserStatus": user["status"],
            "askiam:UserDepartment": user["department"], "askiam:UserTitle": user["title"], "askiam:UserManager": user["manager"],
            "askiam:User/clearance": user["clearance"], "askiam:User/department": user["department"],
            "askiam:CurrentRoles": held, "askiam:AppId": role["app_id"], "askiam:AppOwner": application["owner"],
            "askiam:RoleId": role["role_id"], "askiam:RoleRisk": role["risk"],
            "askiam:RolePermissions": [one for one in role["permissions"].split(";") if one], "aws:SourceIp": place,
            "aws:UserAgent": agent, "askiam:RequestedDurationSeconds": seconds, "aws:CurrentTime": "2027-01-01T00:00:00Z"}
    return {name: value for name, value in keys.items() if value not in (None, "", [])}


class Maker:
    def __init__(self, seed):
        self.dice = random.Random(f"access requests {seed}")

    def principal(self):
        return self.dice.choice(("*", {"AWS": "*"}, {"AWS": [f"arn:aws:askiam:::user/p{self.dice.randint(0, 4)}" for _ in "ab"]}))

    def resource(self):
        return self.dice.choice(("*", "arn:aws:askiam:::application/crm/role/*", "arn:aws:askiam:::application/*/role/*-admin",
                                 "arn:aws:askiam:::application/pay.roll/role/pay-clerk", "arn:aws:askiam:::application/${askiam:AppId}/*",
                                 "arn:aws:askiam:::application/*/role/*"))

    def condition(self):
        return self.dice.choice((
            {"StringEquals": {"askiam:UserDepartment": ["Sales", "HR"]}}, {"StringNotEquals": {"askiam:UserTitle": "Rep"}},
            {"StringLike": {"askiam:UserDepartment": "HR*"}}, {"StringEqualsIfExists": {"askiam:User/clearance": "high"}},
            {"StringEquals": {"askiam:UserManager": "${askiam:AppOwner}"}}, {"Null": {"askiam:RequestedDurationSeconds": "true"}},
            {"NumericLessThanEquals": {"askiam:RequestedDurationSeconds": "28800"}},
            {"NumericGreaterThan": {"askiam:RequestedDurationSeconds": "28800"}}, {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
            {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}}, {"StringLike": {"aws:UserAgent": "curl/*"}},
            {"ForAnyValue:StringEquals": {"askiam:RolePermissions": ["admin", "write"]}},
            {"ForAllValues:StringLike": {"askiam:RolePermissions": ["re*", "list"]}},
            {"ForAnyValue:StringLike": {"askiam:CurrentRoles": "crm-*"}}, {"Null": {"askiam:CurrentRoles": True}},
            {"StringEquals": {"askiam:RoleRisk": "high"}}, {"StringEquals": {"askiam:UserId": "${askiam:RequesterId}"}},
            {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}))

    def statement(self):
        statement = {"Effect": self.dice.choice(("Allow", "Deny")), "Action": self.dice.choice(("askiam:RequestRole", "askiam:*", "*")),
                     "Resource": self.resource()}
        if self.dice.random() < 0.5:
            statement["Principal"] = self.principal()
        for _ in range(self.dice.randint(0, 2) if statement["Effect"] == "Allow" else self.dice.randint(1, 2)):
            statement.setdefault("Condition", {}).update(self.condition())
        return statement

    def policies(self):
        return {f"policy-{at}": {"Version": "2012-10-17", "Statement": [self.statement() for _ in range(self.dice.randint(1, 2))]}
                for at in range(self.dice.randint(1, 3))}


class AccessRequests(unittest.TestCase):
    maxDiff = None

    def askiam(self, store, *arguments, stdin=""):
        done = subprocess.run([support.PROGRAM, "--store", store, "--set", "rag.enabled=false", *arguments], input=stdin, text=True,
                              capture_output=True, env=support.environment(), timeout=300, check=False)
        self.assertIn(done.returncode, (0, 1), (arguments, done.stderr))
        return [json.loads(line) for line in done.stdout.splitlines()] if "--batch" in arguments else done

    def requests(self):
        """Who asks for what, from where, and what the policies may read then."""
        for user in PEOPLE:
            for role in ROLES:
                for at, place in enumerate(PLACES):
                    agent, (seconds, words) = AGENTS[at % len(AGENTS)], LENGTHS[(at + len(role["role_id"])) % len(LENGTHS)]
                    around = {name: value for name, value in (("ip", place), ("user_agent", agent)) if value}
                    application = next(one["name"] for one in APPLICATIONS if one["app_id"] == role["app_id"])
                    line = {"user_id": user["user_id"], "request_context": around,
                            "raw_request": f"I need the {role['name']} role in {application}{words}"}
                    yield line, {"principal": f"arn:aws:askiam:::user/{user['user_id']}", "action": "askiam:RequestRole",
                                 "resource": f"arn:aws:askiam:::application/{role['app_id']}/role/{role['role_id']}",
                                 "context": context(user, role, place, agent, seconds)}

    def test_the_check_passes_as_the_second_evaluator_says(self):
        outcomes = set()
        for seed in range(STORES):
            policies = Maker(seed).policies()
            with tempfile.TemporaryDirectory(prefix="askiam-policies-") as room:
                store = f"sqlite:{room}/iam.db"
                organisation = pathlib.Path(room) / "organisation.json"
                organisation.write_text(json.dumps({"users": PEOPLE, "applications": APPLICATIONS, "roles": ROLES, "user_roles": HELD,
                                                    "policies": policies}), encoding="utf-8")
                self.askiam(store, "init")
                self.askiam(store, "import", str(organisation))
                asked = list(self.requests())
                lines = "".join(json.dumps(line) + "\n" for line, _ in asked)
                for mode in ("guardrail", "allowlist"):
                    answers = self.askiam(store, "--set", f"policy.mode={mode}", "validate", "--dry-run", "--batch", "-", stdin=lines)
                    for (line, request), answer in zip(asked, answers):
                        expected = oracle.evaluate_access(list(policies.values()), request, mode)
                        check = next((one for one in answer["mcp"]["checks"] if one["code"] == "POLICY"), None)
                        self.assertIsNotNone(check, answer)
                        self.assertEqual(check["passed"], expected["passed"], (mode, line, request, policies, expected, check))
                        code = "POLICY_DENY" if expected["decision"] == "ExplicitlyDenied" else "POLICY_NOT_ALLOWED"
                        self.assertEqual(code in answer["reason_codes"], not expected["passed"], answer["reason_codes"])
                        outcomes.add((mode, expected["decision"]))
        self.assertEqual(len(outcomes), 6)


if __name__ == "__main__":
    unittest.main()
