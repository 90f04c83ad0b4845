# SPDX-License-Identifier: Apache-2.0
"""Conversations: a line at a time."""

import unittest

from support import CliCase


class Chat(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()

    def chat(self, *lines, arguments=()):
        return self.askiam("chat", "--user", "emma.brown", *arguments, stdin="".join(f"{line}\n" for line in lines))

    def test_asks_confirms_and_decides(self):
        result = self.chat("I need access to Jira", "Project Member", "", "yes")
        self.assertEqual(result.code, 0, result)
        self.assertIn("Which role in Jira", result.out)
        self.assertIn("Is that right?", result.out)
        self.assertIn("Approved", result.out)
        self.assertIn("askiam status req-", result.out)

    def test_the_exit_code_is_the_last_decision_s(self):
        self.assertEqual(self.chat("I need the Project Lead role in Jira").code, 1)
        self.assertEqual(self.chat("cancel").code, 0)

    def test_a_conversation_goes_on_where_it_was_left(self):
        first = self.chat("I need access to Jira", arguments=["--json"])
        answer = first.json()
        self.assertEqual((answer["state"], answer["slot"]), ("ask", "role"))
        self.assertTrue(answer["session_id"].startswith("ses-"))
        rest = self.chat("Project Member", "yes", arguments=["--json", "--session", answer["session_id"]])
        self.assertEqual([line["state"] for line in rest.lines()], ["confirm", "decided"])
        left = self.chat("I need access to Jira")
        self.assertIn("--session ses-", left.err)

    def test_what_is_wrong_is_told(self):
        self.assertFails(self.askiam("chat"), 64, "--user")
        self.assertFails(self.chat("hello", arguments=["--session", "ses-unknown"]), 65, "no such conversation")
        self.assertFails(self.chat("hello", arguments=["--session", "a b"]), 65, "session_id")


if __name__ == "__main__":
    unittest.main()
