# SPDX-License-Identifier: Apache-2.0
"""What the tests of the program share: running it, and a fresh copy of the sample store for each test."""

import atexit
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["ASKIAM"]
SENTENCE = "I need access to HR Analyst role in Workday"
_template = None


class Result:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8")
        self.err = done.stderr.decode("utf-8")

    def json(self):
        """The one JSON object that was printed, and nothing else."""
        lines = self.lines()
        assert len(lines) == 1, (self.out, self.err)
        return lines[0]

    def lines(self):
        assert self.out == "" or self.out.endswith("\n"), self.out
        return [json.loads(line) for line in self.out.splitlines()]

    def __repr__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}"


def environment(**changes):
    """The environment without anything that the program reads, but for `changes`."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("ASKIAM", "AWS_", "LC_", "LANG", "NO_COLOR", "TERM", "POSIXLY"))
            and not name.lower().endswith("_proxy")}
    return {**kept, "LC_ALL": "C.UTF-8", **changes}


def run(*arguments, stdin=b"", env=None, cwd=None):
    if isinstance(stdin, str):
        stdin = stdin.encode("utf-8")
    done = subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, env=env or environment(), cwd=cwd,
                          timeout=120, check=False)
    return Result(done)


def template():
    """The sample organisation in a store that nobody changes."""
    global _template
    if _template is None:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="askiam-cli-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        made = run("--store", f"sqlite:{folder / 'sample.db'}", "init", "--sample")
        assert made.code == 0, made
        _template = folder
    return _template


class CliCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.room = pathlib.Path(tempfile.mkdtemp(prefix="askiam-cli-"))
        self.addCleanup(shutil.rmtree, self.room, ignore_errors=True)
        self.database = self.room / "iam.db"
        self.store = f"sqlite:{self.database}"

    def sample(self):
        for path in template().iterdir():
            shutil.copy(path, self.room / path.name.replace("sample.db", "iam.db"))
        return self

    def askiam(self, *arguments, **options):
        return run("--store", self.store, *arguments, **options)

    def validate(self, sentence=SENTENCE, *options, user="john.doe"):
        return self.askiam("validate", "--json", "--user", user, *options, "--", sentence)

    def batch(self, lines, *options):
        """`lines` are objects or texts."""
        texts = [line if isinstance(line, (str, bytes)) else json.dumps(line) for line in lines]
        raw = b"".join((text if isinstance(text, bytes) else text.encode("utf-8")) + b"\n" for text in texts)
        return self.askiam("validate", "--batch", "-", *options, stdin=raw)

    def assertCode(self, result, code):
        self.assertEqual(result.code, code, result)

    def assertFails(self, result, code, *words):
        """Fails with this exit code, says so on standard error in these words, and prints nothing on standard output."""
        self.assertCode(result, code)
        self.assertEqual(result.out, "", result)
        for word in words:
            self.assertIn(word, result.err)
