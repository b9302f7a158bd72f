"""A clause in three values: what it waits for where something that it asks for is not known, in the generated function.

Worked out is first what each reading waits for, as bits in `w`. Where that is nothing, what is not known does not matter, and the
clause comes to what it comes to as if all were known.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from jxplus.assessment import Outcome
from jxplus.assessment.codegen.clause import KnownClause
from jxplus.formula.node import OVER_ITEMS, walk
from jxplus.formula.source import Hard
from jxplus.policy import Reading

_MOST_KEPT = 1000
"""How many outcomes that wait for facts are kept of a clause."""


class ClauseSource(KnownClause):
    """The lines that give one clause's result, whatever is known and whatever is not."""

    def where_unknown(self) -> None:
        kept = self.source.lines[:]
        try:
            self._three_valued()
        except Hard:
            self.source.lines[:] = kept
            self.evaluated("timeless" if self.compiled.force.dated else "outcome")

    def _three_valued(self) -> None:
        """First what the clause waits for, reading by reading; where that is nothing, its outcome as if all were known."""
        source, listed = self.source, self.clause.each
        if listed is None:
            met = self._waits_for_facts()
            with source.block("if w"):
                self._waiting()
            with source.block("else"):
                self.whole(met)
            return
        source.line("w = 0")
        with source.block(f"if u & {source.bit(listed)}"):
            for reading in self.readings:
                of_none = source.logic(reading.when, "", listed)
                missing = f"{source.bit(listed)} | (0 if {of_none.true} else {of_none.missing})"
                source.line(f"if not {of_none.false}: w |= {missing}")
            with source.block("if w"):
                self._waiting()
            with source.block("else"):
                self.not_met()
        with source.block(f"elif not {source.name(listed)}"):
            self.not_met()
        with source.block("else"):
            items = self._waits_for_items(listed)
            with source.block("if w"):
                self._waiting()
            with source.block("else"):
                self.itemwise(items)

    def _waits_for_facts(self) -> list[str]:
        """Puts into `w` what the readings of a clause over the enterprise wait for; gives when each of them is met."""
        source, found = self.source, [self.source.logic(reading.when) for reading in self.readings]
        source.line("w = 0")
        for reading, logic in zip(self.readings, found, strict=True):
            bits = self._bits_of_amounts(reading)
            if not bits:
                source.line(f"if not {logic.true} and not {logic.false}: w |= {logic.missing}")
                continue
            with source.block(f"if {logic.true}"):
                source.line(f"w |= u & {bits}")
            source.line(f"elif not {logic.false}: w |= {logic.missing}")
        return [logic.true for logic in found]

    def _waits_for_items(self, listed: str) -> list[tuple[str, str]]:
        """The same of a clause over the items of a known list; gives the variable of an item with the condition on it."""
        source, found = self.source, []
        for reading in self.readings:
            met, waits, item = source.fresh("n"), source.fresh("m"), source.fresh("i")
            one, bits = source.logic(reading.when, item), self._bits_of_amounts(reading)
            source.line(f"{met}, {waits} = False, 0")
            with source.block(f"for {item} in {source.name(listed)}"):
                source.line(f"if {one.true}: {met} = True")
                source.line(f"elif not {one.false}: {waits} |= {one.missing}")
            source.line(f"if {waits}: w |= {waits}")
            if bits:
                source.line(f"elif {met}: w |= u & {bits}")
            found.append((item, one.true))
        return found

    def _bits_of_amounts(self, reading: Reading) -> int:
        """The facts without which the amounts of a reading are not known; raises `Hard` where they may be known without some."""
        amounts = reading.amounts()
        bits = self.source.mask(amounts)
        if bits and any(each.op == "if" or each.op in OVER_ITEMS for node in amounts for each in walk(node)):
            raise Hard
        if (
            self.clause.base is not None
            and reading is self.readings[0]
            and self.source.mask([self.clause.base]) & ~bits
        ):
            raise Hard
        return bits

    def _waiting(self) -> None:
        """The outcome of the clause that waits for what is in `w`: the evaluator has that of a figure that the plan leaves open."""
        source, kept = self.source, self.source.thing({})
        with ExitStack() as stack:
            if self.clause.unquantified_without is not None:
                with source.block(f"if w == {source.bit(self.clause.unquantified_without)}"):
                    self.evaluated("timeless" if self.compiled.force.dated else "outcome")
                stack.enter_context(source.block("else"))
            self.form.found(f"{kept}.get(w) or waiting({kept}, {self.own}, w)")


def waits(bits: Mapping[str, int]) -> Callable[[dict[int, Outcome], Any, int], Outcome]:
    """What gives the outcome of a clause that waits for the facts with some bits, and keeps it for the next that does."""

    def waiting(kept: dict[int, Outcome], compiled: Any, missing: int) -> Outcome:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[missing] = compiled.waiting(frozenset(name for name, bit in bits.items() if bit & missing))
        return kept[missing]

    return waiting
