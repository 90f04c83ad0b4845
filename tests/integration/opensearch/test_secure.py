# SPDX-License-Identifier: Apache-2.0
"""A real cluster with the security plugin, over TLS: who is let in, who is told why not; no password is told."""

import sqlite3
import unittest

from cluster import URL, ClusterCase, ask, environment


class Secure(ClusterCase):
    def as_user(self, user, password, **more):
        env = environment(ASKIAM_OPENSEARCH_USER=user, ASKIAM_OPENSEARCH_PASSWORD=password)
        decision = self.decide(env=env, **more)
        self.assertNotIn(password, self.log)
        return decision

    def test_a_user_who_may_read(self):
        self.assertSearched(self.as_user("readall", "readall"))

    def test_the_user_of_the_url(self):
        url = URL.replace("https://", "https://admin:admin@")
        self.assertSearched(self.decide(search__url=url))
        self.assertNotIn("admin:admin", self.log)

    def test_a_wrong_password_is_told_and_not_repeated(self):
        self.assertRulesDecide(self.as_user("readall", "hunter2"), said="HTTP status 401")

    def test_nobody_is_refused(self):
        self.assertRulesDecide(self.decide(), said="HTTP status 401")

    def test_a_certificate_that_nobody_vouches_for_is_refused(self):
        self.assertRulesDecide(self.as_user("admin", "hunter2", http__ca_file=""), said="certificate")

    def index(self, verb, user, password):
        env = environment(ASKIAM_OPENSEARCH_USER=user, ASKIAM_OPENSEARCH_PASSWORD=password)
        return self.askiam(*self.search(opensearch__metadata_index="own_m", opensearch__patterns_index="own_p"),
                           "index", verb, env=env)

    def test_filling_needs_no_more_than_is_documented(self):
        security = "/_plugins/_security/api"
        actions = ["crud", "indices:admin/create", "indices:admin/get", "indices:admin/mapping/put", "indices:admin/refresh*"]
        ask("PUT", f"{security}/roles/filler", {"cluster_permissions": ["indices:data/write/bulk"], "index_permissions": [
            {"index_patterns": ["own_m", "own_p"], "allowed_actions": actions}]})
        ask("PUT", f"{security}/internalusers/filler",
            {"password": "Not-guessed-7", "opendistro_security_roles": ["filler"]})
        for verb in ("create", "sync"):
            self.assertCode(self.index(verb, "filler", "Not-guessed-7"), 0)
        with sqlite3.connect(self.database) as store:
            store.execute("DELETE FROM access_patterns WHERE user_id = (SELECT user_id FROM access_patterns LIMIT 1)")
        result = self.index("sync", "filler", "Not-guessed-7")
        self.assertCode(result, 0)
        self.assertNotRegex(result.out, r"removed +0\b")
        ask("DELETE", "/own_m,own_p")

    def test_who_may_only_read_cannot_fill(self):
        for verb in ("create", "sync"):
            self.assertFails(self.index(verb, "readall", "readall"), 77, "HTTP status 403")


if __name__ == "__main__":
    unittest.main()
