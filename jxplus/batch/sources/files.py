"""Enterprise files and NDJSON: one enterprise a file, or one a line."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from jxplus.batch.sources import Chunk, Entry, Refusal, Refusals, size_of, unreadable
from jxplus.document import MOST_BYTES, STANDARD_INPUT, decode, read_bytes, tree_of
from jxplus.document.encoding import plainly_utf8
from jxplus.document.jsontree import read_json
from jxplus.document.tree import Tree
from jxplus.enterprise import Enterprise, Reader
from jxplus.enterprise.spoilt import is_figure, spoilt_id
from jxplus.enterprise.spot import of_item
from jxplus.enterprise.totals import is_total, named_as_total
from jxplus.fault import Fault, Place, Refused, Text, cut, quoted, writable
from jxplus.policy.store import digest, no_enterprise, states_policy
from jxplus.policy.tables import KEY, KEY_ZH

if TYPE_CHECKING:
    import hashlib

_LINES, _BLOCK = 100, 1 << 18
"""How many lines of NDJSON make a chunk, or how many bytes where that is less: some hundredths of a second's work."""
_FILES = 16
"""How many enterprise files make a chunk: YAML takes some milliseconds each."""
_STDIN = "<stdin>"
_new: Callable[..., Enterprise] = tuple.__new__
"""Makes an enterprise of its members: sooner than by their names."""
_BOM = b"\xef\xbb\xbf"


@cache
def _sha256() -> "Callable[[bytes], hashlib._Hash]":
    """The SHA-256 for many: with OpenSSL behind it, which takes as long to load as 500 lines take without."""
    from hashlib import sha256

    return sha256


def _refusal(reader: Reader, tree: Tree | None, refused: Refused) -> Refusal:
    """The refusal of an enterprise under the name that it states, if one can be read."""
    value = tree.value if tree is not None else None
    names = [each for key, each in value.items() if reader.names.get(key) == "name"] if isinstance(value, dict) else []
    stated = names[0].strip() if names and isinstance(names[0], str) else ""
    return Refusal(writable(stated), refused.faults)


def _entry(path: str, data: bytes | None, reader: Reader, extra: Mapping[str, Any]) -> Entry:
    """The enterprise of a file, whose bytes are read where they are not at hand, or its refusal."""
    tree = None
    try:
        data = read_bytes(path) if data is None else data
        tree = tree_of(path, data, reader.units)
        return reader.read(tree, extra)._replace(sha256=digest(data))
    except Refused as refused:
        if data is not None and states_policy(data):
            return Refusal("", no_enterprise(path).faults)
        return _refusal(reader, tree, refused)


class EnterpriseFiles(NamedTuple):
    """Enterprise files, YAML or JSON, each with one enterprise; a source, and a part of one is a chunk."""

    files: list[str]

    @property
    def has_ids(self) -> bool:
        return False

    @property
    def size(self) -> int:
        return sum(map(size_of, self.files))

    def chunks(self) -> Iterator[Chunk]:
        for start in range(0, len(self.files), _FILES):
            yield EnterpriseFiles(self.files[start : start + _FILES])

    def entries(self, reader: Reader, extra: Mapping[str, Any]) -> Iterator[Entry]:
        return (_entry(path, None, reader, extra) for path in self.files)


class _Whole(NamedTuple):
    """One enterprise that has arrived on standard input."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def entries(self, reader: Reader, extra: Mapping[str, Any]) -> Iterator[Entry]:
        yield _entry(STANDARD_INPUT, self.data, reader, extra)


class NdjsonLines(NamedTuple):
    """Some lines of an NDJSON file, the first of them line `line` of it; a blank line states nothing."""

    file: str
    line: int
    lines: list[bytes]
    size: int

    def __reduce__(self) -> tuple[Callable[..., "NdjsonLines"], tuple[Any, ...]]:
        """Goes to another process as one piece, which is sooner packed and sooner sent than each line by itself."""
        return _unpacked, (self.file, self.line, b"".join(self.lines), self.size)

    def entries(self, reader: Reader, extra: Mapping[str, Any]) -> Iterator[Entry]:
        file, read, whole = self.file, reader.read, not any(map(of_item, extra))
        for number, data in enumerate(self.lines, self.line):
            tree = None
            plain = _plain(data, file, reader, extra) if whole and reader.is_quick() else None
            if plain is not None:
                yield plain
                continue
            id = ""
            try:
                text = _text(data, file, number)
                if text and not text.isspace():
                    tree = read_json(text, file, number)
                    tree, id = without_id(tree)
                    one = read(tree, extra)
                    # A result carries its facts: those of a line are written already, unless there is more or other in it.
                    source = b"" if extra or id else text.strip().encode()
                    sha = digest(data.rstrip(b"\r\n")) if reader.receipts else ""
                    yield Enterprise(one.name, one.facts, file, id, sha, one.by_hand, source)
            except Refused as refused:
                found = _refusal(reader, tree, refused)
                yield Refusal(id, found.faults, found.enterprise) if id else found


def _unpacked(file: str, line: int, data: bytes, size: int) -> NdjsonLines:
    return NdjsonLines(file, line, BytesIO(data).readlines(), size)


_decode = json.JSONDecoder(parse_float=str, parse_constant=str).decode
"""What decodes a line: an int is one, any other number its text."""


def _plain(data: bytes, file: str, reader: Reader, extra: Mapping[str, Any]) -> Enterprise | None:
    """The enterprise of a line that is plain, with the facts `extra`, none of an item, in place of its own; None where it may not be."""
    found = reader.line(data)
    if found is None or not _is_utf8(data, found[0]):
        found = _decoded(data, reader)
        if found is None:
            return None
    facts, id = found
    if extra:
        facts = {name: value for name, value in {**facts, **extra}.items() if value is not None}
    source, sha = b"", ""
    if reader.receipts:
        line = data.rstrip(b"\r\n")
        source, sha = b"" if extra or id else line.strip(), _sha256()(line).hexdigest()
    return _new(Enterprise, (facts.get("name", ""), facts, file, id, sha, tuple(extra) if extra else (), source))


def _is_utf8(data: bytes, facts: Mapping[str, Any]) -> bool:
    """Whether a line that states some facts is plainly UTF-8: by its name, where that stands in it as it is."""
    if data.isascii() or (b"\\" not in data and plainly_utf8(facts.get("name", ""))):
        return True
    return plainly_utf8(data.decode())


def _decoded(data: bytes, reader: Reader) -> tuple[dict[str, Any], str] | None:
    """The facts of a line and its id, decoded by the standard library; None where it may not be plain."""
    try:
        text = data.decode()
        stated = _decode(text) if text.isascii() or plainly_utf8(text) else None
    except (ValueError, RecursionError):
        return None
    if stated.__class__ is not dict:
        return None
    id = stated.pop(KEY) if KEY in stated else ""
    if id != "" and (
        id.__class__ is not str or not id.strip() or not id.strip().isprintable() or is_total(id) or is_figure(id)
    ):
        return None
    found = reader.plain(stated)
    if found is None or found[1] != text.count(":") - (id != ""):  # a key may be stated twice
        return None
    return found[0], id.strip()


def without_id(tree: Tree) -> tuple[Tree, str]:
    """What a line states but for its id, and the id, as a table of enterprises has one; empty where there is none."""
    key = next((key for key in (KEY, KEY_ZH) if isinstance(tree.value, dict) and key in tree.value), None)
    if key is None or isinstance(tree.value[key], list):  # a plan's own list may have that name
        return tree, ""
    written = tree.value[key]
    id = written.strip() if isinstance(written, str) else ""
    if written is not None and (not id or not id.isprintable()):
        wrong = Text(f"“{cut(written)}”不是编号", f"{quoted(written)} is no id")
        raise Refused([*tree.faults, tree.fault((key,), KEY, wrong, Text('写成文字，如 "KH001"', 'such as "KH001"'))])
    if is_figure(id):
        lost = spoilt_id(id)
        assert lost is not None
        raise Refused([*tree.faults, tree.fault((key,), KEY, lost[0], Text('写成文字，如 "KH001"', 'such as "KH001"'))])
    if is_total(id):
        right = Text("删去这一行", "leave the line out")
        raise Refused([*tree.faults, tree.fault((key,), KEY, named_as_total(id), right)])
    return tree._replace(value={name: value for name, value in tree.value.items() if name != key}), id


def _text(data: bytes, file: str, line: int) -> str:
    try:
        text = data.decode()
        if text.isascii() or plainly_utf8(text):
            return text
    except UnicodeDecodeError:
        pass
    try:
        return decode(data, file)
    except Refused as refused:  # for one that takes the line to be the whole file
        raise Refused([each._replace(place=Place(line, each.place.column)) for each in refused.faults]) from None


class Ndjson(NamedTuple):
    """An NDJSON file; it is never held whole."""

    path: str

    @property
    def has_ids(self) -> bool:
        """Whether its first line states an id: one that does has them throughout."""
        try:
            with open(self.path, "rb") as file:
                first = file.readline(MOST_BYTES + 1).removeprefix(_BOM)
                while first and first.isspace():
                    first = file.readline(MOST_BYTES + 1)
        except OSError:
            return False
        return _states_id(first, self.path)

    @property
    def files(self) -> list[str]:
        return [self.path]

    @property
    def size(self) -> int:
        return size_of(self.path)

    def chunks(self) -> Iterator[Chunk]:
        try:
            with open(self.path, "rb", _BLOCK) as file:
                yield from _blocks(file, self.path, file.readline(MOST_BYTES + 1).removeprefix(_BOM))
        except OSError as error:
            yield unreadable(self.path, error)


class StandardInput:
    """Standard input: NDJSON where its first line is an object of its own, else one enterprise in JSON or YAML."""

    files: list[str] = []  # noqa: RUF012
    size = 0

    @cached_property
    def first(self) -> list[bytes]:
        """Its lines up to the first that is not blank; they are read once."""
        stream = sys.stdin.buffer
        first = [stream.readline(MOST_BYTES + 1).removeprefix(_BOM)]
        while first[-1] and first[-1].isspace():
            first.append(stream.readline(MOST_BYTES + 1))
        return first

    @property
    def has_ids(self) -> bool:
        """Whether its first line states an id."""
        return _states_id(self.first[-1], _STDIN)

    def chunks(self) -> Iterator[Chunk]:
        stream, first = sys.stdin.buffer, self.first
        if _is_object(first[-1]):
            yield from _blocks(stream, _STDIN, *first)
        else:
            yield _Whole(b"".join([*first, stream.read(MOST_BYTES + 1)]))


def lines_of(data: bytes) -> NdjsonLines | None:
    """NDJSON that has arrived whole; None for what is one enterprise in JSON or YAML."""
    first, *rest = data.removeprefix(_BOM).splitlines(keepends=True) or [b""]
    if not any(map(bytes.strip, rest)) or not _is_object(first):
        return None
    return NdjsonLines(_STDIN, 1, [first, *rest], len(data))


def _states_id(line: bytes, file: str) -> bool:
    """Whether a line is an object with an id."""
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return bool(without_id(read_json(_text(line, file, 1), file))[1])
    except Refused:
        return False


def _is_object(line: bytes) -> bool:
    """Whether a line is an object of JSON, or looks like one with a fault in it."""
    line = line.strip()
    if line.startswith(b'{"') and line.endswith(b"}"):
        return True
    try:
        return line.startswith(b"{") and bool(read_json(_text(line, _STDIN, 1), _STDIN))
    except Refused:
        return False


def _blocks(stream: BinaryIO, file: str, *first: bytes) -> Iterator[Chunk]:
    """The lines of a stream from its `first` ones on, in chunks."""
    line, lines, size = 1, list(first), sum(map(len, first))
    while lines[-1]:
        if len(lines[-1]) > MOST_BYTES:
            yield NdjsonLines(file, line, lines[:-1], size)
            line += len(lines)
            yield _too_long(file, line - 1)
            while (skipped := stream.readline(MOST_BYTES)) and not skipped.endswith(b"\n"):
                pass
            lines, size = [], 0
        elif len(lines) >= _LINES or size >= _BLOCK:
            yield NdjsonLines(file, line, lines, size)
            line += len(lines)
            lines, size = [], 0
        lines.append(stream.readline(MOST_BYTES + 1))
        size += len(lines[-1])
    yield NdjsonLines(file, line, lines, size)


def _too_long(file: str, line: int) -> Refusals:
    wrong = Text("一行超过10 MB", "the line is longer than 10 MB")
    right = Text("每行一个企业，通常只有几 KB", "one enterprise a line, which takes a few kB")
    return Refusals((Refusal("", (Fault(file, Place(line), "", wrong, right),)),))
