# SPDX-License-Identifier: Apache-2.0
"""Where settings come from, and what is said of wrong ones."""

import json
import unittest

from support import SENTENCE, CliCase, environment, run


class Config(CliCase):
    def settings(self, *arguments, **options):
        result = run(*arguments, "--json", "config", **options)
        self.assertCode(result, 0)
        return {line["key"]: line for line in result.lines()}

    def file(self, text):
        path = self.room / "askiam.json"
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return str(path)

    def test_the_fixed_keys_and_their_defaults(self):
        settings = self.settings()
        expected = {"decision.mode": "guarded", "decision.on_abstain": "rules", "policy.mode": "guardrail",
                    "rag.timeout_ms": "15000", "request.timeout_ms": "25000"}
        for key, value in expected.items():
            self.assertEqual((settings[key]["value"], settings[key]["source"]), (value, "default"), key)
        self.assertEqual(float(settings["decision.threshold"]["value"]), 0.95)
        for key in ("store.url", "decision.soft_codes", "rag.enabled", "rag.top_k", "extract.patterns", "audit.enabled",
                    "log.level", "log.format", "environment"):
            self.assertIn(key, settings)
        for line in settings.values():
            self.assertTrue(line["help"])

    def test_later_sources_win(self):
        path = self.file({"decision": {"mode": "rag_first"}, "rag.top_k": 3, "log.level": "error"})
        settings = self.settings("--config", path, "--set", "log.level=debug",
                                 env=environment(ASKIAM_RAG_TOP_K="4", ASKIAM_LOG_LEVEL="info"))
        found = {key: (settings[key]["value"], settings[key]["source"])
                 for key in ("decision.mode", "rag.top_k", "log.level")}
        self.assertEqual(found, {"decision.mode": ("rag_first", "file"), "rag.top_k": ("4", "environment"),
                                 "log.level": ("debug", "flag")})

    def test_the_environment_names_file_and_store(self):
        path = self.file({"decision.mode": "rag_first"})
        settings = self.settings(env=environment(ASKIAM_CONFIG=path, ASKIAM_STORE="sqlite:from-env.db"))
        self.assertEqual(settings["decision.mode"]["value"], "rag_first")
        self.assertEqual(settings["store.url"]["value"], "sqlite:from-env.db")
        settings = self.settings("--store", "sqlite:flag.db", env=environment(ASKIAM_STORE="sqlite:from-env.db"))
        self.assertEqual((settings["store.url"]["value"], settings["store.url"]["source"]), ("sqlite:flag.db", "flag"))

    def test_people_see_key_value_and_source(self):
        result = run("--set", "decision.mode=rag_first", "config")
        self.assertCode(result, 0)
        self.assertRegex(result.out, r"decision\.mode +rag_first  flag\n")

    def test_passwords_are_not_shown(self):
        for arguments in (["config"], ["config", "--json"]):
            result = run("--store", "postgresql://me:hunter2@host/db", *arguments)
            self.assertNotIn("hunter2", result.out + result.err)

    def test_secrets_are_not_shown(self):
        for arguments in (["config"], ["config", "--json"]):
            result = run(*arguments, env=environment(ASKIAM_EMBEDDER_KEY="sk-hunter2"))
            self.assertCode(result, 0)
            self.assertNotIn("hunter2", result.out + result.err)
            self.assertIn("(a secret, not shown)", result.out)

    def test_what_this_build_has_not_is_refused_by_name(self):
        backends = run("--json", "version").json()["backends"]
        for kind, name in (("embedder", "openai"), ("judge", "llm")):
            if name not in backends[kind]:
                result = run("--store", f"sqlite:{self.room / 'new.db'}", "--set", f"{kind}.backend={name}", "init")
                self.assertFails(result, 69, f'the {kind} "{name}" is not supported in this build')

    def test_a_byte_order_mark_is_passed_over(self):
        path = self.room / "marked.json"
        path.write_bytes(b"\xef\xbb\xbf" + b'{"rag.top_k": 3}')
        self.assertEqual(self.settings("--config", str(path))["rag.top_k"]["value"], "3")

    def test_wrong_settings_are_refused(self):
        self.assertFails(run("--set", "decision.mod=guarded", "config"), 78, "decision.mod", "decision.mode")
        self.assertFails(run("--set", "decision.mode=maybe", "config"), 78, "decision.mode", "guarded, rag_first")
        self.assertFails(run("--set", "decision.threshold=1.5", "config"), 78, "decision.threshold")
        self.assertFails(run("--set", "rag.top_k=many", "config"), 78, "rag.top_k")
        self.assertFails(run("config", env=environment(ASKIAM_DECISION_MODE="maybe")), 78, "guarded, rag_first")

    def test_wrong_files_are_refused_with_their_place(self):
        self.assertFails(run("--config", self.file("{\n  \"decision.mode\": \"guarded\",\n}"), "config"), 78,
                         "askiam.json", "line 3")
        self.assertFails(run("--config", self.file({"no.such.key": 1}), "config"), 78, "no.such.key")
        self.assertFails(run("--config", self.file("[]"), "config"), 78, "askiam.json")
        self.assertFails(run("--config", str(self.room / "none.json"), "config"), 78, "none.json")

    def test_every_command_checks_them(self):
        self.sample()
        self.assertFails(self.askiam("--set", "no.such=1", "validate", "--user", "john.doe", SENTENCE), 78, "no.such")
        self.assertFails(self.askiam("--set", "audit.enabled=false", "validate", "--user", "john.doe", SENTENCE), 78,
                         "audit.enabled")
        self.assertCode(self.validate(SENTENCE, "--dry-run", "--set", "audit.enabled=false"), 0)
        self.assertCode(self.askiam("--set", "judge.backend=oracle", "validate", "--user", "john.doe", SENTENCE), 78)


if __name__ == "__main__":
    unittest.main()
