# SPDX-License-Identifier: Apache-2.0
"""Conversations: a line at a time."""

import json
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

    def words(self, name, words):
        path = self.room / name
        path.write_text(json.dumps({"words": words}), encoding="utf-8")
        return ["--set", f"dialogue.words={path}"]

    def test_the_words_are_those_of_the_file_that_is_named(self):
        german = self.words("de.json", {"yes": ["ja"], "no": ["nein"], "cancel": ["abbrechen"],
                                        "need_access": ["I need access to"], "need_it": ["I need it"]})
        result = self.chat("I need access to Jira", "Project Member", "yes", "Ja", "Ja!", arguments=[*german, "--json"])
        self.assertEqual([line["state"] for line in result.lines()], ["ask", "confirm", "ask", "confirm", "decided"], result)

    def test_another_language_is_spoken_by_its_own_phrases_and_words(self):
        patterns = {"phrases": {"i": ["ich"], "me": ["mich"], "need": ["brauche"], "starts": ["Zugriff auf"], "to": ["auf"], "for": ["für"], "until": ["bis"]},
                    "units": {"Tage": "day"}, "numbers": {"drei": 3}, "weekdays": {"Freitag": 5}}
        words = {"yes": ["ja", "passt"], "no": ["nein"], "cancel": ["abbrechen"], "courtesies": ["danke"], "last": ["letzte"],
                 "before_place": ["die"], "openers": ["nein", "ja", "aber"], "me": ["mich"], "person": ["nicht für mich"], "time": ["Ende"],
                 "before_change": ["das"], "need_access": ["Ich brauche Zugriff auf"], "need_it": ["Ich brauche"]}
        path = self.room / "patterns.json"
        path.write_text(json.dumps(patterns), encoding="utf-8")
        said = ("Ich brauche Zugriff auf Jira", "die letzte", "für Priya Nair bis Freitag", "nein, für mich", "das Ende", "drei Tage",
                "ja, aber nicht für mich", "yes", "Priya Nair", "Passt, danke!")
        result = self.chat(*said, arguments=[*self.words("de.json", words), "--set", f"extract.patterns={path}", "--json"])
        answers = result.lines()
        self.assertEqual([answer["state"] for answer in answers],
                         ["ask", "confirm", "confirm", "confirm", "ask", "confirm", "ask", "ask", "confirm", "decided"], result)
        self.assertEqual([(answer["slots"]["user"] or {}).get("id") for answer in answers[2:4] + answers[6:9]],
                         ["priya.nair", "emma.brown", None, None, "priya.nair"])
        self.assertEqual(answers[-1]["decision"]["status"], "VALID")

    def test_words_that_contradict_each_other_open_no_engine(self):
        wrong = self.words("wrong.json", {"yes": ["ja"], "no": ["Ja"], "cancel": ["abbrechen"]})
        self.assertFails(self.chat("hello", arguments=wrong), 78, "wrong.json", '"ja" stands in words.yes and in words.no')
        self.assertFails(self.chat("hello", arguments=["--set", "dialogue.words=/nowhere.json"]), 78, "/nowhere.json")

    def test_what_is_wrong_is_told(self):
        self.assertFails(self.askiam("chat"), 64, "--user")
        self.assertFails(self.chat("hello", arguments=["--session", "ses-unknown"]), 65, "no such conversation")
        self.assertFails(self.chat("hello", arguments=["--session", "a b"]), 65, "session_id")


if __name__ == "__main__":
    unittest.main()
