# SPDX-License-Identifier: Apache-2.0
"""A real cluster behind a gate that lets through only what is signed as AWS wants it ("Create a signed AWS API request")."""

import datetime
import hashlib
import hmac
import http.server
import threading
import unittest
import urllib.error
import urllib.request

from cluster import DIRECT, URL, ClusterCase, environment

KEY, SECRET, TOKEN, REGION = "AKIDEXAMPLE", "hunter2/EXAMPLE+KEY=", "hunter2-session==", "eu-west-1"


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def problem(method, target, headers, body, service):
    """Why a request is to be refused; None for one that is signed well."""
    scheme, _, rest = headers.get("Authorization", "").partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme != "AWS4-HMAC-SHA256" or set(parts) != {"Credential", "SignedHeaders", "Signature"}:
        return "there is no signature"
    time = headers.get("X-Amz-Date", "")
    scope = f"{time[:8]}/{REGION}/{service}/aws4_request"
    if parts["Credential"] != f"{KEY}/{scope}":
        return "it is signed for something else"
    sent = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs((datetime.datetime.now(datetime.timezone.utc) - sent).total_seconds()) > 300:
        return "it is too old"
    signed = parts["SignedHeaders"].split(";")
    digest = hashlib.sha256(body).hexdigest()
    wanted = ["host", "x-amz-date"] + (["x-amz-content-sha256"] if service == "aoss" else [])
    if signed != sorted(signed) or any(name not in signed for name in wanted):
        return "a header is not signed"
    if service == "aoss" and headers.get("X-Amz-Content-Sha256") != digest:
        return "the body is another one"
    path, _, query = target.partition("?")
    listed = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in signed)
    canonical = "\n".join([method, path, query, listed, ";".join(signed), digest])
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = mac(key, part)
    text = "\n".join(["AWS4-HMAC-SHA256", time, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    return None if hmac.compare_digest(mac(key, text).hex(), parts["Signature"]) else "the signature is wrong"


class Gate(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        why = problem(self.command, self.path, self.headers, body, self.server.service)
        self.server.seen.append((why, self.headers.get("X-Amz-Security-Token")))
        if why:
            self.answer(403, b'{"message":"The request signature we calculated does not match"}')
            return
        request = urllib.request.Request(URL + self.path, data=body, method="POST",
                                         headers={"Content-Type": self.headers["Content-Type"]})
        with DIRECT.open(request, timeout=30) as answer:
            self.answer(answer.status, answer.read())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Signed(ClusterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gate)
        cls.gate.daemon_threads = True
        threading.Thread(target=cls.gate.serve_forever, args=(0.05,), daemon=True).start()
        cls.addClassCleanup(cls.gate.server_close)
        cls.addClassCleanup(cls.gate.shutdown)
        cls.url = f"http://127.0.0.1:{cls.gate.server_port}"

    def signed(self, service, secret=SECRET, token=None, region=REGION, **more):
        self.gate.service = service
        self.gate.seen = []
        session = {} if token is None else {"AWS_SESSION_TOKEN": token}
        env = environment(AWS_REGION=region, AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=secret, **session)
        decision = self.decide(env=env, opensearch__auth="sigv4", **more)
        self.assertNotIn("hunter2", self.log)
        return decision

    def test_a_domain(self):
        self.assertSearched(self.signed("es"))
        self.assertEqual(self.gate.seen, [(None, None)] * 2)

    def test_serverless(self):
        more = {"opensearch__service": "aoss", "opensearch__engine": "faiss"}
        self.assertSearched(self.signed("aoss", **more))
        self.assertEqual(self.gate.seen, [(None, None)] * 2)

    def test_a_session(self):
        self.assertSearched(self.signed("es", token=TOKEN))
        self.assertEqual(self.gate.seen, [(None, TOKEN)] * 2)

    def test_each_attempt_is_signed_anew_and_a_wrong_secret_is_told(self):
        decision = self.signed("es", secret="hunter2-wrong")
        self.assertRulesDecide(decision, said="HTTP status 403")
        self.assertIn(("the signature is wrong", None), self.gate.seen)

    def test_another_region_or_service_is_not_ours(self):
        for service, more in (("es", {"region": "us-east-1"}), ("aoss", {})):
            with self.subTest(service=service):
                self.assertRulesDecide(self.signed(service, **more), said="HTTP status 403")
                self.assertIn(("it is signed for something else", None), self.gate.seen)

    def test_without_credentials_nothing_is_sent(self):
        where = self.search(opensearch__auth="sigv4", aws__region=REGION)
        result = self.askiam(*where, "validate", "--user", "john.doe", "--", "x")
        self.assertFails(result, 78, "aws.")

    def test_the_gate_is_shut_for_who_does_not_sign(self):
        request = urllib.request.Request(self.url + "/iam_metadata/_search", data=b"{}", method="POST")
        self.gate.service = "es"
        with self.assertRaises(urllib.error.HTTPError):
            DIRECT.open(request, timeout=30)


if __name__ == "__main__":
    unittest.main()
