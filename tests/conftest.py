"""What the tests share: the policy that ships, read afresh from its file, and what is made of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from jxplus.assessment import Assessor
from jxplus.enterprise import Reader
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.policy.store import digest, shipped_policy

settings.register_profile("jxplus", deadline=None)  # a slow machine is no fault
settings.load_profile("jxplus")

SUMMARY: pytest.StashKey[list[str]] = pytest.StashKey()


@pytest.fixture(scope="session")
def policy_bytes() -> bytes:
    """The bytes of the policy file that ships."""
    return Path(shipped_policy()).read_bytes()


@pytest.fixture(scope="session")
def policy(policy_bytes: bytes) -> Policy:
    """The policy that ships, read from its file and not from a cache."""
    return read_policy(policy_bytes, "policies.yaml", digest(policy_bytes))


@pytest.fixture(scope="session")
def reader(policy: Policy) -> Reader:
    """Reads enterprises against the policy that ships."""
    return Reader(policy)


@pytest.fixture(scope="session")
def assessor(policy: Policy) -> Assessor:
    """Assesses enterprises by the policy that ships, no reading pinned."""
    return Assessor(policy)


@pytest.fixture(scope="session")
def summary(request: pytest.FixtureRequest) -> list[str]:
    """Lines to print at the end of the run, whether it passes or fails."""
    return request.config.stash[SUMMARY]


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps the tests out of the user's cache folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SUMMARY] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[SUMMARY]:
        terminalreporter.write_line(line)
