# SPDX-License-Identifier: Apache-2.0
"""What the body of an HTTP request claims of ip, user agent, time and session: kept as claimed with the sentence, and nowhere else; never believed."""
import base64
import contextlib
import json
import sqlite3
import unittest

from http_events import HttpCase, http, rest
from support import SENTENCE, Function

LIES = {"ip": "10.66.66.66", "user_agent": "liar \"7\" \u00fc\u0001", "timestamp": "2001-01-01T00:00:00Z"}
WORDS = ("10.66.66.66", "liar", "2001-01-01")
GATEWAY = "10.20.30.40"


class Claims(HttpCase):
    def kept(self, request_id):
        """(what was claimed, everything else that the store keeps of a request and its entry)."""
        sql = "SELECT * FROM requests r JOIN audit_log a ON a.request_id = r.request_id WHERE r.request_id = ?"
        with contextlib.closing(sqlite3.connect(self.database)) as store:
            store.row_factory = sqlite3.Row
            row = dict(store.execute(sql, [request_id]).fetchone())
            row["outbox"] = [list(event) for event in store.execute("SELECT * FROM outbox")]
        facts = json.loads(row.pop("facts"))
        claimed = facts.pop("claimed", None)
        return claimed, json.dumps([row, facts])

    def assert_no_lie(self, text):
        for word in WORDS:
            self.assertNotIn(word, text)

    def test_a_request_keeps_them_beside_the_sentence(self):
        body = {"raw_request": SENTENCE, "request_context": {**LIES, "session_id": "s-1", "trace_id": "t-1"}}
        with Function("orchestrator", store=self.store) as function:
            for make, request_id in ((rest, "r-1"), (http, "r-2")):
                decision = self.call(function, make("POST", "/requests", "john.doe", {**body, "request_id": request_id}), 200)
                self.assert_no_lie(json.dumps(decision))
                self.assert_no_lie(json.dumps(self.call(function, make("GET", f"/status/{request_id}", "john.doe", scopes="audit"), 200)))
                claimed, all_else = self.kept(request_id)
                self.assertEqual(claimed, LIES)
                self.assert_no_lie(all_else)
                for seen in (f'"ip_address": "{GATEWAY}"' if make is rest else '"ip_address"', "s-1", "t-1"):
                    self.assertIn(seen, all_else)
            self.assert_no_lie(function.output())
        for arguments in (["audit", "export"], ["audit", "query", "--json"], ["audit", "verify"], ["replay", "r-1"]):
            self.assert_no_lie(self.askiam(*arguments).stdout.decode())

    def test_nothing_claimed_keeps_nothing(self):
        with Function("orchestrator", store=self.store) as function:
            for number, context in enumerate((None, {}, {"ip": "", "user_agent": ""}, {"ip": None, "session_id": "s", "trace_id": "t"})):
                body = {"raw_request": SENTENCE, "request_id": f"r-{number}", "request_context": context}
                self.call(function, rest("POST", "/requests", "john.doe", body), 200)
                self.assertIsNone(self.kept(f"r-{number}")[0])
            # Whom IAM lets invoke the function directly answers for what he says.
            function.invoke({"user_id": "john.doe", "raw_request": SENTENCE, "request_id": "direct", "request_context": LIES})
            claimed, all_else = self.kept("direct")
            self.assertIsNone(claimed)
            self.assertIn("10.66.66.66", all_else)

    def test_policies_see_what_the_gateway_saw(self):
        deny = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Action": "askiam:RequestRole", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": f"{GATEWAY}/32"}}}]}
        organisation = self.room / "office.json"
        organisation.write_text(json.dumps({"policies": {"office": deny}}))
        self.askiam("import", str(organisation))
        with Function("orchestrator", store=self.store) as function:
            for claimed, seen, status in (("10.66.66.66", GATEWAY, "INVALID"), (GATEWAY, "10.20.30.41", "VALID"), (GATEWAY, None, "VALID")):
                event = rest("POST", "/requests", "john.doe", {"raw_request": SENTENCE, "request_context": {"ip": claimed}})
                event["requestContext"]["identity"]["sourceIp"] = seen
                decision = self.call(function, event, 200)
                self.assertEqual((claimed, seen, decision["status"]), (claimed, seen, status))
                self.assertNotIn("10.66.66.66", json.dumps(decision))

    def test_a_conversation_keeps_those_of_the_turn_that_decided(self):
        with Function("chat", store=self.store) as function:
            turn = {"message": "I need access to Jira", "request_context": {"user_agent": "first"}}
            answer = self.call(function, rest("POST", "/chat", "emma.brown", turn), 200)
            for text in ("Project Member", "yes"):
                turn = {"message": text, "session_id": answer["session_id"], "request_context": {**LIES, "session_id": "mine"}}
                answer = self.call(function, rest("POST", "/chat", "emma.brown", turn), 200)
            self.assertEqual(answer["state"], "decided")
            self.assert_no_lie(json.dumps(answer))
            claimed, all_else = self.kept(answer["decision"]["request_id"])
            self.assertEqual(claimed, {**LIES, "session_id": "mine"})
            self.assert_no_lie(all_else)
            self.assertNotIn("mine", all_else)
            with contextlib.closing(sqlite3.connect(self.database)) as store:
                self.assert_no_lie(json.dumps(list(store.execute("SELECT CAST(value AS TEXT) FROM sessions"))))
            at_once = self.call(function, rest("POST", "/chat", "john.doe", {"message": SENTENCE, "request_context": LIES}), 200)
            self.assertEqual(self.kept(at_once["decision"]["request_id"])[0], LIES)
        self.askiam("audit", "verify")

    def test_hostile_claims_are_refused_as_ever(self):
        bad = {"ip": ("somewhere", "10.0.0.1:80", "10.0.0.0/8", "10.0.0.1\u0000", "1" * 5000, 7, ["10.0.0.1"], {}, True),
               "user_agent": ("a\u0000b", "x" * 4097, 7, ["liar"], {"a": "b"}, False),
               "timestamp": ("yesterday", "2024-01-21", "", "2024-01-21T10:30:00Z\u0000", 1705832000, [], {}),
               "session_id": ("a\u0000", "x" * 4097, 1.5, [], {}, True)}
        with Function("orchestrator", store=self.store) as function:
            for name, values in bad.items():
                for value in values:
                    context = {**LIES, name: value}
                    for path, text in (("/requests", "raw_request"), ("/chat", "message")):
                        problem = self.call(function, rest("POST", path, "john.doe", {text: SENTENCE, "request_context": context}), 400)
                        if "\0" not in str(value):  # that is no JSON of ours at all
                            self.assertEqual(problem["errors"][0]["pointer"], f"#/request_context/{name}", value)
            for broken in (b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\\ud800"):
                event = rest("POST", "/requests", "john.doe", "{}")
                text = b'{"raw_request": "x", "request_context": {"user_agent": "' + broken + b'"}}'
                event["body"], event["isBase64Encoded"] = base64.b64encode(text).decode(), True
                self.call(function, event, 400)
            self.assertEqual(self.askiam("audit", "query", "--json").stdout, b"")
            # The longest that is taken, of bytes that JSON writes six times as long.
            longest = {"user_agent": "\u0001" * 4096}
            self.call(function, rest("POST", "/requests", "john.doe", {"raw_request": SENTENCE, "request_id": "long", "request_context": longest}), 200)
            self.assertEqual(self.kept("long")[0], longest)
        self.askiam("audit", "verify")

    def test_they_are_erased_with_the_words_and_cannot_be_altered_unseen(self):
        with Function("orchestrator", store=self.store) as function:
            for request_id in ("r-1", "r-2"):
                body = {"raw_request": SENTENCE, "request_id": request_id, "request_context": LIES}
                self.call(function, rest("POST", "/requests", "john.doe", body), 200)
        with contextlib.closing(sqlite3.connect(self.database)) as store, store:
            kept = store.execute("SELECT facts FROM requests WHERE request_id = 'r-2'").fetchone()[0]
            store.execute("UPDATE requests SET facts = ? WHERE request_id = 'r-2'", [kept.replace("10.66.66.66", "10.66.66.67")])
        self.assertIn(b'"what":"FACTS"', self.askiam("--json", "audit", "verify", check=False).stdout)
        with contextlib.closing(sqlite3.connect(self.database)) as store, store:
            store.execute("UPDATE requests SET facts = ? WHERE request_id = 'r-2'", [kept])
        self.askiam("audit", "verify")
        self.askiam("erase", "--user", "john.doe")
        self.askiam("audit", "verify")
        for path in self.room.glob("iam.db*"):
            for word in WORDS:
                self.assertNotIn(word.encode(), path.read_bytes())


if __name__ == "__main__":
    unittest.main()
