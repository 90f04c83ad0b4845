# SPDX-License-Identifier: Apache-2.0
"""What scripts/package-lambda writes: small, in need of nothing that Amazon Linux 2023 has not, and able to run with nothing beside it."""
import fcntl
import http.server
import os
import pathlib
import platform
import re
import shlex
import shutil
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(os.environ["ASKIAM_SOURCE"], "tests", "integration", "lambda")))

from runtime_api import Runtime  # noqa: E402
from support import Function, SENTENCE, SOURCE, cli  # noqa: E402

ARCH = os.environ["ASKIAM_LAMBDA_ARCH"]
GLIBC_OF_AMAZON_LINUX_2023 = (2, 34)
LARGEST_BYTES = 4 * 1024 * 1024
MACHINES = {"x86_64": "Advanced Micro Devices X86-64", "aarch64": "AArch64"}
SYSTEM_LIBRARIES = re.compile(r"(libc\.so\.6|libm\.so\.6|ld-linux-(x86-64\.so\.2|aarch64\.so\.1))$")
TRUSTED = ("etc/pki/tls/certs/ca-bundle.crt", "etc/ssl/certs/ca-certificates.crt")
EVENT = {"user_id": "john.doe", "raw_request": SENTENCE}


def readelf(option, path):
    return subprocess.run(["readelf", "-W", option, str(path)], check=True, capture_output=True, text=True, env={"LC_ALL": "C", **os.environ}).stdout


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

    def test_a_second_run_waits_for_the_first(self):
        with open(self.zip.parent / ARCH / "lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            second = subprocess.Popen([str(SOURCE / "scripts" / "package-lambda"), ARCH], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertTrue(any("waiting for another run" in line for line in second.stderr), "it did not wait")
            fcntl.flock(lock, fcntl.LOCK_UN)
        path, _ = second.communicate()
        self.assertEqual((second.returncode, path.splitlines()[-1:]), (0, [str(self.zip)]))

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

    if ARCH == "x86_64":  # on aarch64 SQLite's long doubles need the compiler's library

        def test_the_program_takes_from_glibc_what_glibc_has_for_each_processor(self):
            """Where one function of the compiler's run-time library is needed, all of it is linked, and its memcpy takes the place of glibc's."""
            imported = set(re.findall(r" UND (\w+)", readelf("--dyn-syms", self.bootstrap)))
            self.assertLessEqual({"memchr", "memcmp", "memcpy", "memmove", "memset", "strlen", "log"}, imported)

    def test_the_program_is_hardened(self):
        header, segments, dynamic = readelf("-h", self.bootstrap), readelf("-l", self.bootstrap), readelf("-d", self.bootstrap)
        self.assertRegex(header, r"Machine:\s+" + re.escape(MACHINES[ARCH]))
        self.assertRegex(header, r"Type:\s+DYN")
        self.assertIn("GNU_RELRO", segments)
        self.assertNotRegex(segments, r"GNU_STACK.*RWE")
        self.assertRegex(dynamic, r"BIND_NOW|\bNOW\b")

    def test_the_program_decides_with_nothing_beside_it_but_glibc(self):
        program, store = self.alone()
        with Runtime("orchestrator", store=store, program=program) as runtime:
            for _ in range(2):
                call = runtime.ask(EVENT)
                self.assertEqual((call.kind, call.json.get("status")), ("response", "VALID"), call.body)
            self.assertIsNone(runtime.process.poll())

    def test_the_program_decides_so_under_the_emulator(self):
        program, store = self.alone()
        with Function("orchestrator", store=store, program=program) as function:
            for _ in range(2):
                answer = function.invoke(EVENT)
                self.assertEqual(answer.get("status"), "VALID", answer)

    def test_the_program_decides_over_postgresql(self):
        store = f"{os.environ['ASKIAM_TEST_POSTGRES']}/postgres"
        cli("--store", store, "init", "--sample")
        with Runtime("orchestrator", store=store, program=self.alone()[0]) as runtime:
            call = runtime.ask(EVENT)
            self.assertEqual((call.kind, call.json.get("status")), ("response", "VALID"), call.body)

    if ARCH == platform.machine():  # qemu does not change the root folder

        def test_the_program_trusts_what_the_system_trusts_there_as_on_debian(self):
            certificate, key = self.room / "server.crt", self.room / "server.key"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                            "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
            for place in TRUSTED:
                trusted = self.room / place
                trusted.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(certificate, trusted)
                self.assertEqual(self.asked_over_tls(certificate, key), ["/v1/embeddings"], place)
                trusted.unlink()
            self.assertEqual(self.asked_over_tls(certificate, key), [], "trusted by nobody")

    def asked_over_tls(self, certificate, key):
        """Which paths an embedder with this certificate was asked for, for one decision."""
        asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                asked.append(self.path)
                self.send_error(500)

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            server.handle_error = lambda *_: None  # a client that does not trust it hangs up
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            program, store = self.alone()
            settings = {"embedder.backend": "openai", "embedder.url": f"https://127.0.0.1:{server.server_port}/v1", "embedder.model": "m",
                        "embedder.dimension": "8", "retry.attempts": "1"}
            with Runtime("orchestrator", store=store, config=settings, program=program) as runtime:
                self.assertEqual(runtime.ask(EVENT).kind, "response")
            server.shutdown()
        return asked

    def alone(self):
        """A program that runs what is in the zip in a root of its own, which has glibc and a store besides; of another architecture, with that
        architecture's glibc alone. And the address of the store in there."""
        store, program = self.room / "askiam.db", self.room / "alone"
        store.unlink(missing_ok=True)
        cli("--store", f"sqlite:{store}", "init", "--sample")
        if ARCH == platform.machine():
            self.copy_glibc()
            command = [*([] if os.geteuid() == 0 else ["unshare", "--map-root-user"]), shutil.which("chroot"), self.room, "/bootstrap"]
            store = "/askiam.db"
        else:
            command = [f"/usr/bin/qemu-{ARCH}", "-L", f"/usr/{ARCH}-linux-gnu", self.bootstrap]
        program.write_text(f"#!/bin/sh\nexec {shlex.join(map(str, command))}\n")
        program.chmod(0o755)
        return program, f"sqlite:{store}"

    def copy_glibc(self):
        loader = re.search(r"interpreter: (.*)\]", readelf("-l", self.bootstrap)).group(1)
        folder = pathlib.Path("/lib", f"{ARCH}-linux-gnu")
        for path in [loader, folder / "libc.so.6", folder / "libm.so.6"]:
            target = self.room / str(path)[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


if __name__ == "__main__":
    unittest.main()
