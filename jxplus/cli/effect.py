"""`jxplus diff` with sources: the enterprises are computed under both plans, on the engine that suits them."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple

from jxplus.atomic import replacing
from jxplus.batch import Done, Task
from jxplus.batch.causes import Causes
from jxplus.batch.compared import Effect, EnterpriseChange, affected, pairs_of, widened
from jxplus.batch.comparer import Comparer, PlanSide
from jxplus.batch.engines import Asked
from jxplus.batch.outputs.effect import cells, columns, one_line
from jxplus.batch.signals import cleared_away
from jxplus.batch.sources import Refusal, Unread
from jxplus.batch.sources.paths import others_in, sources_of
from jxplus.cli import engines as chosen
from jxplus.cli import inputs, note, show_faults, stopped, usage
from jxplus.cli.language import WrongUsage
from jxplus.comparison import Comparison, succession
from jxplus.document import STANDARD_INPUT, ending_of
from jxplus.fault import Fault, Text, none_of
from jxplus.policy import DAY, Policy
from jxplus.render.rows import csv_lines

if TYPE_CHECKING:
    from jxplus.batch.outputs.summary import Bar

ENGINES = ("auto", "duckdb", "python")
OUTPUTS = (".csv", ".json")


class Wanted(NamedTuple):
    """What a command line asks of the enterprises: the sources, the engine, the day for either plan, the readings, what is written."""

    sources: Sequence[str]
    engine: str
    days: tuple[date | None, date | None]
    readings: Sequence[str] | None
    every: bool
    lang: str


def days_of(comparison: Comparison, written: Sequence[str] | None, lang: str) -> tuple[date | None, date | None]:
    """Gives the day for either plan: the one chosen for both, one for each, or those on which the one takes the other's place."""
    chosen_days = [inputs.day(each) for each in written or ()]
    if len(chosen_days) > 2:
        raise usage(
            "--as-of 最多写两次：旧方案、新方案", "--as-of is given twice at most: for the old plan, for the new"
        )
    if chosen_days:
        return chosen_days[0], chosen_days[-1]
    found = succession(comparison.old, comparison.new)
    if found is None:
        return None, None
    said = Text(
        f"新方案接替旧方案：旧方案按 {found[0]} 测算，新方案按 {found[1]}（--as-of 可另定）",
        f"the new plan takes the old one's place: computed as of {found[0]} by the old, {found[1]} by the new "
        "(--as-of says otherwise)",
    )
    note(said, lang)
    return found


def check(sources: Sequence[str], engine: str, out: str) -> Asked:
    """Gives what is asked of an engine. It is a usage error to ask for what none can do."""
    if engine not in ENGINES:
        raise WrongUsage(none_of("--engine", engine, ENGINES))
    if STANDARD_INPUT in sources:
        raise usage(
            "来源须读两次，不能是标准输入；请写成文件",
            "the sources are read twice: standard input cannot be one of them",
        )
    if out and ending_of(out) not in OUTPUTS:
        raise inputs.other_ending(out, OUTPUTS)
    return chosen.served(Asked(engine, len(sources), "csv"))


def pins_of(policies: Sequence[Policy], written: Sequence[str] | None) -> list[dict[str, str]]:
    """Gives the readings that are chosen, of each plan those that it knows. One that neither knows is a usage error."""
    found: list[dict[str, str]] = []
    for policy in policies:
        own = [each for each in written or () if _knows(policy, each)]
        found.append(inputs.pins(policy, own))
    for each in written or ():
        if not any(_knows(policy, each) for policy in policies):
            inputs.pins(policies[1], [each])
    return found


def _knows(policy: Policy, written: str) -> bool:
    name, _, reading = written.partition("=")
    known = policy.clause(name.strip()) or policy.rule(name.strip())
    return known is not None and reading.strip() in [each.id for each in known.readings]


def computed(
    comparison: Comparison, asked: Asked, wanted: Wanted, take: Callable[[EnterpriseChange], None]
) -> tuple[Effect, str]:
    """Gives what replacing the plan comes to for the enterprises, and the engine that computed it; `take` is handed each whose amounts change, or all."""
    run = _Computation(comparison, asked, wanted, take)
    with cleared_away(), chosen.progress(wanted.lang) as bar:
        effect, engine = run.effect(bar)
    run.said.rest()
    chosen.note_assumptions(effect.assumptions, wanted.lang)
    return effect, engine


class _Computation:
    """Computes the enterprises under both plans, on the engine that suits them."""

    def __init__(
        self, comparison: Comparison, asked: Asked, wanted: Wanted, take: Callable[[EnterpriseChange], None]
    ) -> None:
        old, new = comparison.old, comparison.new
        self.comparison, self.asked, self.wanted, self.take = comparison, asked, wanted, take
        self.policies = widened(old, new), widened(new, old)
        self.pins = pins_of((old, new), wanted.readings)
        self.pairs = pairs_of(*self.policies, self.pins)
        self.said = _Said(wanted.lang)

    def effect(self, bar: "Bar | None") -> tuple[Effect, str]:
        """What it comes to, and the engine that computed it."""
        sources, lang = self.wanted.sources, self.wanted.lang
        found = [chosen.there(self.asked, sources, policy, False) for policy in self.policies]
        choices = [chosen.choice(self.asked, there, sources[0]) for there, _ in found]
        ruled = any(policy.rules for policy in self.policies)
        if all(choice.engine == "duckdb" for choice in choices) and not ruled:
            effect = self._on_duckdb([files for _, files in found], bar)
            if effect is not None:
                return effect, "duckdb"
        else:
            reason = next((choice.reason for choice in choices if choice.reason is not None), None)
            if ruled and any(choice.engine == "duckdb" for choice in choices):
                reason = Text("方案有条款之间的规则", "a plan has rules between clauses")
            if reason is not None or any(choice.said for choice in choices):
                chosen.say("python", lang, reason)
        return self._one_by_one(bar), "python"

    def _one_by_one(self, bar: "Bar | None") -> Effect:
        """Computes the enterprises one after the other."""
        sides = [
            PlanSide(policy, pin, sources_of(self.wanted.sources, policy, self.said.unread), _by_hand(day), day)
            for policy, pin, day in zip(self.policies, self.pins, self.wanted.days, strict=True)
        ]

        def hand(changed: EnterpriseChange) -> None:
            if self.wanted.every or changed.how != "unchanged":
                self.take(changed)

        def tick(compared: int, refused: int) -> None:
            if bar is not None:
                bar.show((), compared, refused, 0)

        return Comparer(sides, self.pairs, date.today()).run(hand, self.said.refusal, tick)

    def _on_duckdb(self, files: Sequence[Mapping[str, str]], bar: "Bar | None") -> Effect | None:
        """Has DuckDB compute the tables; None where they turn out to be for the scalar engine."""
        from jxplus.batch.duckdb.compared import Compared

        today = date.today()
        tasks = [
            Task(policy, "csv", True, False, pin, _by_hand(day), day, today)
            for policy, pin, day in zip(self.policies, self.pins, self.wanted.days, strict=True)
        ]

        def judged(side: int, done: Done) -> None:
            for refusal in done.refusals:
                self.said.refusal(refusal)

        def made() -> Compared:
            shown = bar.at if bar is not None else lambda percent: None
            return Compared(files, tasks, self.pairs, affected(self.comparison, self.pairs), judged, shown)

        compared = chosen.on_duckdb(made, self.asked, self.wanted.lang)
        if compared is None:
            return None
        try:
            chosen.say("duckdb", self.wanted.lang)
            for file, reason in others_in(self.wanted.sources[0], self.policies[1]):
                self.said.unread(Unread(file, None, reason))
            effect = compared.effect()
            for changed in compared.rows(self.wanted.every):
                self.take(changed)
        finally:
            compared.close()
        return effect


def _by_hand(day: date | None) -> dict[str, date]:
    """The day that was chosen, as a fact in place of an enterprise's own."""
    return {} if day is None else {DAY: day}


class _Said:
    """Says on standard error what is not read, and why an enterprise is refused: both plans read it, and it is said once."""

    def __init__(self, lang: str) -> None:
        self.lang, self.causes = lang, Causes()
        self.told: set[object] = set()

    def unread(self, unread: Unread) -> None:
        line = unread.show(self.lang)
        if line not in self.told:
            self.told.add(line)
            print(line, file=sys.stderr)

    def refusal(self, refusal: Refusal) -> None:
        new = [fault for fault in refusal.faults if _key(fault) not in self.told]
        self.told.update(map(_key, new))
        show_faults(self.causes.take(new), self.lang)

    def rest(self) -> None:
        show_faults(self.causes.rest(), self.lang)


def _key(fault: Fault) -> object:
    return fault.file, fault.place, fault.fact, fault.wrong


# ---- the file of all enterprises -------------------------------------------------------------------------------------------


class EnterpriseRows:
    """The enterprises as rows of CSV or lines of JSON, kept on disk until all are there."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.file = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115
        self.count = 0
        self.named = False
        self.rows: list[EnterpriseChange] = []

    def __call__(self, changed: EnterpriseChange) -> None:
        self.count += 1
        self.named = self.named or bool(changed.name)
        self.rows.append(changed)
        if len(self.rows) >= _KEPT:
            self._flush()

    def _flush(self) -> None:
        if self.form == "csv":
            self.file.write(csv_lines([cells(each, True) for each in self.rows]))
        else:
            self.file.writelines(f"    {one_line(each)},\n" for each in self.rows)
        self.rows.clear()

    def blocks(self, before: str = "") -> Iterator[str]:
        """The text of the file, in blocks: a table, or the object `before` with its enterprises."""
        self._flush()
        self.file.seek(0)
        if self.form == "csv":
            yield csv_lines([columns(self.named)])
            yield from iter(lambda: self.file.read(_BLOCK), "") if self.named else self._nameless()
            return
        yield before.rstrip().removesuffix("}").rstrip() + ',\n  "enterprises": ['
        for number, line in enumerate(self.file):
            yield ("\n" if number == 0 else ",\n") + line.rstrip().removesuffix(",")
        yield "\n  ]\n}\n" if self.count else "]\n}\n"

    def _nameless(self) -> Iterator[str]:
        """The rows without the column of names, which none of them has."""
        for row in csv.reader(self.file):
            yield csv_lines([[row[0], *row[2:]]])

    def write(self, path: str, lang: str, before: str = "") -> None:
        """Writes the file whole; an error of the system is said, and ends the command."""
        try:
            with replacing(path) as file:
                file.writelines(map(str.encode, self.blocks(before)))
        except OSError as error:
            raise stopped(path, error, lang) from None


_KEPT = 10_000
_BLOCK = 1 << 20
