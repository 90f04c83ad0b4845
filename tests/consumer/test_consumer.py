# SPDX-License-Identifier: Apache-2.0
"""Installs the library to a new prefix and builds a stranger's program against it: by pkg-config and by CMake, shared and static."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ["ASKIAM_BUILD"])


def run(*command, **options):
    """Runs a command; its whole output is the message where it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Consumer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = pathlib.Path(tempfile.mkdtemp(prefix="askiam-consumer-"))
        cls.addClassCleanup(shutil.rmtree, cls.room)
        cls.prefix = cls.room / "prefix"
        run("cmake", "--install", BUILD, "--prefix", cls.prefix)
        package = next(cls.prefix.rglob("askiam.pc")).parent
        cls.libraries = package.parent
        cls.environment = {**os.environ, "PKG_CONFIG_PATH": str(package)}

    def pkg_config(self, *options):
        return run("pkg-config", *options, "askiam", env=self.environment).split()

    def check_program(self, program, shared):
        needed = run("readelf", "-d", program)
        self.assertEqual("libaskiam.so" in needed, shared, needed)
        environment = {**self.environment, "LD_LIBRARY_PATH": str(self.libraries)}
        answer = run(program, f"sqlite:{program}.db", env=environment).split()
        self.assertEqual(answer[0], self.pkg_config("--modversion")[0])
        self.assertIn(answer[1], ("VALID", "INVALID", "NEEDS_INFO"))

    def test_pkg_config_shared(self):
        program = self.room / "pc-shared"
        run("cc", "-std=c11", "-Wall", "-Werror", HERE / "consumer.c", "-o", program,
            *self.pkg_config("--cflags", "--libs"))
        self.check_program(program, shared=True)

    def test_pkg_config_static(self):
        program = self.room / "pc-static"
        flags = ["-l:libaskiam.a" if flag == "-laskiam" else flag
                 for flag in self.pkg_config("--static", "--cflags", "--libs")]
        run("cc", "-std=c11", "-Wall", "-Werror", HERE / "consumer.c", "-o", program, *flags)
        self.check_program(program, shared=False)

    def check_cmake(self, kind):
        build = self.room / f"cmake-{kind}"
        run("cmake", "-S", HERE, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DASKIAM_KIND={kind}")
        run("cmake", "--build", build)
        self.check_program(build / "consumer", shared=kind == "shared")

    def test_cmake_shared(self):
        self.check_cmake("shared")

    def test_cmake_static(self):
        self.check_cmake("static")

    def test_installed_program_runs(self):
        self.assertIn("askiam", run(self.prefix / "bin" / "askiam", "version"))

    def test_nothing_installed_names_the_build_folder(self):
        for pattern in ("*.pc", "*.cmake", "*.h"):
            for path in self.prefix.rglob(pattern):
                self.assertNotIn(str(BUILD), path.read_text(encoding="utf-8"), path)

    def test_soname_is_the_major_version(self):
        library = next(self.libraries.glob("libaskiam.so"))
        major = self.pkg_config("--modversion")[0].split(".")[0]
        self.assertIn(f"[libaskiam.so.{major}]", run("readelf", "-d", library))


if __name__ == "__main__":
    unittest.main()
