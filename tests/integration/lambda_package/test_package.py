# SPDX-License-Identifier: Apache-2.0
"""What scripts/package-lambda writes: small, in need of nothing that Amazon Linux 2023 has not, and able to run with nothing beside it."""
import contextlib
import http.client
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import unittest
import zipfile

from runtime_api import RuntimeApi

SOURCE = pathlib.Path(os.environ["ASKIAM_SOURCE"])
ARCH = os.environ["ASKIAM_LAMBDA_ARCH"]
GLIBC_OF_AMAZON_LINUX_2023 = (2, 34)
LARGEST_BYTES = 4 * 1024 * 1024
MACHINES = {"x86_64": "Advanced Micro Devices X86-64", "aarch64": "AArch64"}
SYSTEM_LIBRARIES = re.compile(r"(libc\.so\.6|libm\.so\.6|ld-linux-(x86-64\.so\.2|aarch64\.so\.1))$")
EVENT = {"user_id": "john.doe", "raw_request": "I need access to HR Analyst role in Workday"}


def readelf(option, path):
    return subprocess.run(["readelf", "-W", option, str(path)], check=True, capture_output=True, text=True, env={"LC_ALL": "C", **os.environ}).stdout


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def invoke_rie(port):
    """The answer to EVENT; waits until the emulator listens."""
    for _ in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("POST", "/2015-03-31/functions/function/invocations", json.dumps(EVENT))
        except ConnectionRefusedError:
            time.sleep(0.05)
            continue
        with contextlib.closing(connection):
            return json.loads(connection.getresponse().read())
    raise AssertionError("the emulator does not listen")


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = subprocess.run([str(SOURCE / "scripts" / "package-lambda"), ARCH], stdout=subprocess.PIPE, text=True, check=True)
        cls.zip = pathlib.Path(made.stdout.splitlines()[-1])
        cls.room = pathlib.Path(tempfile.mkdtemp(prefix="askiam-lambda-"))
        cls.addClassCleanup(shutil.rmtree, cls.room)
        with zipfile.ZipFile(cls.zip) as archive:
            archive.extractall(cls.room)
        cls.bootstrap = cls.room / "bootstrap"
        cls.bootstrap.chmod(0o755)  # the module leaves modes out

    def test_the_zip_holds_the_program_and_the_licences(self):
        with zipfile.ZipFile(self.zip) as archive:
            modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
            self.assertEqual(modes, {"bootstrap": stat.S_IFREG | 0o755, "NOTICE": stat.S_IFREG | 0o644})
            self.assertEqual({entry.date_time for entry in archive.infolist()}, {(1980, 1, 1, 0, 0, 0)})
            notice = archive.read("NOTICE").decode()
        for name in ("Apache License", "openssl 3", "curl ", "postgresql ", "sqlite3 ", "cjson ", "utf8proc "):
            self.assertIn(name, notice)

    def test_the_zip_is_small(self):
        self.assertLessEqual(self.zip.stat().st_size, LARGEST_BYTES)

    def test_the_program_needs_no_newer_glibc_than_amazon_linux_2023_has(self):
        versions = {tuple(map(int, found.split("."))) for found in re.findall(r"Name: GLIBC_([0-9.]+)", readelf("-V", self.bootstrap))}
        self.assertTrue(versions)
        self.assertLessEqual(max(versions), GLIBC_OF_AMAZON_LINUX_2023)

    def test_the_program_needs_no_library_but_glibc(self):
        dynamic = readelf("-d", self.bootstrap)
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
        self.assertIn("libc.so.6", needed)
        self.assertEqual([name for name in needed if not SYSTEM_LIBRARIES.match(name)], [])
        self.assertNotRegex(dynamic, r"\((RPATH|RUNPATH)\)")

    def test_the_program_is_hardened(self):
        header, segments, dynamic = readelf("-h", self.bootstrap), readelf("-l", self.bootstrap), readelf("-d", self.bootstrap)
        self.assertRegex(header, r"Machine:\s+" + re.escape(MACHINES[ARCH]))
        self.assertRegex(header, r"Type:\s+DYN")
        self.assertIn("GNU_RELRO", segments)
        self.assertNotRegex(segments, r"GNU_STACK.*RWE")
        self.assertRegex(dynamic, r"BIND_NOW|\bNOW\b")

    def test_the_program_decides_with_nothing_beside_it_but_glibc(self):
        with RuntimeApi() as api, self.started(["/bootstrap"], AWS_LAMBDA_RUNTIME_API=api.address) as process:
            for _ in range(2):
                kind, answer, _ = api.ask(EVENT)
                self.assertEqual((kind, answer.get("status")), ("response", "VALID"), answer)
            self.assertIsNone(process.poll())

    if ARCH == platform.machine():  # the emulator runs functions of its own architecture

        def test_the_program_decides_under_the_emulator_with_nothing_beside_it_but_glibc(self):
            rie = subprocess.run(["bash", "-c", '. "$0/scripts/lib/common.sh" && . "$ROOT/scripts/lib/packages.sh" && need_rie', str(SOURCE)],
                                 check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
            shutil.copy(rie, self.room / "rie")
            (self.room / "dev").mkdir()
            (self.room / "dev" / "null").touch()  # what the emulator opens, for itself
            outside, inside = free_port(), free_port()
            command = ["/rie", "--runtime-interface-emulator-address", f"127.0.0.1:{outside}", "--runtime-api-address", f"127.0.0.1:{inside}",
                       "--log-level", "error", "/bootstrap", "orchestrator"]
            with self.started(command, AWS_LAMBDA_FUNCTION_NAME="f", AWS_LAMBDA_FUNCTION_TIMEOUT="30"):
                for _ in range(2):
                    answer = invoke_rie(outside)
                    self.assertEqual(answer.get("status"), "VALID", answer)

    @contextlib.contextmanager
    def started(self, command, **settings):
        """In a root of its own that has the zip, a store, and glibc; of another architecture, with that architecture's glibc alone."""
        store = self.room / "askiam.db"
        if not store.exists():
            subprocess.run([os.environ["ASKIAM"], "--store", f"sqlite:{store}", "init", "--sample"], check=True, capture_output=True)
        settings = {"_HANDLER": "orchestrator", "ASKIAM_STORE": "sqlite:/askiam.db", **settings}
        if ARCH == platform.machine():
            self.copy_glibc()
            alone = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
            command = [*alone, shutil.which("chroot"), str(self.room), *command]
        else:
            settings["ASKIAM_STORE"] = f"sqlite:{store}"
            command = [f"/usr/bin/qemu-{ARCH}", "-L", f"/usr/{ARCH.replace('_', '-')}-linux-gnu", str(self.bootstrap)]
        process = subprocess.Popen(command, env=settings, start_new_session=True)
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def copy_glibc(self):
        loader = re.search(r"interpreter: (.*)\]", readelf("-l", self.bootstrap)).group(1)
        folder = pathlib.Path("/lib", f"{ARCH}-linux-gnu")
        for path in [loader, folder / "libc.so.6", folder / "libm.so.6"]:
            target = self.room / str(path)[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


if __name__ == "__main__":
    unittest.main()
