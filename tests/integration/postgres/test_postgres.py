# SPDX-License-Identifier: Apache-2.0
"""The program over a real PostgreSQL: several processes, a server that dies or stalls, TLS, passwords, roles."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

SERVER = os.environ["ASKIAM_TEST_POSTGRES"]
FOLDER = pathlib.Path(os.environ["ASKIAM_TEST_POSTGRES_FOLDER"])
SUPPORT = pathlib.Path(os.environ["ASKIAM_SOURCE"]) / "tests" / "support" / "pg-server"
SENTENCE = "I need access to HR Analyst role in Workday"


def plain_environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASKIAM_", "PG"))}
    return {**kept, **more}


def arguments(store, *rest):
    return [os.environ["ASKIAM"], "--store", store, *rest]


def askiam(store, *rest, **more):
    return subprocess.run(arguments(store, *rest), capture_output=True, text=True, encoding="utf-8",
                          env=plain_environment(**more), timeout=300, check=False)


def psql(url, sql):
    done = subprocess.run(["psql", "-qtAX", "-v", "ON_ERROR_STOP=1", url], input=sql, capture_output=True, text=True,
                          timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout.strip()


def new_database(sample=True):
    name = "d" + os.urandom(6).hex()
    psql(f"{SERVER}/postgres", f"CREATE DATABASE {name}")
    if sample:
        made = askiam(f"{SERVER}/{name}", "init", "--sample")
        if made.returncode != 0:
            raise AssertionError(made.stderr)
    return f"{SERVER}/{name}"


def as_role(url, role, password=None):
    return url.replace("postgres@", f"{role}{':' + password if password else ''}@")


def server_processes():
    first = int((FOLDER / "data" / "postmaster.pid").read_text().split()[0])
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, text=True, check=False)
    return [first, *map(int, children.stdout.split())]


def signal_all(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass  # a server process that had done its work


def lines(count, request_id):
    return "".join(json.dumps({"user_id": "john.doe", "raw_request": SENTENCE, "request_id": request_id(i)}) + "\n"
                   for i in range(count))


def run_batches(url, batches):
    """A process for each batch, all at once; their answers, a list of decisions each."""
    running = [subprocess.Popen(arguments(url, "validate", "--batch", "-"), stdin=subprocess.PIPE, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=plain_environment()) for _ in batches]
    for process, batch in zip(running, batches):
        process.stdin.write(batch)
        process.stdin.close()
        process.stdin = None
    outputs = [process.communicate(timeout=300) for process in running]
    return [[json.loads(line) for line in out.splitlines()] for out, _ in outputs]


class Case(unittest.TestCase):
    maxDiff = None

    def assert_whole(self, url):
        verified = askiam(url, "audit", "verify")
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)


class Processes(Case):
    def test_a_thousand_concurrent_duplicates_are_one_decision(self):
        url = new_database()
        answers = run_batches(url, [lines(250, lambda i: "the-one")] * 4)
        decisions = [decision for batch in answers for decision in batch]
        self.assertEqual(len(decisions), 1000)
        self.assertEqual({json.dumps(decision["audit"]) for decision in decisions},
                         {json.dumps(decisions[0]["audit"])}, "one record")
        self.assertEqual({decision["status"] for decision in decisions}, {"VALID"})
        self.assertEqual(psql(url, "SELECT count(*) FROM requests"), "1")
        self.assertEqual(psql(url, "SELECT count(*), sum(seq) FROM audit_chains WHERE seq > 0"), "1|1")
        self.assert_whole(url)

    def test_chains_of_many_writers_never_fork(self):
        url = new_database()
        answers = run_batches(url, [lines(100, lambda i, w=w: f"w{w}-{i}") for w in range(4)])
        self.assertEqual({decision["status"] for batch in answers for decision in batch}, {"VALID"})
        self.assertEqual(psql(url, "SELECT count(*) FROM audit_log"), "400")
        self.assertGreater(int(psql(url, "SELECT count(*) FROM audit_chains WHERE seq > 0")), 8)
        self.assert_whole(url)

    def test_two_processes_may_migrate_at_once(self):
        url = new_database(sample=False)
        running = [subprocess.Popen(arguments(url, "init"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                    env=plain_environment()) for _ in range(4)]
        for process in running:
            _, said = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, said)


class Trouble(Case):
    def test_what_was_answered_survives_the_death_of_the_server(self):
        url = new_database()
        process = subprocess.Popen(arguments(url, "validate", "--batch", "-"), stdin=subprocess.PIPE, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=plain_environment())
        answers = []
        for i in range(60):
            process.stdin.write(lines(1, lambda _, i=i: f"r{i}"))
            process.stdin.flush()
            if i in (20, 40):
                subprocess.run([SUPPORT, "restart", FOLDER], check=True, timeout=60)
        process.stdin.close()
        answers = [json.loads(line) for line in process.stdout]
        process.stdout.close()
        process.wait(timeout=60)
        kept = set(psql(url, "SELECT request_id FROM requests").split())
        told = {answer["request_id"] for answer in answers if answer["status"] == "VALID"}
        self.assertTrue(told, "some were decided")
        self.assertLessEqual(told, kept)
        self.assert_whole(url)

    def test_a_server_that_stalls_is_left_at_the_deadline(self):
        url = new_database()
        stopped = server_processes()
        try:
            signal_all(stopped, signal.SIGSTOP)
            began = time.monotonic()
            answered = askiam(url, "--json", "validate", "--user", "john.doe", "--timeout-ms", "700", SENTENCE)
            took = time.monotonic() - began
        finally:
            signal_all(stopped, signal.SIGCONT)
        self.assertEqual(answered.returncode, 69, answered.stdout + answered.stderr)
        self.assertLess(took, 3)
        self.assertEqual(json.loads(answered.stdout)["status"], "ERROR")
        self.assertEqual(askiam(url, "validate", "--user", "john.doe", SENTENCE).returncode, 0)

    def test_a_server_that_is_not_there_is_told_by_its_place_alone(self):
        said = askiam("postgresql://someone:sesame@127.0.0.1:1/nothing", "validate", "--user", "john.doe", SENTENCE)
        self.assertEqual(said.returncode, 69)
        self.assertIn("127.0.0.1:1/nothing", said.stderr)
        self.assertNotIn("sesame", said.stdout + said.stderr)

    def test_the_next_host_is_tried(self):
        url = new_database()
        several = url.replace("127.0.0.1:", "127.0.0.1:1,127.0.0.1:")
        self.assertEqual(askiam(several, "validate", "--user", "john.doe", SENTENCE).returncode, 0)
        reading = several + "?target_session_attrs=prefer-standby"
        found = askiam(reading, "status", "nothing")
        self.assertEqual(found.returncode, 65, found.stderr)  # there is no such request

    def test_a_service_file_says_where_it_is(self):
        url = new_database()
        user, _, place = url.removeprefix("postgresql://").partition("@")
        address, _, name = place.partition("/")
        host, _, port = address.partition(":")
        with tempfile.TemporaryDirectory() as room:
            services = pathlib.Path(room, "services.conf")
            services.write_text(f"[access]\nhost={host}\nport={port}\nuser={user}\ndbname={name}\n", encoding="utf-8")
            done = askiam("postgresql://?service=access", "validate", "--user", "john.doe", SENTENCE,
                          PGSERVICEFILE=str(services))
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            unknown = askiam("postgresql://?service=other", "validate", "--user", "john.doe", SENTENCE,
                             PGSERVICEFILE=str(services))
            self.assertEqual(unknown.returncode, 78, unknown.stdout + unknown.stderr)
            self.assertIn("check service=", unknown.stderr)
        self.assert_whole(url)

    def test_a_database_that_is_missing_empty_or_somebody_elses_is_told(self):
        missing = askiam(f"{SERVER}/there_is_none", "status", "x")
        self.assertEqual(missing.returncode, 78, missing.stderr)
        empty = new_database(sample=False)
        self.assertIn("askiam init", askiam(empty, "status", "x").stderr)
        psql(empty, "CREATE TABLE users(name text)")
        other = askiam(empty, "init")
        self.assertEqual(other.returncode, 65, other.stderr)
        self.assertIn("another program", other.stderr)
        newer = new_database()
        psql(newer, "INSERT INTO schema_version VALUES(99, 0)")
        self.assertIn("newer libaskiam", askiam(newer, "status", "x").stderr)


class Secrets(Case):
    @classmethod
    def setUpClass(cls):
        cls.url = new_database()
        cls.name = cls.url.rsplit("/", 1)[1]
        rules = FOLDER / "data" / "pg_hba.conf"
        rules.write_text(f"host {cls.name} guarded 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
        psql(cls.url, "CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 'open sesame'; SELECT pg_reload_conf()")
        time.sleep(0.3)

    def ask(self, url, **more):
        return askiam(url, "validate", "--user", "john.doe", "--dry-run", SENTENCE, **more)

    def test_a_password_comes_from_url_environment_or_file(self):
        bare = as_role(self.url, "guarded")
        self.assertEqual(self.ask(as_role(self.url, "guarded", "open%20sesame")).returncode, 0)
        self.assertEqual(self.ask(bare, PGPASSWORD="open sesame").returncode, 0)
        with tempfile.NamedTemporaryFile("w", suffix=".pgpass") as file:
            file.write(f"127.0.0.1:*:{self.name}:guarded:open sesame\n")
            file.flush()
            os.chmod(file.name, 0o600)
            self.assertEqual(self.ask(bare, PGPASSFILE=file.name).returncode, 0)

    def test_a_wrong_password_is_refused_and_not_repeated(self):
        said = self.ask(as_role(self.url, "guarded", "open%20sesamy"))
        self.assertEqual(said.returncode, 77, said.stderr)
        self.assertNotIn("sesamy", said.stdout + said.stderr)

    def test_a_url_that_nobody_understands_is_not_repeated(self):
        for url in ("postgresql://guarded:open%zzsesame@127.0.0.1/x", "postgresql://h/x?open=sesame"):
            said = self.ask(url)
            self.assertEqual(said.returncode, 78, said.stderr)
            self.assertNotIn("sesame", said.stdout + said.stderr)

    def test_less_than_tls_1_2_is_refused(self):
        said = self.ask(self.url + "?ssl_min_protocol_version=TLSv1")
        self.assertEqual(said.returncode, 78)
        self.assertIn("TLSv1.2", said.stderr)


class Tls(Case):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory(prefix="askiam-tls-")
        room = pathlib.Path(cls.room.name)

        def openssl(*rest):
            subprocess.run(["openssl", *rest], check=True, capture_output=True, timeout=60)

        for name in ("ca", "stranger"):
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-keyout", str(room / f"{name}.key"), "-out", str(room / f"{name}.pem"))
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                "-keyout", str(room / "server.key"), "-out", str(room / "server.csr"))
        (room / "names").write_text("subjectAltName=DNS:localhost")
        openssl("x509", "-req", "-days", "2", "-in", str(room / "server.csr"), "-CA", str(room / "ca.pem"), "-CAkey",
                str(room / "ca.key"), "-CAcreateserial", "-extfile", str(room / "names"), "-out", str(room / "server.pem"))
        data = FOLDER / "data"
        owner = data.stat()
        for name in ("server.key", "server.pem"):
            (data / name).write_bytes((room / name).read_bytes())
            (data / name).chmod(0o600)
            os.chown(data / name, owner.st_uid, owner.st_gid)
        psql(f"{SERVER}/postgres", "ALTER SYSTEM SET ssl_cert_file = 'server.pem'")
        psql(f"{SERVER}/postgres", "ALTER SYSTEM SET ssl_key_file = 'server.key'")
        psql(f"{SERVER}/postgres", "ALTER SYSTEM SET ssl = on")
        psql(f"{SERVER}/postgres", "SELECT pg_reload_conf()")
        time.sleep(0.5)
        cls.url = new_database()
        cls.certificates = room

    @classmethod
    def tearDownClass(cls):
        cls.room.cleanup()

    def ask(self, host, authority):
        url = self.url.replace("127.0.0.1", host)
        return askiam(f"{url}?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={self.certificates / authority}.pem",
                      "validate", "--user", "john.doe", SENTENCE)

    def test_the_right_server_is_trusted(self):
        said = self.ask("localhost", "ca")
        self.assertEqual(said.returncode, 0, said.stderr)

    def test_a_stranger_or_a_wrong_name_is_not(self):
        for host, authority in (("localhost", "stranger"), ("elsewhere.example", "ca")):
            said = self.ask(host, authority)
            self.assertEqual(said.returncode, 69, said.stderr)
            self.assertIn("certificate", said.stderr)


class Roles(Case):
    @classmethod
    def setUpClass(cls):
        cls.url = new_database()
        sql = askiam(cls.url, "init", "--grants").stdout
        for _ in range(2):  # it may be run again
            psql(cls.url, sql)
        steps = ("extractor", "rag", "rules", "audit", "dialogue", "pipeline", "relay", "fulfilment", "privacy", "auditor",
                 "indexer", "keys")
        psql(cls.url, "".join(f"DROP ROLE IF EXISTS t_{step}; CREATE ROLE t_{step} LOGIN IN ROLE askiam_{step};"
                              for step in steps))

    def as_step(self, step):
        return as_role(self.url, f"t_{step}")

    def refused(self, step, sql):
        with self.assertRaises(AssertionError, msg=f"{step}: {sql}") as caught:
            psql(self.as_step(step), sql)
        self.assertIn("permission denied", str(caught.exception))

    def test_a_service_decides_with_its_own_rights(self):
        said = askiam(self.as_step("pipeline"), "validate", "--user", "john.doe", SENTENCE)
        self.assertEqual(said.returncode, 0, said.stderr)

    def test_each_step_has_a_login_of_its_own(self):
        settings = [f"catalogue.url={self.as_step('rules')}", f"journal.url={self.as_step('audit')}",
                    f"state.url={self.as_step('dialogue')}", f"search.url={self.as_step('rag')}"]
        flags = [flag for setting in settings for flag in ("--set", setting)]
        said = askiam(self.as_step("audit"), *flags, "validate", "--user", "john.doe", "--request-id", "by-steps", SENTENCE)
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertEqual(askiam(self.as_step("audit"), *flags, "status", "by-steps").returncode, 0)

    def test_readers_only_read(self):
        for step in ("extractor", "rules"):
            self.assertEqual(psql(self.as_step(step), "SELECT count(*) > 0 FROM users"), "t")
            for sql in ("UPDATE users SET status = 'active'", "DELETE FROM policies", "SELECT 1 FROM audit_log",
                        "INSERT INTO user_roles VALUES('john.doe', 'wd-hr-analyst', 1, NULL, 'active')"):
                self.refused(step, sql)

    def test_audit_only_inserts(self):
        askiam(self.as_step("pipeline"), "validate", "--user", "john.doe", SENTENCE)
        for sql in ("UPDATE audit_log SET status = 'INVALID'", "DELETE FROM audit_log", "TRUNCATE audit_log",
                    "UPDATE requests SET status = 'VALID'", "DELETE FROM outbox", "DELETE FROM audit_chains",
                    "SELECT 1 FROM users", "UPDATE policies SET policy_json = '{}'"):
            self.refused("audit", sql)

    def test_fulfilment_writes_assignments_and_nothing_else(self):
        psql(self.as_step("fulfilment"), "INSERT INTO user_roles VALUES('john.doe', 'wd-hr-analyst', 1, 2, 'active')")
        for sql in ("UPDATE roles SET status = 'active'", "DELETE FROM audit_log", "UPDATE requests SET status = 'VALID'",
                    "UPDATE users SET status = 'active'", "DELETE FROM user_roles", "UPDATE audit_log SET status = 'x'",
                    "SELECT 1 FROM users FOR UPDATE"):
            self.refused("fulfilment", sql)

    def test_fulfilment_grants_and_revokes_with_its_own_rights(self):
        said = askiam(self.as_step("pipeline"), "validate", "--user", "karen.lee", "--request-id", "to-grant", SENTENCE)
        self.assertEqual(said.returncode, 0, said.stderr)
        self.refused("pipeline", "SELECT askiam_lock_user('karen.lee')")
        for words, state in ((("fulfil", "to-grant"), "granted"), (("revoke", "to-grant", "--actor", "boss"), "revoked")):
            done = askiam(self.as_step("fulfilment"), "--json", *words)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["grant"]["state"], state)
        self.assertTrue(json.loads(askiam(self.as_step("auditor"), "--json", "audit", "verify").stdout)["sound"])

    def test_the_trail_is_verified_and_forgotten_by_roles_of_their_own(self):
        askiam(self.as_step("pipeline"), "validate", "--user", "john.doe", "--request-id", "erased", SENTENCE)
        erased = askiam(self.as_step("privacy"), "erase", "--user", "john.doe")
        self.assertEqual(erased.returncode, 0, erased.stderr)
        self.assert_whole(self.as_step("auditor"))
        denied = askiam(self.as_step("auditor"), "erase", "--user", "john.doe")
        self.assertEqual(denied.returncode, 77, denied.stderr)

    def test_an_index_is_filled_by_who_may_read_what_goes_into_it(self):
        tables = ("applications", "roles", "policies", "documents", "document_scope", "access_patterns", "catalogue_version")
        for table in tables:
            self.assertEqual(psql(self.as_step("indexer"), f"SELECT count(*) > 0 FROM {table}"), "t")
            self.refused("indexer", f"DELETE FROM {table}")
        for table in ("users", "user_roles", "audit_log", "requests"):
            self.refused("indexer", f"SELECT 1 FROM {table}")

    def test_keys_are_made_by_one_role_and_used_by_another(self):
        made = askiam(self.as_step("keys"), "key", "create", "--owner", "john.doe", "--json")
        self.assertEqual(made.returncode, 0, made.stderr)
        key = json.loads(made.stdout)
        self.assertRegex(key["key"], r"\Aaskiam_[0-9a-f]{24}_[0-9a-f]{64}_[0-9a-f]{8}\Z")
        for step in ("keys", "dialogue", "pipeline"):
            listed = askiam(self.as_step(step), "key", "list", "--json")
            self.assertEqual([json.loads(line)["id"] for line in listed.stdout.splitlines()], [key["id"]], listed.stderr)
        for step in ("dialogue", "pipeline", "rules"):
            self.assertEqual(askiam(self.as_step(step), "key", "create", "--owner", "mallory").returncode, 77)
            self.assertEqual(askiam(self.as_step(step), "key", "revoke", key["id"]).returncode, 77)
        take = ("INSERT INTO buckets AS b(bucket_id, level, updated_at) VALUES('t', 1, 1) ON CONFLICT(bucket_id)"
                " DO UPDATE SET level = b.level + 1, updated_at = 2 WHERE b.level < 9")
        for _ in range(2):
            psql(self.as_step("dialogue"), take)
        self.refused("dialogue", "DELETE FROM buckets")
        self.refused("rules", "SELECT hash FROM api_keys")
        self.refused("keys", "UPDATE api_keys SET owner_id = 'mallory'")
        self.assertEqual(askiam(self.as_step("keys"), "key", "revoke", key["id"]).returncode, 0)

    def test_a_file_has_no_roles(self):
        with tempfile.TemporaryDirectory() as room:
            said = askiam(f"sqlite:{room}/x.db", "init", "--grants")
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("no roles", said.stderr)


if __name__ == "__main__":
    unittest.main()
