# SPDX-License-Identifier: Apache-2.0
"""Running cases through the program, and putting answers side by side."""

import json
import os
import subprocess

PROGRAM = os.environ.get("ASKIAM", "askiam")


def environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("ASKIAM")}


def ask_raw(lines, timeout=300):
    """The exit code, the answers and the complaints for these lines (bytes) in one process."""
    done = subprocess.run([PROGRAM, "policy", "eval", "--batch", "-"], input=b"".join(line + b"\n" for line in lines),
                          capture_output=True, env=environment(), timeout=timeout, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def ask(cases):
    """The program's answers to these cases, one each."""
    code, answers, complaints = ask_raw([json.dumps(case).encode() for case in cases])
    assert code == 0 and len(answers) == len(cases), (code, len(answers), len(cases), complaints[-2000:])
    return answers


def decision_of(answer):
    return "error" if "error" in answer else answer["decision"]


def essence(answer):
    """What has to be the same: whether the document is refused, the decision, and the set of statements that matched."""
    if "error" in answer:
        return ("error", frozenset())
    return answer["decision"], frozenset((match.get("kind"), match.get("level", 0), match["policy"], match["statement"],
                                          match.get("sid"), match["effect"]) for match in answer["matched"])
