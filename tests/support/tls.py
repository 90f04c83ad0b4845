# SPDX-License-Identifier: Apache-2.0
"""A certificate authority for one test, and a server's certificate by it, made with the program openssl."""

import pathlib
import subprocess


def _openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def authority(folder, name="localhost", address="127.0.0.1", prefix=""):
    """Makes {prefix}ca.pem, {prefix}server.pem, {prefix}server.key in `folder`, and gives the three paths."""
    folder = pathlib.Path(folder)
    files = [folder / f"{prefix}{part}" for part in ("ca.pem", "server.pem", "server.key")]
    key = ["-newkey", "rsa:2048", "-nodes"]
    _openssl(folder, "req", "-x509", *key, "-keyout", f"{prefix}ca.key", "-out", files[0].name, "-days", "2",
             "-subj", "/CN=Test CA", "-addext", "basicConstraints=critical,CA:TRUE")
    _openssl(folder, "req", *key, "-keyout", files[2].name, "-out", f"{prefix}server.csr", "-subj", f"/CN={name}")
    extensions = folder / f"{prefix}server.ext"
    extensions.write_text(f"subjectAltName=DNS:{name},IP:{address}\n", encoding="utf-8")
    _openssl(folder, "x509", "-req", "-in", f"{prefix}server.csr", "-CA", files[0].name, "-CAkey", f"{prefix}ca.key",
             "-CAcreateserial", "-out", files[1].name, "-days", "2", "-extfile", extensions.name)
    return files
