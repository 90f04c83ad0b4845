# SPDX-License-Identifier: Apache-2.0
"""Four theorems that hold of any policies, asked of the program in bulk: an explicit deny wins; an allow needs an allow; what nothing
allows is denied; neither the order nor the number of copies of documents, statements and values matters."""

import copy
import json
import random
import unittest

import generate
import support

COUNT = 3000
LISTS = ("identityPolicies", "permissionBoundaries", "endpointPolicies")
LEVELS = ("serviceControlPolicies", "resourceControlPolicies")
SINGLE = ("resourcePolicy", "sessionPolicy")
DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def with_principal(name):
    return name in ("resourcePolicy", "resourceControlPolicies", "endpointPolicies")


def documents(case):
    """Each document of the case, and what it is attached as."""
    for name in LISTS:
        yield from ((name, document) for document in case.get(name, []))
    for name in LEVELS:
        yield from ((name, document) for level in case.get(name, []) for document in level)
    yield from ((name, case[name]) for name in SINGLE if name in case)


def statements(document):
    if not isinstance(document["Statement"], list):
        document["Statement"] = [document["Statement"]]
    return document["Statement"]


def applies(name, principal):
    """Whether this kind of policy restricts this principal: an SCP no service, neither SCP nor RCP a service-linked role."""
    if name == "serviceControlPolicies" and not principal.startswith("arn:"):
        return False
    return name not in LEVELS or "AWSServiceRoleFor" not in principal


class Theorems(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cases = [generate.case(10 ** 9 + at) for at in range(COUNT)]
        answers = support.ask(cases)
        cls.cases = [case for case, answer in zip(cases, answers) if "error" not in answer]
        cls.answers = [answer for answer in answers if "error" not in answer]

    def decisions(self, cases):
        return [support.decision_of(answer) for answer in support.ask(cases)]

    def assertSameDecisions(self, changed):
        for case, other, answer, decision in zip(self.cases, changed, self.answers, self.decisions(changed)):
            self.assertEqual(decision, answer["decision"], f"\n{json.dumps(case)}\n{json.dumps(other)}")

    def test_a_deny_that_matched_decides_and_nothing_else_denies_explicitly(self):
        for case, answer in zip(self.cases, self.answers):
            denied = any(match["effect"] == "Deny" for match in answer["matched"])
            self.assertEqual(answer["decision"] == "ExplicitlyDenied", denied, case)

    def test_an_explicit_deny_added_anywhere_wins(self):
        dice = random.Random(1)
        changed, counted = [], 0
        for case in self.cases:
            case = copy.deepcopy(case)
            places = [place for place in documents(case) if applies(place[0], case["request"]["principal"])]
            if not places:
                continue
            name, document = dice.choice(places)
            deny = {**DENY, "Principal": "*"} if with_principal(name) else DENY
            statements(document).insert(dice.randint(0, len(statements(document))), deny)
            changed.append(case)
            counted += 1
        self.assertGreater(counted, COUNT // 2)
        self.assertEqual(set(self.decisions(changed)), {"ExplicitlyDenied"})

    def test_an_allow_needs_an_allow(self):
        for case, answer in zip(self.cases, self.answers):
            if answer["decision"] == "Allowed" and not case["request"]["principal"].endswith(":root"):
                self.assertIn("Allow", [match["effect"] for match in answer["matched"]], case)

    def test_without_its_allows_nothing_is_allowed(self):
        changed = []
        for case in self.cases:
            case = copy.deepcopy(case)
            for _, document in documents(case):
                for statement in statements(document):
                    statement["Effect"] = "Deny"
            if not case["request"]["principal"].endswith(":root"):
                changed.append(case)
        self.assertNotIn("Allowed", self.decisions(changed))

    def test_by_default_everything_is_denied(self):
        bare = [{"request": case["request"]} for case in self.cases]
        for case, decision in zip(bare, self.decisions(bare)):
            root = case["request"]["principal"].endswith(":root")
            self.assertIn(decision, ("Allowed", "ImplicitlyDenied") if root else ("ImplicitlyDenied",), case)

    def test_order_does_not_matter(self):
        dice = random.Random(2)
        changed = [self.shuffled(copy.deepcopy(case), dice) for case in self.cases]
        self.assertSameDecisions(changed)

    def shuffled(self, value, dice):
        """Every list and every object in another order."""
        if isinstance(value, dict):
            members = [(name, self.shuffled(member, dice)) for name, member in value.items()]
            dice.shuffle(members)
            return dict(members)
        if isinstance(value, list):
            items = [self.shuffled(item, dice) for item in value]
            dice.shuffle(items)
            return items
        return value

    def test_copies_do_not_matter(self):
        changed = []
        for case in self.cases:
            case = copy.deepcopy(case)
            for _, document in documents(case):
                statements(document).extend([{name: value for name, value in statement.items() if name != "Sid"}
                                             for statement in document["Statement"]])
                for statement in document["Statement"]:
                    for name in ("Action", "NotAction", "Resource", "NotResource"):
                        if name in statement and statement[name] != "*":  # an RCP allows "*", and no list of it
                            values = statement[name] if isinstance(statement[name], list) else [statement[name]]
                            statement[name] = values * 2
            for name in LISTS:
                if name in case:
                    case[name] = case[name] * 2
            for name in LEVELS:
                if name in case:
                    case[name] = [level * 2 for level in case[name]] * 2
            changed.append(case)
        self.assertSameDecisions(changed)


if __name__ == "__main__":
    unittest.main()
