# SPDX-License-Identifier: Apache-2.0
"""What scripts/package-lambda builds anew and what it keeps, and that two runs do not build in one folder; with recipes that only say that they ran."""
import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["ASKIAM_SOURCE"])
RECIPES = """
set -euo pipefail
LAMBDA_SOURCES=$PWD/sources HOME_OF_ARCH=$PWD/arch ARCH=any ZIG_VERSION=1 GLIBC=2.34 LAMBDA_CFLAGS=-Os
mkdir -p "$LAMBDA_SOURCES" "$HOME_OF_ARCH"
for name in openssl curl; do [ -f "$LAMBDA_SOURCES/$name.version" ] || echo 1:2.0-1 >"$LAMBDA_SOURCES/$name.version"; done
one_file() { :; }
pc() { :; }
build_openssl() { echo openssl "$2" >>"$HOME_OF_ARCH/../ran"; }
build_curl() { echo curl "$2" >>"$HOME_OF_ARCH/../ran"; }
"""
MAKE = "library openssl; library curl openssl"


class Recipes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="askiam-recipes-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_script(self, text, *changes):
        """Its exit code, and which recipes ran."""
        (self.folder / "ran").write_text("")
        script = "\n".join([f". '{SOURCE}/scripts/lib/lambda-build.sh'", RECIPES, *changes, text])
        code = subprocess.run(["bash", "-c", script], cwd=self.folder, stderr=subprocess.DEVNULL, check=False).returncode
        return code, (self.folder / "ran").read_text().split("\n")[:-1]

    def test_what_is_built_is_kept(self):
        self.assertEqual(self.run_script(MAKE), (0, ["openssl 2.0", "curl 2.0"]))
        self.assertEqual(self.run_script(MAKE), (0, []))

    def test_a_changed_recipe_is_followed_for_the_library_and_what_stands_on_it(self):
        self.run_script(MAKE)
        self.assertEqual(self.run_script(MAKE, 'build_openssl() { echo other >>"$HOME_OF_ARCH/../ran"; }'), (0, ["other", "curl 2.0"]))
        self.assertEqual(self.run_script(MAKE), (0, ["openssl 2.0", "curl 2.0"]))
        self.assertEqual(self.run_script(MAKE, 'build_curl() { echo other >>"$HOME_OF_ARCH/../ran"; }'), (0, ["other"]))

    def test_a_new_version_or_compiler_or_flag_builds_anew(self):
        self.run_script(MAKE)
        (self.folder / "sources" / "openssl.version").write_text("2.1-1\n")
        self.assertEqual(self.run_script(MAKE), (0, ["openssl 2.1", "curl 2.0"]))
        self.assertEqual(self.run_script(MAKE, "ZIG_VERSION=2"), (0, ["openssl 2.1", "curl 2.0"]))
        self.assertEqual(self.run_script(MAKE, "ZIG_VERSION=2 LAMBDA_CFLAGS=-O2"), (0, ["openssl 2.1", "curl 2.0"]))

    def test_what_a_failed_recipe_left_is_not_kept(self):
        self.run_script(MAKE)
        self.assertEqual(self.run_script(MAKE, "build_openssl() { false; }"), (1, []))
        self.assertEqual(self.run_script(MAKE), (0, ["openssl 2.0"]))

    def test_runs_at_once_wait_for_each_other(self):
        busy = 'enter() { mkdir busy || echo two >>ran; sleep 0.02; rmdir busy; }; for i in 1 2 3 4 5; do alone lock enter & done; wait'
        self.assertEqual(self.run_script(busy), (0, []))

    def test_a_run_that_fails_leaves_the_way_free(self):
        self.assertEqual(self.run_script("alone lock false")[0], 1)
        self.assertEqual(self.run_script("alone lock echo >>ran")[0], 0)


if __name__ == "__main__":
    unittest.main()
