# SPDX-License-Identifier: Apache-2.0
"""The command line itself: what is wrong with it is said with a way out, exit code 64."""

import re
import unittest

from support import CliCase, run


class Usage(CliCase):
    def test_nothing_at_all_shows_the_commands_on_standard_error(self):
        result = run()
        self.assertFails(result, 64, "validate", "audit verify", "askiam init --sample")

    def test_help_is_success_on_standard_output(self):
        for arguments in (["help"], ["--help"], ["-h"]):
            result = run(*arguments)
            self.assertCode(result, 0)
            self.assertIn("askiam validate --user john.doe", result.out)
            self.assertEqual(result.err, "")

    def commands(self):
        listed = run("help").out.split("Commands\n")[1].split("\n\n")[0]
        return re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", listed, re.MULTILINE)

    def test_the_contract_s_commands_are_there(self):
        expected = {"init", "import", "validate", "extract", "status", "audit verify", "audit checkpoint", "audit export",
                    "audit tail", "audit query", "replay", "outbox relay", "outbox dead", "erase", "policy eval", "policy explain", "config", "version", "help"}
        self.assertLessEqual(expected, set(self.commands()))

    def test_every_command_explains_itself(self):
        for command in self.commands():
            by_help = run("help", *command.split())
            by_option = run(*command.split(), "--help")
            self.assertCode(by_help, 0)
            self.assertIn(f"askiam {command}", by_help.out)
            self.assertEqual(by_help.out, by_option.out)

    def test_help_as_json(self):
        described = {line["command"]: line for line in run("--json", "help").lines()}
        self.assertEqual(set(described), set(self.commands()))
        self.assertIn("--dry-run", [option["name"] for option in described["validate"]["options"]])
        self.assertEqual(run("--json", "validate", "--help").json(), described["validate"])
        self.assertEqual(run("--json", "help", "audit", "tail").json(), described["audit tail"])
        self.assertEqual(len(run("--json", "help", "audit").lines()), 5)

    def test_a_group_of_commands_explains_all_of_them(self):
        for arguments in (["help", "audit"], ["audit", "--help"]):
            result = run(*arguments)
            self.assertCode(result, 0)
            self.assertIn("askiam audit verify", result.out)
            self.assertIn("askiam audit query", result.out)

    def test_misspelt_words_get_a_suggestion(self):
        self.assertFails(run("valdate"), 64, "valdate", "did you mean validate?")
        self.assertFails(run("validate", "--usr", "x", "hello"), 64, "--usr", "did you mean --user?")
        self.assertFails(run("help", "valdate"), 64, "validate")
        self.assertFails(run("frobnicate"), 64, "frobnicate", "askiam help")
        self.assertFails(run("--frobnicate", "help"), 64, "--frobnicate", "askiam help")
        self.assertFails(run("-x", "help"), 64, "-x")

    def test_half_a_command(self):
        self.assertFails(run("audit"), 64, "second word", "askiam help audit")
        self.assertFails(run("audit", "frobnicate"), 64, "second word")

    def test_options_of_other_commands_are_refused(self):
        self.assertFails(run("init", "--user", "x"), 64, "init", "--user")
        self.assertFails(run("validate", "--user", "x", "--risk", "high", "hello"), 64, "--risk")

    def test_values_of_options(self):
        self.assertFails(run("validate", "hello", "--user"), 64, "--user", "needs a value")
        self.assertFails(run("validate", "--dry-run=yes", "hello"), 64, "--dry-run", "no value")
        self.assertFails(run("--set", "rubbish", "config"), 64, "KEY=VALUE")
        self.assertFails(run("audit", "tail", "--limit", "many"), 64, "--limit", "whole number")
        self.assertFails(run("audit", "tail", "--limit", "-3"), 64, "--limit")
        self.assertFails(run("validate", "--user", "x", "--timeout-ms", "0", "hello"), 64, "--timeout-ms")
        self.assertFails(run("audit", "query", "--from", "yesteryear"), 64, "--from", "2026-01-31")
        self.assertFails(run("audit", "query", "--to", "2026-02-30"), 64, "--to")
        self.assertFails(run("audit", "verify", "--checkpoint", "x"), 64, "--public-key")

    def test_what_is_missing_is_named(self):
        self.assertFails(run("validate", "--user", "john.doe"), 64, "sentence")
        self.assertFails(run("validate", "I need access"), 64, "--user")
        self.assertFails(run("extract"), 64, "sentence")
        self.assertFails(run("import"), 64, "PATH")
        self.assertFails(run("status"), 64, "REQUEST_ID")
        self.assertFails(run("erase"), 64, "--user")
        self.assertFails(run("outbox", "relay"), 64, "--to")
        self.assertFails(run("audit", "checkpoint"), 64, "--private-key")

    def test_what_is_too_much_is_named(self):
        self.assertFails(run("init", "extra"), 64, "extra")
        self.assertFails(run("import", "one", "two"), 64, "two")
        self.assertFails(run("validate", "--batch", "-", "a sentence"), 64, "--batch", "a sentence")

    def test_version(self):
        self.assertRegex(run("--version").out, r"\Aaskiam \d+\.\d+\.\d+\n\Z")
        human = run("version")
        self.assertCode(human, 0)
        self.assertIn("sqlite", human.out)
        described = run("version", "--json").json()
        self.assertIn(f"askiam {described['version']}\n", human.out)
        self.assertIn("sqlite", described["backends"]["store"])

    def test_version_needs_no_sound_configuration(self):
        self.assertCode(run("--set", "no.such=1", "version"), 0)

    def test_controls_in_a_complaint_do_not_reach_the_terminal(self):
        result = run("evil\x1b[31m\u202e")
        self.assertCode(result, 64)
        self.assertNotIn("\x1b", result.err)
        self.assertNotIn("\u202e", result.err)
        self.assertIn("\\u{202E}", result.err)


if __name__ == "__main__":
    unittest.main()
