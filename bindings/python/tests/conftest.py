# SPDX-License-Identifier: Apache-2.0
"""Real engines over real files: each test has a copy of a store that was made once."""

import pathlib
import shutil
import signal

import askiam
import pytest

# What starts tests in the background may have them ignore Ctrl-C, and so every program that they start. A handler is
# inherited as the default.
signal.signal(signal.SIGINT, signal.default_int_handler)

SENTENCE = "I need access to HR Analyst role in Workday"


@pytest.fixture(scope="session")
def root():
    """The checkout, where the shared cases are."""
    return pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """A store with the sample organisation, closed."""
    path = tmp_path_factory.mktemp("sample") / "iam.db"
    with askiam.Engine(f"sqlite:{path}") as engine:
        engine.migrate()
        engine.import_sample()
    return path


@pytest.fixture
def store(sample, tmp_path):
    """The URL of a fresh copy of it."""
    path = tmp_path / "iam.db"
    shutil.copy(sample, path)
    return f"sqlite:{path}"


@pytest.fixture
def engine(store):
    with askiam.Engine(store) as made:
        yield made
