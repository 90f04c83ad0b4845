#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program against the second evaluator, over many random cases.

    ASKIAM=build/bin/askiam tests/policy_oracle/differential.py [--from N] [--count N] [--jobs N]

A case is made from its number; a difference is told with the number and with the smallest case that still shows it. Exit 1 where
there was one."""

import argparse
import collections
import json
import multiprocessing
import os
import sys

import generate
import oracle
import support
from shrink import shrink

CHUNK = 2000


def differs(case, answer):
    return support.essence(oracle.evaluate(case)) != support.essence(answer)


def kind_of_difference(expected, answer):
    """None where there is none. A shrunk case has to differ in the same way as the one that it comes from."""
    if support.essence(expected) == support.essence(answer):
        return None
    return support.decision_of(expected), support.decision_of(answer)


def differences(cases):
    """For each case how the two differ. A case that the second evaluator cannot read is of no interest here."""
    expected = [_try(case) for case in cases]
    lines = [json.dumps(case).encode() for case, one in zip(cases, expected) if one is not None]
    _, answers, _ = support.ask_raw(lines)
    if len(answers) != len(lines):
        return [None] * len(cases)
    answers = iter(answers)
    found = []
    for one in expected:
        answer = None if one is None else next(answers)
        found.append(None if answer is None or "status" in answer else kind_of_difference(one, answer))
    return found


def _try(case):
    try:
        return oracle.evaluate(case)
    except (KeyError, ValueError, AttributeError, TypeError):
        return None


def compare(numbers):
    """What came out, counted, and the numbers of the cases that came out differently."""
    cases = [generate.case(number) for number in numbers]
    answers = support.ask(cases)
    decisions = collections.Counter(support.decision_of(answer) for answer in answers)
    return decisions, [number for number, case, answer in zip(numbers, cases, answers) if differs(case, answer)]


def run(first, count, jobs):
    decisions, different = collections.Counter(), []
    chunks = [range(at, min(at + CHUNK, first + count)) for at in range(first, first + count, CHUNK)]
    with multiprocessing.Pool(jobs) as pool:
        for some, wrong in pool.imap(compare, chunks):
            decisions += some
            different += wrong
    return decisions, different


def describe(number):
    """The smallest case that still shows the difference, and both answers."""
    case = generate.case(number)
    kind = differences([case])[0]
    case = shrink(case, lambda cases: [one == kind for one in differences(cases)])
    answer = support.ask([case])[0]
    return (f"case {number}, shrunk:\n{json.dumps(case, ensure_ascii=False)}\n"
            f"  program: {json.dumps(answer)}\n  oracle:  {json.dumps(oracle.evaluate(case))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first number")
    parser.add_argument("--count", type=int, default=1000000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--show", type=int, default=10, help="how many differences to show")
    options = parser.parse_args()
    decisions, different = run(options.first, options.count, options.jobs)
    print(f"{options.count} cases: {dict(decisions)}; {len(different)} differ: {different[:50]}")
    for number in different[:options.show]:
        print(describe(number))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
