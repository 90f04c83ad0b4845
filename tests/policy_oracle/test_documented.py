# SPDX-License-Identifier: Apache-2.0
"""What AWS's documentation says of its own examples, asked of the program and of the second evaluator.

documented.jsonl has a case a line: `source` is the title of the page (IAM User Guide unless it says otherwise), `says` the sentence that
states the outcome, `case` what `askiam policy eval` takes, `expect` the decision, or that the document is refused, and where the
example is about that the statements that match."""

import json
import pathlib
import unittest

import oracle
import support

CASES = [json.loads(line) for line in
         (pathlib.Path(__file__).parent / "documented.jsonl").read_text(encoding="utf-8").splitlines()]


class Documented(unittest.TestCase):
    maxDiff = None

    def check(self, case, answer):
        with self.subTest(case["name"], source=case["source"], says=case["says"]):
            self.assertEqual(support.decision_of(answer), case["expect"].get("decision", "error"), json.dumps(case["case"]))
            if "matched" in case["expect"]:
                matched = [{name: match[name] for name in ("policy", "statement", "effect")} for match in answer["matched"]]
                self.assertCountEqual(matched, case["expect"]["matched"])

    def test_names_are_unique_and_cases_many(self):
        self.assertEqual(len({case["name"] for case in CASES}), len(CASES))
        self.assertGreaterEqual(len(CASES), 400)

    def test_the_second_evaluator_agrees_with_the_documentation(self):
        for case in CASES:
            self.check(case, oracle.evaluate(case["case"]))

    def test_the_program_agrees_with_the_documentation(self):
        for case, answer in zip(CASES, support.ask([case["case"] for case in CASES])):
            self.check(case, answer)


if __name__ == "__main__":
    unittest.main()
