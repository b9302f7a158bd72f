"""`jxplus verify` computes a result again and holds it against itself and its input."""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any, BinaryIO

import typer

from jxplus.batch.sources.formats import Holds, holds
from jxplus.cli import EXIT_REFUSED, emit, inputs, language, options, refusing, show_faults, words
from jxplus.cli.commands import command
from jxplus.document import MOST_BYTES, STANDARD_INPUT, YAML, decode, ending_of, name_of, read_bytes, tree_of
from jxplus.document.tree import Mark, Path, Tree
from jxplus.fault import Place, Refused, Text
from jxplus.policy.store import digest

_WITHOUT_FACTS = (".csv", ".tsv", ".xlsx", ".parquet", ".html")
"""The results that say what comes out, and not of what."""
_EVERY = 100
"""After how many results it is shown again how far the work has come."""


@command(
    "# 重算一份结果；并与企业文件核对\njxplus verify 结果.json\njxplus verify 结果.json 企业.yaml",
    "# compute a result again; also against its input\njxplus verify result.json\njxplus verify result.json acme.yaml",
)
def verify(
    result: Annotated[
        str,
        options.argument(
            words("结果", "RESULT"),
            "calc --format json 或 batch 输出的结果；- 为标准输入。",
            "What calc --format json or batch printed, an object or one a line; - is standard input.",
        ),
    ],
    file: Annotated[
        str,
        options.argument(
            words("文件", "FILE"),
            "结果所据的企业文件或 NDJSON 文件。",
            "The enterprise file, or the NDJSON file, that it was computed from.",
        ),
    ] = "",
    lang: options.Lang = "",
    policies: options.Policies = None,
) -> None:
    """Verifies each result and counts those that differ."""
    lang = language(lang)
    with refusing(lang):
        _refuse_others(result, file)
        policy = inputs.policy_of(policies)
        from jxplus.receipt import Verifier

        verifier = Verifier(policy)
        given = _input(file, verifier) if file else None
        alike, wrong = 0, 0
        size = os.path.getsize(result) if os.path.isfile(result) else 0
        with inputs.working(result, size > inputs.LONG, size) as shown:
            for tree in _results(result, shown.at if shown is not None else None):
                if _verified(verifier, tree, given, lang):
                    alike += 1
                else:
                    wrong += 1
    count = alike + wrong
    if wrong:
        if count > 1:
            differ = Text(f"{wrong}/{count} 个结果有差异", f"{wrong} of {count} differ")
            emit(f"{result}: {differ.show(lang)}", unread=EXIT_REFUSED)
        raise typer.Exit(EXIT_REFUSED)
    many = Text("", "") if count == 1 else Text(f"，{count} 个结果", f", {count} results")
    emit(f"{result}: {Text(f'重算一致{many.zh}', f'reproduced{many.en}').show(lang)}")


def _refuse_others(result: str, file: str) -> None:
    """Raises `Refused` where the result is a file without facts, or the input is a table."""
    if os.path.isfile(result) and ending_of(result) in (*_WITHOUT_FACTS, *YAML):
        wrong = Text("不是 JSON，不带测算所用的事实", "it is no JSON, and carries no facts")
        right = Text(
            "核对 calc -o 结果.json 或 batch -o 结果.ndjson 写的结果",
            "verify what calc -o result.json or batch -o results.ndjson wrote",
        )
        raise Refused.of(result, Place(), wrong, right)
    if os.path.isfile(file) and holds(file) in (Holds.TABLE, Holds.TABLES):
        wrong = Text("是表格或工作簿", "it is a table or a workbook")
        right = Text(
            "只与企业文件或 NDJSON 核对；不写它，只重算",
            "an enterprise file or NDJSON is wanted; without it the result is computed again",
        )
        raise Refused.of(file, Place(), wrong, right)


def _verified(verifier: Any, tree: Tree, given: "_Input | None", lang: str) -> bool:
    """Whether a result is reproduced; what differs is printed, and a result that is none is told.

    Raises `Refused` where the results cannot be verified without their input, which was not named.
    """
    from jxplus.receipt import leaves_facts

    compare, find = given or (None, None)
    try:
        found = verifier.differences(tree, find)
        if compare is not None and not leaves_facts(tree):  # it was computed from the input itself
            found += compare(verifier.enterprise(tree))
    except Refused as fault:
        if given is None and leaves_facts(tree):  # without the input the next ones are no better off
            raise
        show_faults(fault.faults, lang)
        return False
    if not found:
        return True
    where = f"{tree.file}:{tree.place(()).line}"
    for each in found:
        emit(f"{where}: {each.show(lang)}", unread=EXIT_REFUSED)
    return False


def _results(path: str, at: Callable[[int], None] | None = None) -> Iterator[Tree]:
    """The results of a file: one object over any number of lines, or one object a line. `at` is told how many bytes are done."""
    from jxplus.receipt import read_result

    name = name_of(path)

    def read(data: bytes, line: int) -> Tree:
        return read_result(decode(data, name), name, line)

    with _opened(path) as file:
        number, first = 1, file.readline(MOST_BYTES + 1)
        while first and not first.strip():
            number, first = number + 1, file.readline(MOST_BYTES + 1)
        try:
            tree = read(first, number)
        except Refused:
            yield read(first + file.read(MOST_BYTES + 1), number)
            return
        yield tree
        while line := file.readline(MOST_BYTES + 1):
            number += 1
            if at is not None and not number % _EVERY:
                at(file.tell())
            if not line.strip():
                continue
            try:
                tree = read(line, number)
            except Refused as fault:
                tree = Tree(name, {}, fault.faults, _at(fault.faults[0].place))
            yield tree


def _at(place: Place) -> Callable[[Path, bool], Mark]:
    return lambda path, key: Mark(place)


def _opened(path: str) -> BinaryIO:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer
    try:
        return open(path, "rb")
    except OSError as error:
        raise Refused.unread(path, error) from None


_Input = tuple[Callable[[Any], Any], Callable[[str], Any]]


def _input(path: str, verifier: Any) -> _Input:
    """What compares the enterprise that a result used with the file at `path`, and what finds one there by its SHA-256."""
    if holds(path) is Holds.LINES:
        return _lines_input(path, verifier)
    from jxplus.receipt import hash_difference, input_differences

    data = read_bytes(path)
    with inputs.working(path, len(data) > inputs.LONG):
        sha256, stated = digest(data), verifier.reader.read(tree_of(path, data, verifier.reader.units))

    def compare(used: Any) -> list[Any]:
        return [*hash_difference(used, sha256), *input_differences(verifier.policy, used, stated)]

    return compare, lambda asked: stated._replace(sha256=sha256) if asked == sha256 else None


def _lines_input(path: str, verifier: Any) -> _Input:
    """The same for a file of one enterprise a line: the line is found by its SHA-256."""
    from jxplus.batch.sources.files import without_id
    from jxplus.document.jsontree import read_json
    from jxplus.receipt import hash_difference, input_differences

    places: dict[str, tuple[int, int]] = {}
    with _opened(path) as file:
        start = 0
        for number, line in enumerate(file, 1):
            places[digest(line.rstrip(b"\r\n"))] = start, number
            start += len(line)

    def find(sha256: str) -> Any:
        if sha256 not in places:
            return None
        start, number = places[sha256]
        with _opened(path) as file:
            file.seek(start)
            line = decode(file.readline(MOST_BYTES + 1), path)
        return verifier.reader.read(without_id(read_json(line, path, number))[0])._replace(sha256=sha256)

    def compare(used: Any) -> list[Any]:
        stated = find(used.sha256)
        if stated is None:
            return list(hash_difference(used, f"— ({path})"))
        return list(input_differences(verifier.policy, used, stated))

    return compare, find
