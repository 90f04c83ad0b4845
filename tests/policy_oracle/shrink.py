# SPDX-License-Identifier: Apache-2.0
"""Makes a case smaller while something stays true of it."""

import copy

# What every case has, and stays as it is.
KEPT = {("request",), ("request", "principal"), ("request", "action"), ("request", "resource")}
# Texts in these are values of some form, of which half is another thing.
WHOLE = {"Condition", "context", "resourceAccount"}


def smaller(value, path=()):
    """Every value that is one step smaller: a member or an item less, a list of one without brackets, a shorter text."""
    if isinstance(value, dict):
        for name in value:
            if (*path, name) not in KEPT:
                yield {other: value[other] for other in value if other != name}
        for name in value:
            for less in smaller(value[name], (*path, name)) if (*path, name) not in KEPT - {("request",)} else ():
                yield {**value, name: less}
    elif isinstance(value, list):
        for at in range(len(value)):
            yield value[:at] + value[at + 1:]
        for at, item in enumerate(value):
            for less in smaller(item, (*path, at)):
                yield value[:at] + [less] + value[at + 1:]
    elif isinstance(value, str) and not WHOLE & set(path):
        for at in range(0, len(value), max(1, len(value) // 8)):
            yield value[:at] + value[at + max(1, len(value) // 8):]


def shrink(case, which_still, most_rounds=200):
    """`which_still` gets a list of cases and says for each whether it still shows what is looked for."""
    best = copy.deepcopy(case)
    for _ in range(most_rounds):
        candidates = list(smaller(best))
        still = which_still(candidates)
        best, found = next(((candidate, True) for candidate, good in zip(candidates, still) if good), (best, False))
        if not found:
            break
    return best
