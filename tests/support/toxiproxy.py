# SPDX-License-Identifier: Apache-2.0
"""A proxy that injects faults, between a test and a server (tests/support/toxiproxy); ended with the test."""

import json
import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Toxiproxy:
    def __init__(self):
        server = subprocess.run([HERE / "toxiproxy"], check=True, capture_output=True, text=True).stdout.strip()
        self.port = free_port()
        self.process = subprocess.Popen([server, "-host", "127.0.0.1", "-port", str(self.port)],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                self.ask("GET", "/version")
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        self.stop()
        raise RuntimeError("toxiproxy does not answer")

    def ask(self, method, path, value=None):
        data = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, method=method,
                                         headers={"User-Agent": "askiam-tests"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return answer.read()

    def proxy(self, name, upstream_port):
        """A new proxy before a server of this machine; gives its port."""
        port = free_port()
        self.ask("POST", "/proxies", {"name": name, "listen": f"127.0.0.1:{port}",
                                      "upstream": f"127.0.0.1:{upstream_port}", "enabled": True})
        return port

    def enable(self, name, enabled):
        self.ask("POST", f"/proxies/{name}", {"enabled": enabled})

    def toxic(self, name, kind, stream="downstream", **attributes):
        self.ask("POST", f"/proxies/{name}/toxics", {"type": kind, "stream": stream, "attributes": attributes})

    def reset(self):
        """No toxics, and every proxy enabled."""
        self.ask("POST", "/reset", {})

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
