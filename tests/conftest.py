"""What the tests share: the policy that ships, read afresh from its file, and what is made of it; and how they are run."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Half as many processes again as cores, since some wait; a single file, or tests by name, are done sooner in this one."""
    few = bool(config.option.keyword) or all("::" in each or each.endswith(".py") for each in config.args)
    return 0 if few else (3 * (os.cpu_count() or 1) + 1) // 2


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SUMMARY] = []
    if hasattr(config, "workeroutput"):  # of several processes this is one, and another prints
        config.workeroutput["summary"] = config.stash[SUMMARY]
    # A shell gives what it runs in the background a deaf ear to Ctrl-C, which the programs under test would inherit.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Takes over what a process has to say at the end of the run."""
    node.config.stash[SUMMARY] += getattr(node, "workeroutput", {}).get("summary", [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[SUMMARY]:
        terminalreporter.write_line(line)
