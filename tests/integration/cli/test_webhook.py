# SPDX-License-Identifier: Apache-2.0
"""Events delivered to a real HTTP server, in the clear and over TLS, that verifies each signature by itself."""

import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import ssl
import sys
import threading
import unittest

from support import CliCase, SENTENCE

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "support"))
import tls  # noqa: E402

KEY = bytes(range(24))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        self.server.received.append((dict(self.headers), body))
        self.answer()

    def answer(self):
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


class WebhookCase(CliCase):
    def setUp(self):
        super().setUp()
        self.sample()
        for number in range(3):
            self.assertIn(self.validate(SENTENCE, "--request-id", f"r{number}").code, (0, 1, 2))
        self.key = self.room / "hook.key"
        self.key.write_text(SECRET + "\n", encoding="utf-8")
        self.dead = self.room / "dead.jsonl"

    def serve(self, files=None, handler=Handler):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.received, server.statuses = [], []
        if files is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(files[1], files[2])
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def relay(self, server, *settings, scheme="http", host="127.0.0.1", json_output=True):
        options = [f"webhook.secret_file={self.key}", "retry.delay_ms=1", "retry.jitter_ms=1", *settings]
        flags = [word for option in options for word in ("--set", option)]
        result = self.askiam(*flags, "outbox", "relay", "--to", f"{scheme}://{host}:{server.server_port}/hook",
                             *(["--json"] if json_output else []))
        if "not supported in this build" in result.err:
            self.assertCode(result, 69)
            self.skipTest("this build has no HTTP client")
        return result

    def events(self, server):
        """The events as they came; each is verified as its receiver would."""
        events = []
        for headers, body in server.received:
            signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
            wanted = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
            self.assertEqual(headers["webhook-signature"], f"v1,{wanted}")
            self.assertEqual(headers["Content-Type"], "application/json")
            event = json.loads(body)
            self.assertEqual(event["id"], headers["webhook-id"])
            events.append(event)
        return events

    def decided(self, events):
        return [event["detail"]["request_id"] for event in events if event["detail-type"] == "access.decided"]


class Webhook(WebhookCase):
    def test_every_event_comes_once_in_order(self):
        server = self.serve()
        result = self.relay(server)
        self.assertCode(result, 0)
        events = self.events(server)
        self.assertEqual(result.json(), {"delivered": len(events)})
        self.assertEqual(self.decided(events), ["r0", "r1", "r2"])
        self.assertEqual(self.relay(server).json(), {"delivered": 0})
        self.assertIn("Delivered 0 events to http://127.0.0.1", self.relay(server, json_output=False).out)

    def test_over_tls_with_a_ca_of_ones_own(self):
        server = self.serve(tls.authority(self.room))
        trusting = f"http.ca_file={self.room / 'ca.pem'}"
        self.assertCode(self.relay(server, trusting, scheme="https", host="localhost"), 0)
        self.assertEqual(self.decided(self.events(server)), ["r0", "r1", "r2"])

    def test_a_stranger_s_certificate_is_not_trusted(self):
        server = self.serve(tls.authority(self.room))
        tls.authority(self.room, prefix="other-")
        for settings in ([], [f"http.ca_file={self.room / 'other-ca.pem'}"]):
            self.assertFails(self.relay(server, *settings, scheme="https"), 69, "certificate", "wait")
        self.assertFails(self.relay(server, f"http.ca_file={self.room / 'none.pem'}", scheme="https"), 78)
        self.assertEqual(server.received, [])

    def test_a_certificate_for_another_name_is_not_trusted(self):
        server = self.serve(tls.authority(self.room, name="elsewhere.example", address="127.0.0.9"))
        trusting = f"http.ca_file={self.room / 'ca.pem'}"
        self.assertFails(self.relay(server, trusting, scheme="https"), 69, "127.0.0.1")
        self.assertEqual(server.received, [])

    def test_an_outage_loses_nothing(self):
        server = self.serve()
        server.statuses = [503] * 3
        self.assertFails(self.relay(server, "webhook.attempts=3", f"webhook.dead_letters={self.dead}"), 69, "503", "wait")
        self.assertEqual(len({headers["webhook-id"] for headers, _ in server.received}), 1)
        self.assertFalse(self.dead.exists())
        server.received.clear()
        self.assertCode(self.relay(server), 0)
        self.assertEqual(self.decided(self.events(server)), ["r0", "r1", "r2"])

    def test_refused_events_are_put_aside_and_listed(self):
        server = self.serve()
        server.statuses = [422]
        dead = f"webhook.dead_letters={self.dead}"
        self.assertEqual(self.askiam("--set", dead, "outbox", "dead").out, "")
        self.assertCode(self.relay(server, dead), 0)
        letters = self.askiam("--set", dead, "outbox", "dead").lines()
        self.assertEqual([letter["http_status"] for letter in letters], [422])
        self.assertEqual(letters[0]["event"], self.events(server)[0])
        self.assertFails(self.askiam("outbox", "dead"), 78, "webhook.dead_letters")

    def test_a_redirection_is_not_followed(self):
        server = self.serve()
        server.statuses = [302]
        self.assertFails(self.relay(server), 69, "redirection")
        self.assertEqual(len(server.received), 1)

    def test_what_must_not_or_cannot_be_done_is_said(self):
        server = self.serve()
        self.relay(server)
        target = f"http://127.0.0.1:{server.server_port}"
        self.assertFails(self.askiam("outbox", "relay", "--to", target), 78, "webhook.secret_file")
        self.assertFails(self.askiam("outbox", "relay", "--to", "http://hooks.example/"), 64, "https")
        self.key.write_text("short", encoding="utf-8")
        self.assertFails(self.relay(server), 78, "16 bytes")
        self.key.write_text(SECRET, encoding="utf-8")
        self.assertFails(self.askiam("--set", f"webhook.secret_file={self.key}", "--set", "retry.delay_ms=1", "--set",
                                     "retry.jitter_ms=1", "--set", "webhook.attempts=1", "outbox", "relay", "--to",
                                     f"http://ann:hunter2@127.0.0.1:{server.server_port} /x"), 64)


if __name__ == "__main__":
    unittest.main()
