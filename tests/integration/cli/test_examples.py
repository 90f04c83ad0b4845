# SPDX-License-Identifier: Apache-2.0
"""Every example of the help texts runs as it is written, in a folder with the sample and the files that they name."""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import unittest

from support import PROGRAM, SENTENCE, CliCase, Result, environment, run


class Examples(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()
        programs = self.room / "bin"
        programs.mkdir()
        (programs / "askiam").symlink_to(PROGRAM)
        shutil.copytree(pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "data" / "sample", self.room / "organisation")
        (self.room / "requests.jsonl").write_text(json.dumps({"user_id": "john.doe", "raw_request": SENTENCE}) + "\n",
                                                  encoding="utf-8")
        self.write_policies()
        self.write_key()
        self.env = environment(ASKIAM_STORE=self.store, PATH=f"{programs}:{os.environ['PATH']}")

    def write_policies(self):
        statement = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": statement}
        case = {"identityPolicies": [policy], "request": {"principal": "arn:aws:iam::111122223333:user/ann",
                                                          "action": "s3:GetObject", "resource": "arn:aws:s3:::x/y"}}
        about_requests = {**policy, "Statement": {**statement, "Action": "askiam:RequestRole"}}
        (self.room / "policies").mkdir()
        for name, text in (("s3-read-only.json", policy), ("policies/all.json", about_requests), ("case.json", case),
                           ("cases.jsonl", case)):
            (self.room / name).write_text(json.dumps(text) + "\n", encoding="utf-8")
        (self.room / "hook.key").write_text("a secret of the examples", encoding="utf-8")

    def write_key(self):
        """The key that an example revokes."""
        with sqlite3.connect(self.database) as database:
            database.execute("INSERT INTO api_keys(key_id, name, owner_id, scopes, salt, hash, created_at, per_minute, burst)"
                             " VALUES('019ac2f0a4000123456789ab', '', 'john.doe', '', '', '', 1, 60, 20)")

    def shell(self, line):
        return Result(subprocess.run(["sh", "-c", line], capture_output=True, env=self.env, cwd=self.room, timeout=120,
                                     check=False))

    def examples(self):
        """The lines by command; what makes a checkpoint comes before what reads one."""
        described = sorted(run("--json", "help").lines(), key=lambda line: line["command"] != "audit checkpoint")
        lines = [line for command in described for line in command["examples"].splitlines()]
        overview = run("help").out.split("To begin\n")[1].split("\n\n")[0].splitlines()
        return [line.strip() for line in [*lines, *overview]]

    def test_every_example_runs(self):
        """Exit code 2 would be NEEDS_INFO. Nobody answers at the host of an example."""
        lines = self.examples()
        self.assertGreater(len(lines), 15)
        for line in lines:
            with self.subTest(line=line):
                self.assertRegex(line, r"\A(askiam |openssl |printf '[^']*' \| askiam )")
                result = self.shell(line)
                elsewhere = "https://" in line
                self.assertIn(result.code, (0, 69) if elsewhere else (0, 1), result)
                if result.code != 69:
                    self.assertRegex(result.err, r"\A(askiam: note: .*\n)?\Z")

    def test_sentences_of_examples_are_understood(self):
        for line in self.examples():
            sentence = re.search(r'"(.*)"', line)
            if sentence is None:
                continue
            with self.subTest(line=line):
                reading = self.askiam("extract", "--json", "--user", "john.doe", sentence.group(1)).json()
                self.assertEqual((reading["reason_codes"], reading["question"]), ([], None))
                self.assertIsNotNone(reading["entities"]["role"])


if __name__ == "__main__":
    unittest.main()
