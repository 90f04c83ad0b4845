#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From the start of a process to its first answer, and from an event to its answer after that, for functions on the Runtime API of Lambda.

    measure.py --runs 30 --store FILE --rie PATH --function NAME 'COMMAND …' [--function …]

Each function is started anew for every run, in turn with the others, by a Runtime API that does as little as it can and, where --rie names it,
by the official emulator, whose own work is then part of the figure. What a killed process left in the log of the store is moved into it between
runs, as a new environment has a new copy. Prints a JSON line for each function: medians, milliseconds and MiB. What a process has in memory
is read after its first answer and after its last: resident (with the pages of files that are mapped), and what is its own alone. `first_cpu_ms` is
the time on a processor alone, without waits for the disk.
"""
import argparse
import contextlib
import http.client
import json
import os
import pathlib
import shlex
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

EVENT = json.dumps({"user_id": "john.doe", "raw_request": "I need access to HR Analyst role in Workday"}).encode()


class Api:
    """One function, one invocation at a time; a socket and nothing more, so that little of what is measured is this program."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(60)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.connection, self.rest = None, b""

    def request(self):
        """The first line and the body of the next request, on whatever connection it comes."""
        while True:
            if self.connection is None:
                self.connection, _ = self.listener.accept()
                self.connection.settimeout(60)
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.rest = b""
            head, end, body = self.rest.partition(b"\r\n\r\n")
            if end:
                fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
                length = int(fields.get(b"content-length", 0))
                if len(body) >= length:
                    self.rest = body[length:]
                    return head.split(b"\r\n")[0], body[:length]
            got = self.connection.recv(1 << 20)
            if not got:
                self.connection.close()
                self.connection = None
            self.rest += got

    def reply(self, status, headers, body):
        head = "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n" % (status, headers, len(body))
        self.connection.sendall(head.encode() + body)

    def invoke(self, count):
        """Gives out one event and takes its answer; when each was, and the answer."""
        line, _ = self.request()
        assert line.startswith(b"GET /2018-06-01/runtime/invocation/next"), line
        headers = ("Lambda-Runtime-Aws-Request-Id: 00000000-0000-4000-8000-%012d\r\nLambda-Runtime-Deadline-Ms: %d\r\n"
                   "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:f\r\n") % (count, time.time() * 1000 + 30000)
        given = time.perf_counter()
        self.reply("200 OK", headers, EVENT)
        line, body = self.request()
        taken = time.perf_counter()
        assert line.endswith(b"/response HTTP/1.1") and b"ERROR" not in body, (line, body)
        self.reply("202 Accepted", "", b'{"status":"OK"}')
        return given, taken, body

    def close(self):
        for one in (self.connection, self.listener):
            if one is not None:
                one.close()


def memory_mib(process):
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines())
    return {name: int(status[field].split()[0]) / 1024 for name, field in (("rss", "VmRSS"), ("own", "RssAnon"))}


def cpu_ms(process):
    """Of all its threads, from the start on."""
    return sum(int(task.read_text().split()[0]) for task in pathlib.Path(f"/proc/{process}/task").glob("*/schedstat")) / 1e6


def settle(store):
    with contextlib.closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def environment(**more):
    return {**os.environ, "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "_HANDLER": "orchestrator",
            "AWS_REGION": "us-east-1", **more}


def run_direct(command, warm):
    api = Api()
    began = time.perf_counter()
    log = tempfile.TemporaryFile()  # written as it would be to CloudWatch; a terminal would slow it down
    process = subprocess.Popen(command, env=environment(AWS_LAMBDA_RUNTIME_API=api.address), stderr=log)
    try:
        _, taken, answer = api.invoke(0)
        first = {"first_ms": (taken - began) * 1000, "first_cpu_ms": cpu_ms(process.pid), **{f"first_{name}_mib": value for name, value in memory_mib(process.pid).items()}}
        times = [(taken - given) * 1000 for given, taken, _ in (api.invoke(count) for count in range(1, warm + 1))]
        last = {f"last_{name}_mib": value for name, value in memory_mib(process.pid).items()}
        return {**first, **last, "warm_ms": statistics.median(times), "answer_bytes": len(answer)}
    finally:
        process.kill()
        process.wait()
        api.close()
        log.close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def ask_rie(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("POST", "/2015-03-31/functions/function/invocations", EVENT)
    answer = connection.getresponse()
    body = answer.read()
    taken = (time.perf_counter() - began) * 1000
    assert answer.status == 200 and b"errorType" not in body and b"ERROR" not in body, (answer.status, body)
    return taken


def run_rie(rie, command, warm):
    port = free_port()
    process = subprocess.Popen([rie, "--runtime-interface-emulator-address", f"127.0.0.1:{port}", "--runtime-api-address",
                                f"127.0.0.1:{free_port()}", "--log-level", "error", *command, *(["orchestrator"] if len(command) == 1 else [])],
                               env=environment(AWS_LAMBDA_FUNCTION_TIMEOUT="30"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except ConnectionRefusedError:
                if process.poll() is not None:
                    sys.exit(f"{rie} ended with {process.returncode} before it listened")
                time.sleep(0.01)
        return {"rie_first_ms": ask_rie(port), "rie_warm_ms": statistics.median(ask_rie(port) for _ in range(warm))}
    finally:
        process.kill()
        process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--warm", type=int, default=100)
    parser.add_argument("--store", required=True)
    parser.add_argument("--rie")
    parser.add_argument("--function", action="append", nargs=2, required=True, metavar=("NAME", "COMMAND"))
    options = parser.parse_args()
    functions = [(name, shlex.split(command)) for name, command in options.function]
    figures = {name: [] for name, _ in functions}
    for _ in range(options.runs):
        for name, command in functions:
            settle(options.store)
            figure = run_direct(command, options.warm)
            if options.rie:
                settle(options.store)
                figure.update(run_rie(options.rie, command, options.warm))
            figures[name].append(figure)
    for name, runs in figures.items():
        line = {"function": name, "runs": len(runs)}
        for key in runs[0]:
            values = [run[key] for run in runs]
            line[key] = round(statistics.median(values), 2)
            if key.endswith("first_ms"):
                line[f"{key}_least"], line[f"{key}_worst"] = round(min(values), 2), round(max(values), 2)
        print(json.dumps(line))


if __name__ == "__main__":
    sys.exit(main())
