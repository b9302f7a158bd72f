"""What a test does where the engine that it needs is not there: it is skipped by name, or fails where that is insisted on."""

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip a test for want of `what`; with JXPLUS_INSIST=1 in the environment it fails."""
    if os.environ.get("JXPLUS_INSIST") == "1":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
