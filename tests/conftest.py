"""What every test may rely on: which servers are there, a clean environment, and Hypothesis without a stop watch.

Hypothesis draws the same examples in every run, so that a change is judged by what it changes; new ones are looked for with
``pytest --hypothesis-profile=explore``.

A test that needs a server carries its marker (``postgresql``, ``redis``, ``rabbitmq``, ``browser``), one that reads pictures ``ocr``.
Without the server, or the extra, it is skipped with one line that says so; with ``STEELYARD_TEST_SERVERS=required`` it fails instead.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache

import hypothesis
import pytest

POSTGRESQL = "postgresql://127.0.0.1:5432/test?user=postgres&connect_timeout=3"
REDIS = "redis://127.0.0.1:6379/0"
RABBITMQ = "127.0.0.1:5672"

hypothesis.settings.register_profile("house", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    """Tests set what they need: the settings of the person who runs them are not theirs."""
    for name in [name for name in os.environ if name.startswith("STEELYARD_")]:
        if name not in {"STEELYARD_TEST_SERVERS", "STEELYARD_SCREENSHOTS", "STEELYARD_REWRITE"}:
            del os.environ[name]
    os.environ["STEELYARD_CACHE"] = tempfile.mkdtemp(prefix="steelyard-cache-")


def pytest_unconfigure() -> None:
    """The compiled rulebooks of the tests go with them."""
    shutil.rmtree(os.environ["STEELYARD_CACHE"], ignore_errors=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail, a test whose server is absent."""
    for marker in _PROBES:
        if item.get_closest_marker(marker) and (reason := absent(marker)):
            if os.environ.get("STEELYARD_TEST_SERVERS") == "required":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)


@cache
def absent(marker: str) -> str:
    """Why the server of ``marker`` cannot be used, in one line; empty if it can."""
    try:
        return _PROBES[marker]()
    except Exception as error:  # whatever a driver raises, the server is of no use
        return f"no {marker} for tests: {str(error).strip().splitlines()[0] if str(error).strip() else repr(error)}"


def _postgresql() -> str:
    import psycopg

    psycopg.connect(POSTGRESQL).close()
    return ""


def _redis() -> str:
    import redis

    with redis.Redis.from_url(REDIS, socket_timeout=3) as client:
        client.ping()
    return ""


def _rabbitmq() -> str:
    import amqp

    with amqp.Connection(RABBITMQ, userid="guest", password="guest", connect_timeout=3):
        return ""


def _browser() -> str:
    return "" if shutil.which("chromium") else "no browser for tests: chromium is not on PATH"


def _ocr() -> str:
    from pictures.drawing import FONT

    if not all(map(importlib.util.find_spec, ("rapidocr", "onnxruntime"))):
        return "no reader of pictures for tests: the extra ocr is not installed"
    return "" if FONT.exists() else f"no font for tests: {FONT} is not there (Debian: fonts-noto-cjk)"


_PROBES: dict[str, Callable[[], str]] = {
    "postgresql": _postgresql,
    "redis": _redis,
    "rabbitmq": _rabbitmq,
    "browser": _browser,
    "ocr": _ocr,
}
