# SPDX-License-Identifier: Apache-2.0
"""What the tests of the Lambda functions share: a function under AWS's Runtime Interface Emulator, one under a Runtime API of our own, and stores.

    with Function("orchestrator", store=self.store) as function:
        answer = function.invoke({"user_id": "john.doe", "raw_request": "…"})
"""
import atexit
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

SOURCE = pathlib.Path(os.environ["ASKIAM_SOURCE"])
PROGRAM = os.environ["ASKIAM_LAMBDA"]
CLI = os.environ["ASKIAM"]
SENTENCE = "I need access to HR Analyst role in Workday"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_made = {}


def emulator():
    """The program of the emulator; installed where it is not there yet."""
    if "emulator" not in _made:
        script = f'. "{SOURCE}/scripts/lib/common.sh"; . "{SOURCE}/scripts/lib/packages.sh"; need_emulator'
        done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, check=True, timeout=300)
        _made["emulator"] = os.environ.get("ASKIAM_EMULATOR") or done.stdout.decode().strip()
    return _made["emulator"]


def environment(**changes):
    """The environment without anything that the program reads, but for `changes`."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("ASKIAM", "AWS_", "_X_AMZN", "_HANDLER", "LC_", "LANG")) and not name.lower().endswith("_proxy")}
    return {**kept, "LC_ALL": "C.UTF-8", **changes}


def settings(store, config):
    """Store and settings ({"log.level": "off"}) as variables of the environment."""
    found = {"ASKIAM_" + key.replace(".", "_").upper(): str(value) for key, value in (config or {}).items()}
    return {**found, **({"ASKIAM_STORE": store} if store else {})}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for_port(port, process, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as client:
            client.settimeout(1)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise AssertionError("the emulator did not start")


class Function:
    """A function under the emulator. One invocation at a time."""

    def __init__(self, handler, store=None, config=None, timeout_s=30, program=None, **variables):
        self.handler, self.program = handler, program or PROGRAM
        self.environment = environment(**settings(store, config), AWS_LAMBDA_FUNCTION_TIMEOUT=str(timeout_s),
                                       AWS_LAMBDA_FUNCTION_MEMORY_SIZE="512", AWS_LAMBDA_FUNCTION_NAME="f", **variables)
        self.timeout_s, self.log, self.process = timeout_s, None, None

    def __enter__(self):
        self.log = tempfile.TemporaryFile()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        self.process = subprocess.Popen(
            [emulator(), "--runtime-interface-emulator-address", f"127.0.0.1:{port}", "--runtime-api-address",
             f"127.0.0.1:{free_port()}", "--log-level", "error", self.program, self.handler],
            env=self.environment, stdout=self.log, stderr=self.log)
        try:
            wait_for_port(port, self.process)
        except AssertionError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        children = self.pids()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pid in children:  # the emulator does not always take them with it
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                pass
        self.log.close()

    def pids(self):
        """The function's processes."""
        try:
            children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
            tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
            children = " ".join((task / "children").read_text() for task in tasks)
        except OSError:
            children = ""
        return [int(pid) for pid in children.split()]

    def post(self, event):
        """(HTTP status, bytes) of an invocation with this JSON, these bytes as they are."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        try:
            with DIRECT.open(urllib.request.Request(self.url, body), timeout=self.timeout_s + 30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def invoke(self, event):
        """What the function answers, or its error: {"errorMessage", "errorType", …}."""
        status, body = self.post(event)
        if status != 200:
            raise AssertionError(f"the emulator answered {status}: {body!r}\n{self.output()}")
        return json.loads(body)

    def output(self):
        """What the function has written to its log so far."""
        position = self.log.seek(0, os.SEEK_CUR)
        self.log.seek(0)
        text = self.log.read().decode("utf-8", "replace")
        self.log.seek(position)
        return text


def cli(*arguments, check=True):
    done = subprocess.run([CLI, *arguments], env=environment(), capture_output=True, timeout=120, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stderr.decode()}")
    return done


def template():
    """The sample organisation in a store that nobody changes."""
    if "template" not in _made:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="askiam-lambda-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        cli("--store", f"sqlite:{folder / 'iam.db'}", "init", "--sample")
        _made["template"] = folder
    return _made["template"]


class LambdaCase(unittest.TestCase):
    """Each test has a fresh copy of the sample store: self.store, self.database."""
    maxDiff = None

    def setUp(self):
        self.room = pathlib.Path(tempfile.mkdtemp(prefix="askiam-lambda-"))
        self.addCleanup(shutil.rmtree, self.room, ignore_errors=True)
        for path in template().iterdir():
            shutil.copy(path, self.room)
        self.database = self.room / "iam.db"
        self.store = f"sqlite:{self.database}"

    def askiam(self, *arguments, check=True):
        return cli("--store", self.store, *arguments, check=check)
