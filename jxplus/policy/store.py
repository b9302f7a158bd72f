"""Where a policy comes from: the file that is named or the one that ships, read once and kept ready for the next start.

A policy that has been read and checked is kept in the user's cache folder. The copy is taken only if it was made from the
same bytes by the same code on the same Python, and has arrived whole; in any doubt the file itself is read. So is the code of
the functions that are generated for many enterprises, by their source. A cache that cannot be read or written costs time and
nothing else.
"""

import contextlib
import marshal
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING
from zlib import crc32

from jxplus.fault import Place, Refused, Text, gathered
from jxplus.policy import Policy
from jxplus.version import __version__

if TYPE_CHECKING:
    from hashlib import sha256
else:  # the same SHA-256 without OpenSSL behind it, which takes long to load
    try:
        if sys.version_info >= (3, 12):
            from _sha2 import sha256
        else:
            from _sha256 import sha256
    except ImportError:
        from hashlib import sha256

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_CODE = ("fault.py", "quantity.py", "version.py", "document", "formula", "plan", "policy")
"""What a policy in its ready form is made by: modules and rooms of the package."""
_INSTALLED = os.path.join(os.path.dirname(_PACKAGE), f"jxplus-{__version__}.dist-info", "RECORD")
"""The list of an installation's files, with the sum of each; a checkout has none."""
_SUM = 4
_MOST_KEPT = 100
"""How many copies are left in the cache: whoever writes a plan makes a new one with every change."""
_LONG = 2_000
"""From how many characters on it takes longer to compile a source than to find its code."""

_POLICY_KEYS = ("policy", "types", "facts", "lists", "natures", "bases", "departments", "clauses")


def states_policy(data: bytes) -> bool:
    """Whether the bytes of a file are a policy's, right or wrong, and no enterprise's: by its keys at the start of a line."""
    return sum(key.encode() in _keys(data) for key in _POLICY_KEYS) >= 3


def no_enterprise(path: str) -> Refused:
    """The refusal of a policy file that was named as an enterprise's."""
    wrong = Text("是方案文件，不是企业", "it is a policy file and no enterprise")
    return Refused.of(path, Place(), wrong, Text("用 --policies 指定", "name it with --policies"))


def meant_as_policy(data: bytes) -> bool:
    """Whether a file among policy files is one more of them, however little of it is right: one of a policy's keys tells."""
    return any(key.encode() in _keys(data) for key in _POLICY_KEYS)


def _keys(data: bytes) -> list[bytes]:
    import re

    return re.findall(rb"^([a-z]+)[ \t]*:", data, re.MULTILINE)


def digest(data: bytes) -> str:
    """The SHA-256 of `data`, as hexadecimal text."""
    return sha256(data).hexdigest()


def shipped_policy() -> str:
    """The path of the policy file that ships with jxplus: inside an installed package, else at the top of the checkout."""
    for folder in (os.path.join(_PACKAGE, "policies"), os.path.dirname(_PACKAGE)):
        path = os.path.join(folder, "policies.yaml")
        if os.path.exists(path):
            return path
    raise FileNotFoundError("policies.yaml")


def told_of(policy: Policy) -> str:
    """What a command line says besides to take this policy: its files, and nothing for the plan that ships."""
    from shlex import quote

    files = [plan.file for plan in policy.each_plan]
    return "" if files == [shipped_policy()] else "".join(f" --policies {quote(file)}" for file in files)


def load_policy(path: str | None = None) -> Policy:
    """The policy of the file at `path`, or of the one that ships; raises `Refused` where it is wrong or cannot be read."""
    file = shipped_policy() if path is None else path
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise Refused.unread(file, error) from None
    sha = digest(data)
    kept = _kept_path(sha)
    policy = _read_kept(kept) if kept else None
    if policy is None:
        from jxplus.policy.file import read_policy

        policy = read_policy(data, file, sha)
        if kept:
            from pickle import dumps
            from pickletools import optimize

            _keep(kept, optimize(dumps(policy, 5)))
    return policy._replace(file=file)


def load_policies(files: Iterable[str]) -> list[Policy]:
    """The policies of several files; raises `Refused` with the faults of all that are wrong or cannot be read."""
    return gathered(load_policy, files)


def code_of(text: str, name: str) -> CodeType:
    """The code of a policy's generated source, called `name` in a traceback; kept beside the policies where it is long."""
    path = _place("code", [name, sys.version, digest(text.encode())]) if len(text) >= _LONG else None
    code = None
    with contextlib.suppress(EOFError, TypeError, ValueError):  # whatever is wrong with a copy, the source is at hand
        code = marshal.loads(_read(path) or b"") if path else None
    if not isinstance(code, CodeType):
        code = compile(text, name, "exec")
        if path:
            _keep(path, marshal.dumps(code))
    return code


def _kept_path(sha: str) -> str | None:
    """Where a policy of these bytes is kept: a name made of all that its ready form depends on."""
    stamp = [sha, __version__, sys.version]
    try:
        for path in [_INSTALLED] if os.path.exists(_INSTALLED) else [os.path.join(_PACKAGE, name) for name in _CODE]:
            stamp += _stamps(path)
    except OSError:
        return None
    return _place("policy", stamp)


def _place(kind: str, stamp: Sequence[str]) -> str | None:
    """The file in the user's cache folder for something of a kind, by all that it depends on; None where there is no such folder."""
    root = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    if not os.path.isabs(root):
        return None
    return os.path.join(root, "jxplus", f"{kind}-{digest(' '.join(stamp).encode())[:32]}")


def _stamps(path: str) -> list[str]:
    """The name, size and time of a file, or those of all modules of a room."""
    if os.path.isdir(path):
        modules = sorted(entry.path for entry in os.scandir(path) if entry.name.endswith(".py"))
        return [stamp for module in modules for stamp in _stamps(module)]
    status = os.stat(path)
    return [f"{path} {status.st_mtime_ns} {status.st_size}"]


def _read_kept(path: str) -> Policy | None:
    """The policy kept at `path`; None where there is none that can be taken."""
    try:
        from _pickle import loads  # without the module around it, which holds a second implementation
    except ImportError:
        from pickle import loads

    data = _read(path)
    try:
        policy = loads(data) if data else None
    except Exception:  # whatever is wrong with a copy, the original is at hand
        return None
    return policy if isinstance(policy, Policy) else None


def _read(path: str) -> bytes | None:
    """What is kept at `path`; None where there is nothing, where it is not this user's, or where it is not whole."""
    try:
        with open(path, "rb") as file:
            if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            data = file.read()
    except OSError:
        return None
    return data[_SUM:] if _sum(data[_SUM:]) == data[:_SUM] else None


def _sum(data: bytes) -> bytes:
    """What tells a copy that has not arrived whole."""
    return crc32(data).to_bytes(_SUM)


def _keep(path: str, data: bytes) -> None:
    partial = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(partial, "xb") as file:
            file.write(_sum(data) + data)
        os.replace(partial, path)
        _thin(os.path.dirname(path))
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(partial)


def _thin(folder: str) -> None:
    """Leave the newest copies in the cache. One that is missed is made anew."""
    with os.scandir(folder) as entries:
        copies = [entry for entry in entries if entry.name.startswith(("policy-", "code-"))]
    newest_first = sorted(copies, key=lambda entry: entry.stat().st_mtime_ns, reverse=True)
    for entry in newest_first[_MOST_KEPT:]:
        with contextlib.suppress(OSError):
            os.unlink(entry.path)
