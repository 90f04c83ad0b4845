# SPDX-License-Identifier: Apache-2.0
"""The program and the second evaluator give the same answers: decision, and the set of statements that matched.
ASKIAM_POLICY_CASES is how many cases; differential.py runs more by hand."""

import os
import unittest

import differential

COUNT = int(os.environ.get("ASKIAM_POLICY_CASES", "20000"))


class Differential(unittest.TestCase):
    def test_same_answers(self):
        decisions, different = differential.run(0, COUNT, os.cpu_count())
        if different:
            self.fail(f"{len(different)} of {COUNT} cases differ: {different[:20]}\n"
                      + "\n".join(differential.describe(number) for number in different[:3]))
        self.assertEqual(sum(decisions.values()), COUNT)
        self.assertGreater(decisions["Allowed"], 0.35 * COUNT)
        for decision in ("ImplicitlyDenied", "ExplicitlyDenied", "error"):
            self.assertGreater(decisions[decision], 0.01 * COUNT)


if __name__ == "__main__":
    unittest.main()
