# SPDX-License-Identifier: Apache-2.0
"""A real cluster with the security plugin, over TLS: who is let in, who is told why not; no password is told."""

import unittest

from cluster import URL, ClusterCase, environment


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



if __name__ == "__main__":
    unittest.main()
