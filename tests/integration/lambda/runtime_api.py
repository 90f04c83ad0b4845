# SPDX-License-Identifier: Apache-2.0
"""A Runtime API of our own, for what the emulator does not have: trace ids, deadlines, answers that break the protocol, the process itself.

    with Runtime("orchestrator", store=self.store) as runtime:
        call = runtime.ask({…}, trace_id="Root=1-…")
        call.kind, call.json, call.headers
"""
import http.server
import json
import queue
import subprocess
import tempfile
import threading
import time

from support import PROGRAM, environment, settings

BASE = "/2018-06-01/runtime/"


class Call:
    """What the process posted: kind is "response", "error" or "init/error"."""

    def __init__(self, kind, request_id, headers, body):
        self.kind, self.request_id, self.headers, self.body = kind, request_id, headers, body
        self.came = time.perf_counter()

    @property
    def json(self):
        return json.loads(self.body)


class Runtime:
    def __init__(self, handler, store=None, config=None, program=None, **variables):
        self.events, self.calls = queue.Queue(), queue.Queue()
        self.count, self.connections = 0, 0
        self.next_status, self.post_status = 200, {}  # what to answer instead: {"response": 413}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.environment = environment(**{
            **settings(store, config), "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}",
            **({} if handler is None else {"_HANDLER": handler}), **variables})
        self.program, self.process = program or PROGRAM, None

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([self.program], env=self.environment, stdout=self.log, stderr=self.log)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.events.put(None)
        self.server.shutdown()
        self.server.server_close()
        self.log.close()

    def send(self, event, trace_id=None, deadline_ms=30000, request_id=None, headers=()):
        """`deadline_ms` from now; None: no deadline is told."""
        self.count += 1
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        told = {"Lambda-Runtime-Aws-Request-Id": request_id if request_id is not None else f"00000000-0000-4000-8000-{self.count:012d}",
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-central-1:123456789012:function:f"}
        if trace_id is not None:
            told["Lambda-Runtime-Trace-Id"] = trace_id
        self.events.put((told, deadline_ms, {**told, **dict(headers)}, body))

    def answer(self, seconds=60):
        return self.calls.get(timeout=seconds)

    def ask(self, event, **options):
        self.send(event, **options)
        return self.answer()

    def exit_code(self, seconds=30):
        return self.process.wait(seconds)

    def output(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")

    def _handler(runtime):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                runtime.connections += 1

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:  # the process has ended
                    pass

            def log_message(self, *_):
                pass

            def reply(self, status, headers, body):
                self.send_response(status)
                for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if runtime.next_status != 200:
                    self.reply(runtime.next_status, {}, b"{}")
                    return
                event = runtime.events.get() if self.path == BASE + "invocation/next" else None
                if event is None:
                    self.close_connection = True
                    return
                _, deadline_ms, headers, body = event
                if deadline_ms is not None:
                    headers = {"Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + deadline_ms), **headers}
                self.reply(200, headers, body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = self.path[len(BASE):]
                kind = path if path == "init/error" else path.split("/")[-1]
                request_id = None if path == "init/error" else path.split("/")[1]
                status = runtime.post_status.get(kind, 202)
                runtime.calls.put(Call(kind, request_id, self.headers, body))
                self.reply(status, {}, b'{"status":"OK"}')

        return Handler
