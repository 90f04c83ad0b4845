# SPDX-License-Identifier: Apache-2.0
"""The Runtime API of Lambda, as small as it can be: gives out events, takes answers."""
import http.server
import json
import queue
import sys
import threading
import time

PATH = "/2018-06-01/runtime/"


class RuntimeApi:
    """`with RuntimeApi() as api: start("AWS_LAMBDA_RUNTIME_API=" + api.address); api.ask({...})`. One invocation at a time, as Lambda has it."""

    def __init__(self, timeout_s=60):
        self.timeout_s = timeout_s
        self.events, self.answers = queue.Queue(), queue.Queue()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads, self.server.handle_error = True, self.broken
        self.address = "127.0.0.1:%d" % self.server.server_port
        self.count = 0

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.events.put(None)  # who still asks for the next event is let go
        self.server.shutdown()
        self.server.server_close()

    def send(self, event):
        self.count += 1
        self.events.put((f"00000000-0000-4000-8000-{self.count:012d}", json.dumps(event).encode()))

    def answer(self):
        """(what was called, "response" or "error" or "init/error"; the JSON; when it came, by time.perf_counter)."""
        return self.answers.get(timeout=self.timeout_s)

    def ask(self, event):
        self.send(event)
        return self.answer()

    @staticmethod
    def broken(_request, _client):
        """Whoever was killed while it waited for an event is no fault of the server's."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            raise

    def handler(api):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def reply(self, status, headers, body):
                self.send_response(status)
                for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                event = api.events.get() if self.path == PATH + "invocation/next" else None
                if event is None:
                    self.close_connection = True
                    return
                self.reply(200, {
                    "Lambda-Runtime-Aws-Request-Id": event[0],
                    "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + api.timeout_s * 1000),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:f",
                    "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
                }, event[1])

            def do_POST(self):
                came = time.perf_counter()
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                kind = self.path[len(PATH):]
                api.answers.put((kind if kind == "init/error" else kind.split("/")[-1], json.loads(body or b"null"), came))
                self.reply(202, {}, b'{"status":"OK"}')

        return Handler
