# SPDX-License-Identifier: Apache-2.0
"""The embedder openai with a real model (all-MiniLM-L6-v2): documents that say the same in other words are found, which their words alone do not."""

import json
import math
import os
import pathlib
import sys
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"], "tests", "integration", "cli")))

from support import CliCase, environment, run  # noqa: E402

URL = f"{os.environ['ASKIAM_TEST_MINILM']}/v1"
MODEL = ["--set", "embedder.backend=openai", "--set", f"embedder.url={URL}", "--set", "embedder.model=all-minilm-l6-v2",
         "--set", "embedder.dimension=384"]

# A role's name and description, and a document that shares no word with them.
PARAPHRASES = [
    ("Payroll Reader", "See what every employee earns", "Salaries and wages of staff are confidential figures."),
    ("Vehicle Booker", "Reserve cars for business trips", "Automobiles of our motor fleet may be hired by travelling personnel."),
    ("Door Manager", "Unlock buildings and rooms", "Keycards open offices; the security desk hands them out."),
    ("Invoice Approver", "Authorise payments to suppliers", "Bills from vendors must be signed off before money is sent."),
    ("Recruiter", "Interview people who apply for jobs", "Hiring staff talk with candidates about vacancies."),
]
# Documents about other things; some share words with what is searched for, so that there is always something to find by words.
OTHERS = [
    "Atlas is maintained at night.", "A clerk may take leave in summer.", "Every kitchen has a fire extinguisher.",
    "The day ends at six.", "Trips to the moon are not reimbursed.", "Rooms of the hotel have a view of the sea.",
    "Jobs of the printer expire.", "People like apples.", "Apply sun cream before noon.", "Cars are washed on Fridays.",
    "The cafeteria serves soup.", "Plants need water twice a week.", "The choir sings in December.", "Backups are written to tape.",
    "Lost umbrellas are kept at the entrance.", "The lake freezes in January.", "Chess is played at lunch.", "Bees live on the roof.",
]


def similarity(left, right):
    request = urllib.request.Request(f"{URL}/embeddings", json.dumps({"model": "all-minilm-l6-v2", "input": [left, right]}).encode())
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        first, second = (item["embedding"] for item in json.load(answer)["data"])
    return math.sumprod(first, second) if hasattr(math, "sumprod") else sum(a * b for a, b in zip(first, second))


class Minilm(CliCase):
    def organisation(self):
        folder = self.room / "organisation"
        folder.mkdir()
        tables = {
            "users.csv": ["user_id,email,name,status,department,title", "kim,kim@a.example,Kim,active,Ops,Clerk"],
            "applications.csv": ["app_id,name", "atlas,Atlas"],
            "roles.csv": ["role_id,app_id,name,description",
                          *(f"r{i},atlas,{name},{about}" for i, (name, about, _) in enumerate(PARAPHRASES))],
            "documents.jsonl": [json.dumps({"id": f"same-{i}", "title": "", "text": text}) for i, (_, _, text) in enumerate(PARAPHRASES)]
            + [json.dumps({"id": f"other-{i}", "title": "", "text": text}) for i, text in enumerate(OTHERS)],
        }
        for name, lines in tables.items():
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    def with_model(self, *arguments):
        return run("--store", self.store, *arguments, env=environment(no_proxy="*"))

    def found(self, role, *chosen):
        result = self.with_model(*chosen, "validate", "--json", "--user", "kim", "--", f"I need the {role} role in Atlas")
        decision = result.json()
        self.assertEqual(decision["status"], "VALID", decision)
        return [document["id"] for document in decision["rag"]["documents"]]

    def test_paraphrases_are_found_that_words_alone_miss(self):
        self.assertCode(self.with_model("init"), 0)
        self.assertCode(self.with_model(*MODEL, "import", str(self.organisation())), 0)
        for number, (role, _, _) in enumerate(PARAPHRASES):
            with self.subTest(role=role):
                self.assertIn(f"same-{number}", self.found(role, *MODEL))
                by_words = self.found(role)  # another embedder's vectors are not compared: what is left is BM25
                self.assertNotIn(f"same-{number}", by_words)
                self.assertGreater(len(by_words), 0)

    def test_the_model_is_the_one_that_was_published(self):
        """The similarities that the model's authors print (sbert.net, "Quickstart")."""
        weather, sun, stadium = "The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."
        for left, right, wanted in ((weather, sun, 0.6660), (weather, stadium, 0.1046), (sun, stadium, 0.1411)):
            self.assertAlmostEqual(similarity(left, right), wanted, delta=0.0001)


if __name__ == "__main__":
    unittest.main()
