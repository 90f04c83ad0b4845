# SPDX-License-Identifier: Apache-2.0
"""What a terminal gets: colour, and nothing that could take hold of it."""

import contextlib
import fcntl
import json
import os
import pty
import sqlite3
import struct
import subprocess
import termios
import unittest

from support import PROGRAM, SENTENCE, CliCase, environment


class Terminal(CliCase):
    def on_terminal(self, *arguments, columns=80, **changes):
        main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with subprocess.Popen([PROGRAM, "--store", self.store, *arguments], stdin=side, stdout=side, stderr=side,
                              env=environment(**{"TERM": "xterm", **changes})):
            os.close(side)
            output = b""
            while True:
                try:
                    part = os.read(main, 65536)
                except OSError:  # the other side is closed
                    break
                if not part:
                    break
                output += part
        os.close(main)
        return output.decode("utf-8")

    def decide(self, **options):
        return self.on_terminal("validate", "--dry-run", "--user", "john.doe", SENTENCE, **options)

    def test_colour_where_it_is_wanted(self):
        self.sample()
        self.assertIn("\x1b[1;32m", self.decide())
        self.assertNotIn("\x1b", self.decide(NO_COLOR="1"))
        self.assertIn("\x1b[", self.decide(NO_COLOR=""))
        self.assertNotIn("\x1b", self.decide(TERM="dumb"))

    def test_json_has_no_colour(self):
        self.sample()
        output = self.on_terminal("validate", "--json", "--dry-run", "--user", "john.doe", SENTENCE)
        self.assertEqual(json.loads(output)["status"], "VALID")

    def test_lines_fit_the_terminal(self):
        self.sample()
        for line in self.decide(columns=80, NO_COLOR="1").splitlines():
            words = line.split()
            self.assertTrue(len(line) <= 80 or len(words) <= 4, line)

    def test_what_is_not_proposed_for_its_likeness_has_none(self):
        self.sample()
        output = self.on_terminal("validate", "--dry-run", "--user", "john.doe", "I need access to Workday", NO_COLOR="1")
        self.assertIn("Perhaps", output)
        self.assertRegex(output, r"Perhaps .* role")
        self.assertNotRegex(output, r"\b0 % alike")

    def test_import_shows_progress(self):
        self.askiam("init")
        organisation = self.room / "o.json"
        users = [{"user_id": f"u{at}", "email": f"u{at}@example.com", "name": f"User {at}"} for at in range(20000)]
        organisation.write_text(json.dumps({"users": users}), encoding="utf-8")
        output = self.on_terminal("import", str(organisation))
        self.assertRegex(output, r"\d+ %  \d+ rows")
        self.assertIn("Imported", output)

    def test_names_cannot_take_hold_of_the_terminal(self):
        self.askiam("init")
        organisation = self.room / "o.json"
        organisation.write_text(json.dumps({
            "users": [{"user_id": "eve", "email": "eve@example.com", "name": "Eve \u202eevE \u009b31m"}],
            "applications": [{"app_id": "atlas", "name": "Atlas", "description": "", "owner": "eve"}],
            "roles": [{"role_id": "reader", "app_id": "atlas", "name": "Pipeline Reader", "description": "",
                       "permissions": ["read"], "risk": "low"}]}), encoding="utf-8")
        imported = self.askiam("import", str(organisation))
        if imported.code != 0:  # refused is as good
            self.assertCode(imported, 65)
            return
        result = self.askiam("validate", "--user", "eve", "--dry-run", "I need Pipeline Reader in Atlas")
        self.assertIn("Eve \\u{202E}evE \\u{9B}31m", result.out)
        self.assertNotIn("\u202e", result.out)
        self.assertNotIn("\u009b", result.out)

    def test_evidence_cannot_take_hold_of_the_terminal(self):
        """The importer refuses such titles and names; who writes to the store, or answers as a cluster, asks nobody."""
        evil = "\x1b]0;owned\x07\x1b[2J \u202egnihtyna \u2066\u2069\u200f\u009b31m\x7f"
        shown = "\\u{1B}]0;owned\\u{7}\\u{1B}[2J \\u{202E}gnihtyna \\u{2066}\\u{2069}\\u{200F}\\u{9B}31m\\u{7F}"
        self.sample()
        with contextlib.closing(sqlite3.connect(self.database)) as database, database:
            database.execute("UPDATE documents SET title = title || ?", (evil,))
            database.execute("UPDATE users SET name = name || ?", (evil,))
        plain = self.askiam("validate", "--dry-run", "--user", "john.doe", SENTENCE)
        self.assertIn("HR Analyst in Workday" + shown, plain.out)
        self.assertIn("John Doe" + shown, plain.out)
        for bad in "\x1b\x07\x7f\u009b\u200f\u202e\u2066\u2069":
            self.assertNotIn(bad, plain.out + plain.err)
        coloured = self.decide()
        self.assertIn("HR Analyst in Workday" + shown, coloured)
        self.assertNotRegex(coloured, "\x1b(?!\\[[0-9;]*m)")
        told = self.validate(SENTENCE, "--dry-run")
        self.assertIn("HR Analyst in Workday" + evil, [document["title"] for document in told.json()["rag"]["documents"]])
        self.assertNotIn("\x1b", told.out)


if __name__ == "__main__":
    unittest.main()
