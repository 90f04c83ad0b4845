# SPDX-License-Identifier: Apache-2.0
"""The build backend: scikit-build-core, but for source distributions, which hold the C library's sources too.

These lie above this folder, where no source distribution reaches. So it is made of a staged copy, in a temporary folder: nothing
is ever written into the checkout.
"""

import os
import pathlib
import shutil
import tempfile

from scikit_build_core import build as _core
from scikit_build_core.build import *  # noqa: F403  (every hook that is not replaced below)

HERE = pathlib.Path(__file__).resolve().parent.parent
CHECKOUT = HERE.parent.parent
# What CMakeLists.txt of the library needs to build it, and nothing more.
SOURCES = ("CMakeLists.txt", "LICENSE", "cmake", "data", "include", "pkgconfig", "src")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "build", "dist", ".*", "apps", "sample")


def _stage(folder: pathlib.Path) -> None:
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "build", "dist", ".*"))
    if (folder / "libaskiam").exists():
        return  # made of an unpacked source distribution
    for name in SOURCES:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, folder / "libaskiam" / name, ignore=LEFT_OUT)
        else:
            (folder / "libaskiam").mkdir(exist_ok=True)
            shutil.copy2(source, folder / "libaskiam" / name)


def build_sdist(sdist_directory, config_settings=None):
    destination = os.path.abspath(sdist_directory)
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="askiam-sdist-") as room:
        staged = pathlib.Path(room) / "askiam"
        _stage(staged)
        os.chdir(staged)
        try:
            return _core.build_sdist(destination, config_settings)
        finally:
            os.chdir(before)
