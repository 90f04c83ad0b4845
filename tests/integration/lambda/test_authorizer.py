# SPDX-License-Identifier: Apache-2.0
"""The function authorizer under the emulator: keys from an HTTPS server, tokens signed by openssl, events as API Gateway sends them."""
import base64
import http.server
import json
import ssl
import subprocess
import sys
import threading
import time

from support import SOURCE, Function, LambdaCase

sys.path.insert(0, str(SOURCE / "tests" / "support"))
import tls  # noqa: E402

ISSUER = "https://id.example/"
METHOD = "arn:aws:execute-api:us-east-1:123456789012:abcdef123/prod/GET/status/r-1"
STAGE = "arn:aws:execute-api:us-east-1:123456789012:abcdef123/prod/*"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """An Ed25519 key."""

    def __init__(self, folder, kid):
        self.kid, self.folder, self.path = kid, folder, folder / f"{kid}.pem"
        self.openssl("genpkey", "-algorithm", "ED25519", "-out", self.path)

    def openssl(self, *arguments):
        return subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60).stdout

    def jwk(self):
        public = self.openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER")[-32:]
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": self.kid, "x": base64url(public)}

    def token(self, header=None, **claims):
        whole = {"iss": ISSUER, "aud": "askiam", "sub": "john.doe", "exp": int(time.time()) + 300, **claims}
        text = ".".join(base64url(json.dumps(part).encode())
                        for part in ({"alg": "EdDSA", "kid": self.kid, **(header or {})}, whole))
        message = self.folder / "message"
        message.write_text(text)
        return f"{text}.{base64url(self.openssl('pkeyutl', '-sign', '-inkey', self.path, '-rawin', '-in', message))}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802
        self.server.asked += 1
        self.server.hangs.wait(self.server.delay_s)
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Authorizer(LambdaCase):
    def setUp(self):
        super().setUp()
        self.key = Key(self.room, "one")
        self.authority, certificate, private = tls.authority(self.room)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, private)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.handle_error = lambda *_: None
        self.server.asked, self.server.delay_s, self.server.hangs = 0, 0, threading.Event()
        self.publish(self.key)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.server.hangs.set)

    def publish(self, *keys, status=200):
        self.server.answer = status, json.dumps({"keys": [key.jwk() for key in keys]}).encode()

    def function(self, timeout_s=30, **changes):
        config = {"auth.issuer": ISSUER, "auth.audience": "askiam", "http.ca_file": self.authority,
                  "auth.jwks": f"https://localhost:{self.server.server_port}/keys", **changes}
        return Function("authorizer", store=self.store, timeout_s=timeout_s, config={name.replace("__", "."): value for name, value in config.items()})

    def assertAllowed(self, answer):  # noqa: N802
        self.assertEqual(answer, {
            "principalId": "john.doe", "context": {"principalId": "john.doe", "scopes": "audit", "groups": "", "method": "jwt"},
            "policyDocument": {"Version": "2012-10-17", "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": STAGE}]}})

    def assertUnauthorized(self, answer):  # noqa: N802
        self.assertEqual(answer.get("errorMessage"), "Unauthorized", answer)

    def test_every_form_of_event_is_answered_in_its_own(self):
        token = self.key.token(scope="audit")
        with self.function() as function:
            self.assertEqual(self.server.asked, 0)
            self.assertAllowed(function.invoke({"type": "TOKEN", "authorizationToken": token, "methodArn": METHOD}))
            rest = {"type": "REQUEST", "methodArn": METHOD, "resource": "/status/{id}", "httpMethod": "GET",
                    "headers": {"AUTHORIZATION": f"Bearer {token}"}, "multiValueHeaders": {"AUTHORIZATION": [f"Bearer {token}"]}}
            self.assertAllowed(function.invoke(rest))
            simple = {"version": "2.0", "type": "REQUEST", "routeArn": METHOD, "identitySource": [token],
                      "headers": {"authorization": f"bearer {token}"}}
            answer = function.invoke(simple)
            self.assertIs(answer["isAuthorized"], True)
            self.assertEqual(answer["context"]["principalId"], "john.doe")
            parted = function.invoke({**simple, "headers": {"authorization": self.key.token(groups=["HR Team", "staff"])}})
            self.assertEqual(parted["context"]["groups"], "HR%20Team staff")
            self.assertEqual(function.invoke({**simple, "headers": {}}), {"isAuthorized": False, "context": {}})
            self.assertEqual(self.server.asked, 1)
        with self.function(auth__authorizer_response="policy") as function:
            self.assertAllowed(function.invoke(simple))

    def test_tokens_that_are_not_good_are_unauthorized(self):
        other = Key(self.room, "other")
        other.kid = "one"
        now = int(time.time())
        bad = [other.token(), self.key.token(exp=now - 100), self.key.token(nbf=now + 200), self.key.token(iat=now + 200),
               self.key.token(aud="other"), self.key.token(iss="https://id.example"), self.key.token({"alg": "none"}),
               self.key.token({"alg": "HS256"}), self.key.token({"crit": ["exp"]}), self.key.token({"kid": "two"}),
               self.key.token(pad="x" * 16384), self.key.token() + "A", "", "x"]
        with self.function() as function:
            for token in bad:
                self.assertUnauthorized(function.invoke({"type": "TOKEN", "authorizationToken": token, "methodArn": METHOD}))
            self.assertAllowed(function.invoke({"type": "TOKEN", "authorizationToken": self.key.token(scope="audit"), "methodArn": METHOD}))
            log = function.output()
        self.assertIn("it has expired", log)
        self.assertNotIn(bad[1], log)

    def test_keys_that_cannot_be_had_are_an_error(self):
        event = {"type": "TOKEN", "authorizationToken": self.key.token(), "methodArn": METHOD}
        self.publish(self.key, status=302)
        with self.function() as function:
            self.assertEqual(function.invoke(event)["errorType"], "UNAVAILABLE")
        self.publish(self.key)
        stranger, _, _ = tls.authority(self.room, prefix="stranger-")
        with self.function(http__ca_file=stranger) as function:
            self.assertEqual(function.invoke(event)["errorType"], "UNAVAILABLE")
        with self.function(auth__audience="") as function:
            self.assertEqual(function.invoke(event)["errorType"], "CONFIG")

    def test_keys_that_do_not_come_are_an_error_before_lambda_ends_the_function(self):
        self.server.delay_s = 20
        with self.function(timeout_s=2) as function:
            answer = function.invoke({"type": "TOKEN", "authorizationToken": self.key.token(), "methodArn": METHOD})
            self.assertEqual(answer["errorType"], "UNAVAILABLE")

    def test_a_key_of_the_store_says_who_calls(self):
        key = self.askiam("key", "create", "--owner", "jane.smith", "--burst", "1", "--per-minute", "1").stdout.decode().strip()
        event = {"type": "REQUEST", "methodArn": METHOD, "headers": {"X-API-Key": key}}
        with self.function() as function:
            answer = function.invoke(event)
            self.assertEqual((answer["principalId"], answer["context"]["method"]), ("jane.smith", "key"))
            self.assertNotIn(key, json.dumps(answer))
            self.assertEqual(function.invoke(event)["policyDocument"]["Statement"][0]["Effect"], "Deny")
            self.assertUnauthorized(function.invoke({**event, "headers": {"X-API-Key": key[:-1] + "x"}}))


if __name__ == "__main__":
    import unittest
    unittest.main()
