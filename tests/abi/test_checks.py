# SPDX-License-Identifier: Apache-2.0
"""The checking scripts must find what they are for: test_checks.py SCRIPTS C_COMPILER."""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SCRIPTS, COMPILER = pathlib.Path(sys.argv[1]), sys.argv[2]


class Includes(unittest.TestCase):
    def check(self, path, line):
        """The message about a tree with this one line in this one file; "" where all is well."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in ((path, line + "\n"), ("src/rules/own.h", ""), ("src/apps/cli/cli.h", "")):
                file = pathlib.Path(folder, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            run = subprocess.run([SCRIPTS / "check-includes", folder], capture_output=True, text=True)
            self.assertEqual(run.returncode, 1 if run.stdout else 0, run.stderr)
            return run.stdout

    def test_downward_edges_are_fine(self):
        for path, line in (
            ("src/rules/a.c", '#include "model/facts.h"'),
            ("src/rules/a.c", '#include "rules/own.h"'),
            ("src/rules/a.c", '#include "own.h"'),
            ("src/rules/a.c", "#include <askiam/error.h>"),
            ("src/engine/a.c", '#include "store/sqlite/sqlite_store.h"'),
            ("src/store/sqlite/a.c", "#include <sqlite3.h>"),
            ("src/json/a.c", "#include <cjson/cJSON.h>"),
            ("src/apps/cli/a.c", '#include "cli.h"'),
            ("src/apps/cli/a.c", '#include "apps/cli/cli.h"'),
            ("src/apps/cli/a.c", "#include <askiam/askiam.h>"),
            ("src/apps/lambda/a.c", "#include <curl/curl.h>"),
        ):
            self.assertEqual(self.check(path, line), "", (path, line))

    def test_wrong_edges_are_found_with_their_place(self):
        for path, line, message in (
            ("src/model/a.c", '#include "rules/rules.h"', "lies above"),
            ("src/rules/a.c", '#include "decide/decide.h"', "of its own floor"),
            ("src/search/embedded/a.c", '#include "store/sqlite/db.h"', "of its own floor"),
            ("src/rag/a.c", '#include "judge/evidence/evidence_judge.h"', "concrete backend"),
            ("src/base/a.c", ' #  include "json/json.h"', "lies above"),
            ("src/rules/a.c", "#include <cjson/cJSON.h>", "belongs to json"),
            ("src/model/a.h", "#include <openssl/evp.h>", "belongs to base and auth"),
            ("src/audit/a.c", "#include <sqlite3.h>", "belongs to store/sqlite and search/embedded"),
            ("src/rules/a.c", '#include "nowhere.h"', "no room"),
            ("src/attic/a.c", "", "no room"),
            ("src/apps/cli/a.c", '#include "rules/own.h"', "not public"),
            ("src/apps/cli/a.c", "#include <curl/curl.h>", "inside the library"),
            ("examples/a.c", '#include "../src/rules/own.h"', "not public"),
            ("examples/a.c", "#include <sqlite3.h>", "inside the library"),
            ("include/askiam/a.h", '#include "error.h"', "public header"),
            ("include/askiam/a.h", "#include <cjson/cJSON.h>", "public header"),
        ):
            found = self.check(path, line)
            self.assertIn(message, found, (path, line))
            self.assertTrue(found.startswith(f"{path}:1: "), found)


class Exports(unittest.TestCase):
    def check(self, source, static):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "a.c")
            file.write_text(source)
            library = pathlib.Path(folder, "libx.a" if static else "libx.so")
            options = ["-c", "-o", str(library)] if static else ["-shared", "-fPIC", "-o", str(library)]
            subprocess.run([COMPILER, *options, str(file)], check=True)
            run = subprocess.run([SCRIPTS / "check-exports", library], capture_output=True, text=True)
            self.assertEqual(run.returncode, 1 if run.stdout else 0, run.stderr)
            return run.stdout

    def test_an_undeclared_export_and_missing_names_are_found(self):
        found = self.check("int askiam_stray(void) { return 0; } const char *askiam_version(void) { return 0; }", False)
        self.assertIn("exports askiam_stray", found)
        self.assertIn("lacks askiam_validate, which <askiam/engine.h> declares", found)
        self.assertNotIn("askiam_version", found)

    def test_a_static_library_keeps_to_its_names(self):
        self.assertEqual(self.check("int aski_fine(void) { return 0; }", True), "")
        self.assertIn("defines helper", self.check("int helper(void) { return 0; }", True))

    def test_the_list_is_of_declared_functions(self):
        run = subprocess.run([SCRIPTS / "check-exports", "--list"], capture_output=True, text=True, check=True)
        names = run.stdout.split()
        self.assertNotIn("askiam_judge_vtable", names)
        self.assertIn("askiam_error_set", names)  # declared over two lines, with an attribute behind
        self.assertEqual(names, sorted(set(names)))
        self.assertTrue(all(name.startswith("askiam_") for name in names))


class Documents(unittest.TestCase):
    def test_every_status_has_its_row_in_the_table_of_errors(self):
        root = SCRIPTS.parent
        header = (root / "include/askiam/error.h").read_text(encoding="utf-8")
        rows = re.findall(r"^\| ([A-Z_]+) \|", (root / "docs/errors.md").read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(rows, re.findall(r"^  ASKIAM_STATUS_([A-Z_]+) = \d+", header, re.MULTILINE))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
