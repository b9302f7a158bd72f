"""`jxplus check` reads and validates all that `batch` takes, and policy files. It computes nothing."""

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from jxplus.cli import EXIT_REFUSED, emit, inputs, language, options, refusing, show_faults, words
from jxplus.cli.commands import command
from jxplus.document import ONE_ENTERPRISE, STANDARD_INPUT, ending_of, read_bytes, tree_of
from jxplus.enterprise import Enterprise, Reader
from jxplus.fault import Refused, Text
from jxplus.policy import Policy
from jxplus.policy.store import digest, states_policy

if TYPE_CHECKING:
    from jxplus.batch.sources import Chunk, Source, Unread


@command(
    "jxplus check 企业.yaml\njxplus check 客户清单.xlsx\njxplus check 方案.yaml",
    "jxplus check acme.yaml\njxplus check clients.xlsx\njxplus check plan.yaml",
)
def check(
    sources: Annotated[
        list[str],
        options.argument(
            words("来源…", "SOURCE..."),
            "batch 可读取的一切，以及方案文件；- 为标准输入。",
            "Whatever batch takes, and policy files; - is standard input.",
        ),
    ],
    lang: options.Lang = "",
    policies: options.Policies = None,
    strict: options.Strict = False,
) -> None:
    """Reads each source and says what it states or all that is wrong. At the end it counts who is right."""
    checked = _Checked(language(lang), policies)
    others = []
    for path in sources:
        if path == STANDARD_INPUT or not _holds_many(path):
            checked.file(path)
        else:
            others.append(path)
    if others:
        checked.sources(others, strict)
    checked.close()


def _holds_many(path: str) -> bool:
    """Whether a path is a folder, a table, a workbook or another file that is no single enterprise's."""
    if ending_of(path) in ONE_ENTERPRISE and not os.path.isdir(path):
        return False
    from jxplus.batch.sources.formats import NOT_TAKEN, Holds, holds

    return os.path.isdir(path) or holds(path) not in (None, Holds.ENTERPRISE) or ending_of(path) in NOT_TAKEN


class _Checked:
    """What was checked so far: how many enterprises are right, how many are not, and whether a policy file is wrong."""

    def __init__(self, lang: str, policies: Sequence[str] | None) -> None:
        self.lang, self.policies = lang, policies
        self.right = self.wrong = 0
        self.refused = False
        self._reader: Reader | None = None

    @property
    def reader(self) -> Reader:
        """The reader of enterprises; the policy is read when the first of them is."""
        if self._reader is None:
            with refusing(self.lang):
                self._reader = Reader(inputs.policy_of(self.policies))
        return self._reader

    def file(self, path: str) -> None:
        """Check a file of one enterprise or a policy, or what standard input brings."""
        policy = False
        try:
            data = read_bytes(path)
            policy = states_policy(data)
            if policy:
                _policy_file(path, data, self.lang, self.policies)
                return
            lines = _lines(path, data)
            if lines is not None:
                self.chunks(path, iter([lines]))
                return
            with inputs.working(path, len(data) > inputs.LONG):
                enterprise = self.reader.read(tree_of(path, data, self.reader.units))
            self.valid(path, enterprise)
        except Refused as refused:
            self.refused = True
            self.wrong += not policy
            show_faults(refused.faults, self.lang)

    def valid(self, path: str, enterprise: Enterprise) -> None:
        """Say that an enterprise is right."""
        self.right += 1
        count = len(enterprise.facts)
        valid = Text(
            f"{path}: 有效，共{count}项（{enterprise.name}）",
            f"{path}: valid, {count} fact{'s' if count != 1 else ''} ({enterprise.name})",
        )
        emit(valid.show(self.lang))

    def sources(self, paths: Sequence[str], strict: bool) -> None:
        """Check what holds many enterprises; ids that two of them state are a fault of both."""
        from jxplus.batch.sources.paths import sources_of

        for source in sources_of(paths, self.reader.policy, self.passed_over, strict):
            self.chunks(_name(source, paths), source.chunks())

    def passed_over(self, unread: "Unread") -> None:
        """Check a policy file that a folder holds, and say what is not read."""
        from jxplus.batch.sources.paths import PLAN

        if unread.what is PLAN:
            self.file(unread.file)
            return
        print(unread.show(self.lang), file=sys.stderr)

    def chunks(self, path: str, chunks: "Iterator[Chunk]") -> None:
        """Check the enterprises of a source, and say how many of them are right."""
        from jxplus.batch.causes import Causes
        from jxplus.batch.sources import Refusal

        causes, right, wrong = Causes(), 0, 0
        for chunk in chunks:
            for entry in chunk.entries(self.reader, {}):
                if isinstance(entry, Refusal):
                    wrong += 1
                    show_faults(causes.take(entry.faults), self.lang)
                else:
                    right += 1
        show_faults(causes.rest(), self.lang)
        self.right, self.wrong, self.refused = self.right + right, self.wrong + wrong, self.refused or wrong > 0
        told = Text(
            f"{path}: {right} 家企业有效" + f"，{wrong} 家有误" * (wrong > 0),
            f"{path}: {right} {_enterprises(right)} valid" + f", {wrong} refused" * (wrong > 0),
        )
        emit(told.show(self.lang))

    def close(self) -> None:
        """Say how many enterprises are right where there were several; exit code 1 where anything was refused."""
        total = self.right + self.wrong
        if total > 1:
            told = Text(
                f"{total} 家企业：{self.right} 家有效，{self.wrong} 家有误",
                f"{total} {_enterprises(total)}: {self.right} valid, {self.wrong} refused",
            )
            emit(told.show(self.lang))
        if self.refused:
            raise typer.Exit(EXIT_REFUSED)


def _enterprises(count: int) -> str:
    return "enterprise" if count == 1 else "enterprises"


def _lines(path: str, data: bytes) -> "Chunk | None":
    """Standard input as lines of enterprises, where it is that."""
    if path != STANDARD_INPUT:
        return None
    from jxplus.batch.sources.files import lines_of

    return lines_of(data)


def _name(source: "Source", paths: Sequence[str]) -> str:
    """What a source is called: its file, or the folder of its files."""
    files = source.files
    if len(files) == 1:
        return files[0]
    return os.path.commonpath(files) if files else ", ".join(paths)


def _policy_file(file: str, data: bytes, lang: str, policies: Sequence[str] | None) -> None:
    """Show what a policy file holds, and on standard error what of it nothing uses; raises `Refused` where it is wrong.

    Where plans are named with --policies, it is held against them too: whether they fit together, and which of its rules speak.
    """
    from jxplus.document import decode, read_tree
    from jxplus.policy.file import read_policy
    from jxplus.policy.unused import unused
    from jxplus.render import policyfile

    policy = read_policy(data, file, digest(data))
    beside = _beside(policy, policies) if policies else policy
    remarks = unused(policy, read_tree(decode(data, file), file, aliases=True))
    counted = policyfile.counted(policy)
    valid = Text(f"{file}: 有效，{counted.zh}", f"{file}: valid, {counted.en}")
    emit(f"{valid.show(lang)}\n\n{policyfile.found(policy, lang, beside)}")
    show_faults(remarks, lang)


def _beside(policy: Policy, policies: Sequence[str]) -> Policy:
    """A plan together with others; raises `Refused` where they do not fit. The plan itself may be named among them."""
    from jxplus.policy.together import together

    others = inputs.policy_of(policies).each_plan
    return together([*(each for each in others if each.sha256 != policy.sha256), policy])
