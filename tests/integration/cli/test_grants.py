# SPDX-License-Identifier: Apache-2.0
"""`askiam fulfil`, `revoke`, `grants expire`, and what `status`, `audit` and the independent verifier make of them."""

import json
import os
import pathlib
import pwd
import sqlite3
import subprocess
import sys
import unittest

from support import SENTENCE, CliCase

VERIFIER = pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "examples" / "verify_audit.py"


class Grants(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()

    def approve(self, request_id="r1", user="john.doe", sentence=SENTENCE):
        self.assertEqual(self.askiam("validate", "--user", user, "--request-id", request_id, sentence).code, 0)

    def rows(self, sql):
        with sqlite3.connect(self.database) as connection:
            return connection.execute(sql).fetchall()

    def test_what_was_approved_is_granted_once(self):
        self.approve()
        first = self.askiam("--json", "fulfil", "r1")
        self.assertEqual(first.code, 0, first)
        told = first.json()
        self.assertEqual((told["grant"]["state"], told["changed"], told["role_id"]), ("granted", True, "wd-hr-analyst"))
        again = self.askiam("--json", "fulfil", "r1")
        self.assertEqual((again.code, again.json()["grant"], again.json()["changed"]), (0, told["grant"], False))
        status = self.askiam("--json", "status", "r1").json()
        self.assertEqual(status["grant"], told["grant"])
        self.assertIn("Grant       granted", self.askiam("status", "r1").out)
        again = self.askiam("--json", "validate", "--user", "john.doe", "--dry-run", SENTENCE).json()
        self.assertIn("ALREADY_ASSIGNED", again["reason_codes"])

    def test_all_that_waits_is_fulfilled_and_what_fails_says_why(self):
        self.assertEqual(self.askiam("fulfil").out, "Nothing waits to be granted.\n")
        self.assertEqual(self.askiam("--json", "fulfil").out, "")
        self.approve("r1", "john.doe")
        self.approve("r2", "karen.lee")
        with sqlite3.connect(self.database) as connection:
            connection.execute("UPDATE users SET status='inactive' WHERE user_id='karen.lee'")
            connection.execute("UPDATE catalogue_version SET version = version + 1")
        done = self.askiam("fulfil")
        self.assertEqual(done.code, 1, done)
        lines = done.out.splitlines()
        self.assertIn("granted  r1  john.doe  wd-hr-analyst", lines[0])
        self.assertRegex(lines[1], r"failed  r2  karen.lee  wd-hr-analyst: .*not active")
        self.assertIn("failed", self.askiam("status", "r2").out)
        self.assertEqual(self.askiam("fulfil", "r2").code, 1)
        self.assertEqual(self.askiam("fulfil").code, 0)  # nothing waits any more

    def test_an_event_is_fulfilled_as_the_outbox_and_as_eventbridge_has_it(self):
        self.approve()
        (body,), = self.rows("SELECT body FROM outbox WHERE type='grant.requested'")
        event = json.loads(body)
        bridged = {"version": "0", "id": "6a7e8feb", "detail-type": event["detail-type"], "source": event["source"],
                   "account": "123456789012", "time": event["time"], "region": "eu-west-1", "resources": [],
                   "detail": event["detail"]}
        path = self.room / "event.json"
        path.write_text(json.dumps(bridged), encoding="utf-8")
        self.assertTrue(self.askiam("--json", "fulfil", "--event", str(path)).json()["changed"])
        self.assertFalse(self.askiam("--json", "fulfil", "--event", "-", stdin=body).json()["changed"])

    def test_events_that_are_wrong_change_nothing(self):
        self.approve()
        (body,), = self.rows("SELECT body FROM outbox WHERE type='grant.requested'")
        wrong = ["", "{", "[]", "null", "{}", body.replace("grant.requested", "grant.granted"),
                 body.replace('"source":"askiam"', '"source":"x"'), body.replace("wd-hr-analyst", "wd-admin"),
                 body.replace('"version":1', '"version":2'), body.replace('"user_id":"john.doe"', '"user_id":7'),
                 body.replace('"request_id":"r1"', '"request_id":"r2"'),
                 body.replace('"audit_hash":"', '"audit_hash":"0'),
                 body.replace('"requester_id":"john.doe"', '"requester_id":null'), body.replace('"detail":', '"other":')]
        for text in wrong:
            with self.subTest(text=text[:60]):
                done = self.askiam("fulfil", "--event", "-", stdin=text)
                self.assertEqual((done.code, done.out), (65, ""), done)
        self.assertEqual(self.askiam("fulfil", "--event", str(self.room / "none.json")).code, 65)
        self.assertEqual(self.rows("SELECT count(*) FROM audit_log"), [(1,)])

    def test_what_an_import_gives_as_well_is_still_held_and_that_is_said(self):
        self.approve()
        self.askiam("fulfil")
        path = self.room / "held.json"
        path.write_text(json.dumps({"user_roles": [{"user_id": "john.doe", "role_id": "wd-hr-analyst", "expires_at": "2999-01-01T00:00:00Z"}]}))
        self.assertEqual(self.askiam("import", str(path)).code, 0)
        done = self.askiam("revoke", "r1", "--actor", "boss")
        self.assertEqual(done.code, 0, done)
        self.assertIn("revoked  r1", done.out)
        self.assertIn("still held", done.out)
        self.assertEqual(self.rows("SELECT count(*) FROM user_roles WHERE user_id='john.doe' AND role_id='wd-hr-analyst' AND status='active'"), [(1,)])

    def test_a_grant_is_taken_back_by_who_is_named_or_logged_in(self):
        self.approve()
        self.askiam("fulfil")
        done = self.askiam("revoke", "r1", "--reason", "changed teams")
        self.assertEqual(done.code, 0, done)
        self.assertIn("revoked  r1  john.doe  wd-hr-analyst: changed teams", done.out)
        (payload,), = self.rows("SELECT payload FROM audit_log WHERE action='askiam:RevokeRole'")
        self.assertEqual(json.loads(payload)["actor"], pwd.getpwuid(os.getuid()).pw_name)
        self.assertNotIn("changed teams", payload)
        self.approve("r2", "karen.lee")
        self.assertEqual(self.askiam("--json", "revoke", "r2", "--actor", "boss").json()["grant"]["state"], "revoked")
        self.assertEqual(self.askiam("fulfil", "r2").code, 1)
        self.assertEqual(self.rows("SELECT count(*) FROM user_roles WHERE role_id='wd-hr-analyst'"
                                   " AND user_id IN ('john.doe','karen.lee') AND status='active'"), [(0,)])

    def test_what_has_ended_is_ended(self):
        self.approve(sentence="I need the HR Analyst role in Workday for 2 hours")
        self.askiam("fulfil")
        self.assertEqual(self.askiam("grants", "expire").out, "No grant has come to its end.\n")
        with sqlite3.connect(self.database) as connection:
            connection.execute("UPDATE grants SET expires_at = 1000")
            connection.execute("UPDATE user_roles SET granted_at = 1, expires_at = 1000 WHERE role_id='wd-hr-analyst'"
                               " AND user_id='john.doe'")
        self.assertEqual(self.askiam("--json", "status", "r1").json()["grant"]["state"], "expired")
        self.assertEqual(self.askiam("revoke", "r1", "--actor", "x").code, 1)
        done = self.askiam("--json", "grants", "expire")
        self.assertEqual((done.code, done.json()["grant"]["state"]), (0, "expired"))
        self.assertEqual(self.askiam("--json", "grants", "expire").lines(), [])
        self.assertEqual(self.rows("SELECT status FROM user_roles WHERE role_id='wd-hr-analyst' AND user_id='john.doe'"),
                         [("expired",)])

    def test_the_trail_holds_what_became_of_it_and_verifies(self):
        self.approve()
        self.askiam("fulfil")
        self.askiam("revoke", "r1", "--actor", "boss", "--reason", "why not")
        report = self.askiam("--json", "audit", "verify").json()
        self.assertEqual((report["sound"], report["entries"], report["requests"], report["grants"]), (True, 3, 1, 2))
        rows = self.askiam("--json", "audit", "query", "--count-by", "action,status").lines()
        self.assertEqual({(row["action"], row["status"], row["count"]) for row in rows},
                         {("askiam:RequestRole", "VALID", 1), ("askiam:GrantRole", "GRANTED", 1),
                          ("askiam:RevokeRole", "REVOKED", 1)})
        self.assertEqual(len(self.askiam("--json", "audit", "query", "--status", "granted").lines()), 1)
        self.assertEqual(len(self.askiam("--json", "audit", "query", "--action", "askiam:RequestRole").lines()), 1)
        self.assertEqual([row["status"] for row in self.askiam("--json", "audit", "tail").lines()],
                         ["VALID", "GRANTED", "REVOKED"])
        summary = self.askiam("--json", "replay", "--last", "10").lines()[-1]
        self.assertEqual((summary["requests"], summary["unchanged"]), (1, 1))
        export = self.room / "trail.jsonl"
        self.askiam("audit", "export", "--out", str(export))
        self.assertEqual(self.verify(export).returncode, 0)
        self.askiam("erase", "--user", "john.doe")
        self.assertTrue(self.askiam("--json", "audit", "verify").json()["sound"])
        self.assertEqual(self.askiam("--json", "status", "r1").json()["grant"],
                         {**self.askiam("--json", "status", "r1").json()["grant"], "state": "revoked", "reason": None})

    @staticmethod
    def verify(export):
        return subprocess.run([sys.executable, str(VERIFIER), str(export)], capture_output=True, text=True, check=False)

    def test_entries_of_grants_that_were_changed_are_found(self):
        self.approve()
        self.askiam("fulfil")
        for change in ("UPDATE audit_log SET status='FAILED' WHERE seq=2", "UPDATE audit_log SET user_id='x' WHERE seq=2",
                       "UPDATE audit_log SET payload=replace(payload,'GRANTED','FAILED') WHERE seq=2",
                       "UPDATE audit_log SET payload=replace(payload,'\"kind\":\"grant\"','\"kind\":\"other\"')"
                       " WHERE seq=2", "DELETE FROM audit_log WHERE seq=2"):
            with self.subTest(change=change):
                copy = self.room / "copy.db"
                with sqlite3.connect(self.database) as source, sqlite3.connect(copy) as target:
                    source.backup(target)
                    target.execute(change)
                    target.commit()
                store = f"sqlite:{copy}"
                self.assertEqual(self.askiam("--store", store, "audit", "verify").code, 1)
                export = self.room / "trail.jsonl"
                self.askiam("--store", store, "audit", "export", "--out", str(export))
                self.assertEqual(self.verify(export).returncode, 1)
                copy.unlink()

    def test_grants_that_were_changed_beside_the_trail_are_found(self):
        self.approve("r1")
        self.approve("r2", "karen.lee")
        self.assertEqual(self.askiam("fulfil", "r1").code, 0)
        sound = self.askiam("--json", "audit", "verify").json()
        self.assertEqual((sound["sound"], sound["adrift"]), (True, 0))
        for change in ("UPDATE grants SET state='requested', granted_at=NULL, expires_at=NULL WHERE request_id='r1'",
                       "UPDATE grants SET state='revoked' WHERE request_id='r1'",
                       "UPDATE grants SET expires_at=1 WHERE request_id='r1'",
                       "UPDATE grants SET user_id='li.wei' WHERE request_id='r1'",
                       "DELETE FROM grants WHERE request_id='r1'",
                       "UPDATE grants SET state='granted' WHERE request_id='r2'",
                       "DELETE FROM grants WHERE request_id='r2'",
                       "INSERT INTO grants(request_id, requester_id, state) VALUES('r0', 'john.doe', 'granted')"):
            with self.subTest(change), sqlite3.connect(self.database) as connection:
                kept = connection.execute("SELECT * FROM grants").fetchall()
                connection.execute(change)
                connection.commit()
                self.assertFalse(self.askiam("--json", "audit", "verify").json()["sound"])
                told = self.askiam("audit", "verify")
                self.assertEqual(told.code, 1)
                self.assertRegex(told.out, r"Adrift +r[012] has a grant that is not what the trail tells")
                connection.execute("DELETE FROM grants")
                connection.executemany("INSERT INTO grants VALUES(?,?,?,?,?,?,?,?,?)", kept)
                connection.commit()
        with sqlite3.connect(self.database) as connection:
            connection.execute("INSERT INTO user_roles(user_id, role_id, granted_at, status) VALUES('karen.lee', 'wd-hr-analyst', 1, 'active')")
        more = self.askiam("--json", "audit", "verify").json()
        self.assertEqual((more["sound"], more["ungranted"]), (True, sound["ungranted"] + 1))

    def test_usage(self):
        self.approve()
        for words in (("fulfil", "r1", "--event", "x"), ("fulfil", "--requester", "x"), ("revoke",),
                      ("revoke", "r1", "--actor", ""), ("fulfil", "a", "b")):
            with self.subTest(words=words):
                self.assertEqual(self.askiam(*words).code, 64)
        self.assertEqual(self.askiam("fulfil", "nobody").code, 65)
        self.assertEqual(self.askiam("--set", f"state.url={self.store}2", "fulfil", "r1").code, 69)


if __name__ == "__main__":
    unittest.main()
