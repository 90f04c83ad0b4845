# SPDX-License-Identifier: Apache-2.0
"""Bringing an organisation in."""

import logging

import askiam
import pytest


@pytest.fixture
def empty(tmp_path):
    with askiam.Engine(f"sqlite:{tmp_path}/iam.db") as engine:
        assert engine.migrate()[0] == 0
        yield engine


def test_folder_is_imported_and_decided_on(empty, root):
    told = []
    rows = empty.import_folder(root / "data" / "sample", progress=lambda *step: told.append(step))
    assert rows["users"] == 35 and told
    assert all(isinstance(file, str) and count >= 0 and 0 <= share <= 1 for file, count, share in told)
    assert empty.validate("I need HR Analyst in Workday", user="john.doe")
    assert empty.migrate()[0] == empty.migrate()[1]


def test_problems_are_told_line_by_line_and_nothing_is_kept(empty, tmp_path):
    folder = tmp_path / "org"
    folder.mkdir()
    (folder / "users.csv").write_text("user_id,email,name,status\na,,A,active\nb,,B,gone\nc,,C,lost\n")
    with pytest.raises(askiam.BadData) as caught:
        empty.import_folder(str(folder))
    assert len(caught.value.problems) == 2 and "users.csv:3" in caught.value.problems[0]
    (folder / "users.csv").write_text("user_id,email,name,status\na,,A,active\n")
    assert empty.import_folder(folder)["users"] == 1


def test_warnings_are_logged(empty, tmp_path, caplog):
    folder = tmp_path / "org"
    folder.mkdir()
    (folder / "users.csv").write_text("user_id,email,name\na,,A\n")
    (folder / "unknown.csv").write_text("x\n")
    with caplog.at_level(logging.WARNING):
        empty.import_folder(folder)
    assert any("unknown.csv" in record.getMessage() for record in caplog.records if record.name == "askiam.import")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_progress_that_raises_does_not_stop_the_import(empty, root):
    assert empty.import_folder(root / "data" / "sample", progress=lambda *_: 1 / 0)["roles"] == 42
    with pytest.raises(TypeError):
        empty.import_folder(root / "data" / "sample", progress=5)


def test_missing_folder_is_named(empty, tmp_path):
    with pytest.raises(askiam.Error, match="nowhere"):
        empty.import_folder(tmp_path / "nowhere")
