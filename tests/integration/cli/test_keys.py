# SPDX-License-Identifier: Apache-2.0
"""API keys from the command line: told once, on standard output only, and never to be found in the store again."""

import re
import sqlite3
import subprocess
import time
import unittest

from support import PROGRAM, CliCase, environment, run

KEY = r"askiam_[0-9a-f]{24}_[0-9a-f]{64}_[0-9a-f]{8}"


class Keys(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()

    def create(self, *options):
        result = self.askiam("key", "create", "--owner", "john.doe", "--json", *options)
        self.assertCode(result, 0)
        self.assertEqual(result.err, "")
        return result.json()

    def listed(self):
        result = self.askiam("key", "list", "--json")
        self.assertCode(result, 0)
        return result.lines()

    def test_a_key_is_all_that_is_written_to_standard_output(self):
        result = self.askiam("key", "create", "--owner", "john.doe")
        self.assertCode(result, 0)
        self.assertRegex(result.out, rf"\A{KEY}\n\Z")
        secret = result.out.split("_")[2]
        self.assertIn(result.out.split("_")[1], result.err)
        self.assertNotIn(secret, result.err)
        self.assertIn("does not end", result.err)

    def test_a_key_as_json(self):
        made = self.create("--name", "chat böt", "--scope", "audit", "--scope", "on-behalf", "--per-minute", "600",
                           "--burst", "7", "--expires-at", "2099-01-31")
        self.assertRegex(made["key"], rf"\A{KEY}\Z")
        self.assertEqual(made["key"].split("_")[1], made["id"])
        self.assertEqual([made[name] for name in ("owner", "name", "scopes", "state", "expires_at", "per_minute", "burst")],
                         ["john.doe", "chat böt", "audit on-behalf", "active", "2099-01-31T00:00:00.000Z", 600, 7])

    def test_the_defaults_are_those_of_the_configuration(self):
        made = self.create("--set", "auth.key_per_minute=5", "--set", "auth.key_burst=2")
        self.assertEqual((made["per_minute"], made["burst"], made["expires_at"], made["scopes"], made["name"]),
                         (5, 2, None, None, None))

    def test_a_length_of_time_counts_from_now(self):
        made = self.create("--expires-in", "90d")
        end = time.strptime(made["expires_at"][:19], "%Y-%m-%dT%H:%M:%S")
        start = time.strptime(made["created_at"][:19], "%Y-%m-%dT%H:%M:%S")
        self.assertAlmostEqual(time.mktime(end) - time.mktime(start), 90 * 86400, delta=7200)

    def test_the_list_has_every_key_and_no_secret(self):
        self.assertIn("There are no API keys.", self.askiam("key", "list").out)
        self.assertEqual(self.listed(), [])
        made = [self.create(), self.create("--name", "second")]
        human = self.askiam("key", "list")
        self.assertEqual([line["id"] for line in self.listed()], [one["id"] for one in made])
        self.assertRegex(human.out.splitlines()[0], r"\AID +OWNER +NAME +SCOPES +STATE +ENDS ")
        for one in made:
            self.assertIn(one["id"], human.out)
            for listing in (human.out, self.askiam("key", "list", "--json").out):
                self.assertNotIn(one["key"].split("_")[2], listing)
                self.assertNotIn("hash", listing)

    def test_the_store_has_no_secret(self):
        secret = self.create()["key"].split("_")[2]
        for path in self.room.iterdir():
            self.assertNotIn(secret.encode(), path.read_bytes(), path)
        with sqlite3.connect(self.database) as database:
            salt, kept = database.execute("SELECT salt, hash FROM api_keys").fetchone()
        self.assertRegex(salt, r"\A[0-9a-f]{32}\Z")
        self.assertRegex(kept, r"\A[0-9a-f]{64}\Z")

    def test_a_revoked_key_says_so(self):
        made = self.create()
        other = self.create()
        result = self.askiam("key", "revoke", made["id"])
        self.assertCode(result, 0)
        self.assertEqual((result.out, result.err), ("Revoked.\n", ""))
        again = self.askiam("key", "revoke", made["id"], "--json")
        self.assertCode(again, 0)
        self.assertEqual(again.json(), {"id": made["id"], "state": "revoked"})
        states = {line["id"]: line["state"] for line in self.listed()}
        self.assertEqual(states, {made["id"]: "revoked", other["id"]: "active"})

    def test_what_is_unknown_cannot_be_revoked(self):
        secret = self.create()["key"]
        self.assertFails(self.askiam("key", "revoke", "0" * 24), 65, "no API key")
        result = self.askiam("key", "revoke", secret)
        self.assertFails(result, 65, "24 digits")
        self.assertNotIn(secret.split("_")[2], result.err)

    def test_logs_have_no_secret(self):
        result = self.askiam("--set", "log.level=debug", "key", "create", "--owner", "john.doe")
        self.assertCode(result, 0)
        secret = result.out.split("_")[2]
        self.assertIn("was made", result.err)
        self.assertIsNone(re.search(secret[:16], result.err))

    def test_a_key_that_cannot_be_written_out_is_revoked(self):
        for options in ((), ("--json",)):
            with open("/dev/full", "wb") as full:
                made = subprocess.run([PROGRAM, "--store", self.store, "key", "create", "--owner", "john.doe", *options],
                                      stdout=full, stderr=subprocess.PIPE, env=environment(), timeout=120, check=False)
            self.assertEqual(made.returncode, 74)
            self.assertIn(b"was revoked", made.stderr)
            self.assertNotIn(b"only time", made.stderr)
        self.assertEqual([key["state"] for key in self.listed()], ["revoked", "revoked"])

    def test_what_is_wrong_is_said_and_no_key_is_made(self):
        create = ("key", "create", "--owner", "john.doe")
        for arguments, words in ((("key", "create"), "--owner"),
                                 (("key", "create", "--owner", "a\nb"), "owner"),
                                 ((*create, "--expires-in", "0d"), "--expires-in"),
                                 ((*create, "--expires-in", "soon"), "--expires-in"),
                                 ((*create, "--expires-at", "2001-01-01"), "to come"),
                                 ((*create, "--expires-at", "2099-01-01", "--expires-in", "1d"), "not both"),
                                 ((*create, "--per-minute", "0"), "--per-minute"),
                                 ((*create, "--burst", "1000001"), "--burst"),
                                 ((*create, "--scope", 'a"b'), "scopes"),
                                 ((*create, "--name", "a\x1bb"), "name"),
                                 ((*create, "extra"), "extra"),
                                 (("key", "revoke"), "ID"),
                                 (("key", "list", "--owner", "x"), "--owner")):
            self.assertFails(self.askiam(*arguments), 64, words)
        self.assertEqual(self.listed(), [])

    def test_without_a_store_there_are_no_keys(self):
        store = f"sqlite:{self.room / 'none.db'}"
        for arguments in (("create", "--owner", "x"), ("list",), ("revoke", "0" * 24)):
            self.assertFails(run("--store", store, "key", *arguments), 78, "askiam init")


if __name__ == "__main__":
    unittest.main()
