# SPDX-License-Identifier: Apache-2.0
"""No event, however mangled, ends the process or grants: seeded mutations of events of every kind, in one process per function."""
import copy
import json
import os
import random
import sqlite3
import unittest

from lex_events import event
from runtime_api import Runtime
from support import SENTENCE, SOURCE, LambdaCase

SEED = int(os.environ.get("ASKIAM_SEED", "7"))
ROUNDS = int(os.environ.get("ASKIAM_ROUNDS", "150"))
FUNCTIONS = ["orchestrator", "extractor", "rag", "mcp", "audit", "status", "chat", "lex", "authorizer", "fulfil"]
ODD = [None, True, 0, -1, 1e308, 2**70, "", " ", "x" * 5000, "\u0000", "\ud83d\ude00", "../..", "' OR 1=1 --", [], {}, [[]], {"": None},
       "john.doe", SENTENCE, "Confirmed", "FulfillmentCodeHook", "VALID", ["john.doe"], {"id": "john.doe"}]


def places(value, found=None):
    """Every container of a document with every key in it."""
    found = [] if found is None else found
    for key, inner in (value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()):
        found.append((value, key))
        places(inner, found)
    return found


def mangle(chance, document):
    """A document with one to four members removed, replaced, moved or renamed; or its text with bytes changed."""
    document = copy.deepcopy(document)
    for _ in range(chance.randint(1, 4)):
        spots = places(document)
        if not spots:
            break
        (holder, key), (other, other_key) = chance.choice(spots), chance.choice(spots)
        what = chance.randrange(4)
        if what == 0:
            del holder[key]
        elif what == 1:
            holder[key] = copy.deepcopy(chance.choice(ODD))
        elif what == 2:
            holder[key] = copy.deepcopy(other[other_key])
        elif isinstance(holder, dict):
            holder[str(chance.choice(ODD))] = holder.pop(key)
    text = bytearray(json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass"))
    if chance.random() < 0.3:
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(text) + 1)
            what = chance.randrange(3)
            if what == 0:
                text[at:at + chance.randint(1, 30)] = b""
            elif what == 1:
                text[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 4)))
            else:
                text[at:at] = text[chance.randrange(len(text) + 1):][:chance.randint(1, 60)]
    return bytes(text)


class Mangled(LambdaCase):
    def events(self):
        """Nobody in them is authenticated, and the one request that may be fulfilled was refused."""
        gateway = [json.loads((SOURCE / "tests/unit/apps_lambda/events" / name).read_text())
                   for name in ("http_anonymous.json", "rest_anonymous.json", "rest_status_anonymous.json")]
        for one in gateway:
            one["body"] = json.dumps({"raw_request": SENTENCE, "user_id": "john.doe"})
        grant = {"id": "evt-1", "source": "askiam", "detail-type": "grant.requested", "time": "2026-11-28T03:00:00Z", "version": 1,
                 "detail": {"request_id": "refused", "requester_id": "john.doe", "user_id": "john.doe", "app_id": "workday",
                            "role_id": "workday-hr-analyst", "status": "VALID", "reason_codes": ["APPROVED_BY_EVIDENCE"]}}
        record = {"messageId": "m-1", "body": json.dumps(grant), "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:r:1:q"}
        slots = {"ApplicationName": "Workday", "RoleName": "HR Analyst", "UserName": "john.doe"}
        return [*gateway, event(words=SENTENCE), event("FulfillmentCodeHook", confirmation="Confirmed", **slots),
                event(intent="FallbackIntent", words=SENTENCE), grant, {"Records": [record, record]}, {"request_id": "refused"},
                {"user_id": "john.doe", "app_id": "workday", "role_id": "workday-hr-analyst", "request_id": "r"}]

    def table(self, statement):
        with sqlite3.connect(self.database) as database:
            return database.execute(statement).fetchall()

    def test_no_event_ends_the_process_or_grants(self):
        self.askiam("validate", "--json", "--user", "john.doe", "I need access to Workday", check=False)
        path = self.room / "requests.jsonl"
        path.write_text(json.dumps({"user_id": "nobody.at.all", "raw_request": SENTENCE, "request_id": "refused"}) + "\n")
        self.askiam("validate", "--batch", str(path), check=False)
        grants = self.table("SELECT * FROM user_roles ORDER BY 1, 2")
        valid = self.table("SELECT count(*) FROM audit_log WHERE status = 'VALID'")
        seeds = self.events()
        for function in FUNCTIONS:
            chance = random.Random(f"{SEED} {function}")
            with self.subTest(function, seed=SEED), Runtime(function, store=self.store, config={"log.level": "off"}) as runtime:
                for _ in range(ROUNDS):
                    asked = mangle(chance, chance.choice(seeds))
                    call = runtime.ask(asked)
                    self.assertIn(call.kind, ("response", "error"))
                    self.assertIsNotNone(call.json, asked)
                self.assertIsNone(runtime.process.poll())
                self.assertEqual(runtime.connections, 1)
            self.assertEqual(self.table("SELECT * FROM user_roles ORDER BY 1, 2"), grants, function)
            self.assertEqual(self.table("SELECT count(*) FROM audit_log WHERE status = 'VALID'"), valid, function)
        self.askiam("audit", "verify")


if __name__ == "__main__":
    unittest.main()
