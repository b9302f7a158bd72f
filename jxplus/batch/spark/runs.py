"""The run that a folder of parts is of, as the folder's name tells it: whether it is gone can be known on its own machine alone.

At an address there are no locks that the system takes back when a program ends. So the name has the machine, the number of the
program, and when it started: another program may have the number later.
"""

import hashlib
import os
import re
import socket
from functools import cache
from pathlib import Path

from jxplus.atomic import runs as is_running


def beside(name: str) -> str:
    """The hidden name under which this run writes what is to be called `name`."""
    host = re.sub(r"[^A-Za-z0-9.-]", "", socket.gethostname()) or "host"
    return f".{name}.{host}-{_machine()}-{os.getpid()}-{_started(os.getpid()) or 0}.part"


def is_beside(hidden: str, name: str) -> bool:
    """Whether a name is a hidden one under which some run writes, or wrote, what is to be called `name`."""
    return hidden.startswith(f".{name}.") and hidden.endswith(".part")


def is_gone(hidden: str) -> bool:
    """Whether the run of such a name was on this machine and has ended; false too where it was on another one, or nobody knows."""
    found = _RUN.search(hidden)
    if found is None or not is_own(hidden):
        return False
    started = _started(int(found["program"]))
    return started is None or str(started) != found["started"]


def is_own(hidden: str) -> bool:
    """Whether the run of such a name is, or was, on this machine."""
    found = _RUN.search(hidden)
    return found is not None and found["machine"] == _machine()


_RUN = re.compile(r"\.[A-Za-z0-9.-]+-(?P<machine>[0-9a-f]{12})-(?P<program>[0-9]+)-(?P<started>[0-9]+)\.part$")


@cache
def _machine() -> str:
    """What this machine is since its last start, and no other one is: a container of its own programs counts as one."""
    parts = [socket.gethostname()]
    for path in ("/proc/sys/kernel/random/boot_id", "/etc/machine-id"):
        try:
            parts.append(Path(path).read_text(encoding="ascii").strip())
        except OSError:
            parts.append("")
    try:
        parts.append(os.readlink("/proc/self/ns/pid"))
    except OSError:
        parts.append("")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _started(program: int) -> int | None:
    """When a program of this machine started, in the system's own count; None where none runs, 0 where the system does not say."""
    try:
        stat = Path(f"/proc/{program}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0 if is_running(program) else None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in "ZX" else int(fields[18])
