"""A clause in three values: what it waits for where something that it asks for is not known, in the generated function.

Worked out is first what each reading waits for, as bits in `w`. Where that is nothing, what is not known does not matter, and the
clause comes to what it comes to as if all were known. A choice in an amount may be made without all that it asks for: where such
an amount is due and something of it is unknown, which `e` says, the evaluator has the word.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from jxplus.assessment.codegen.clause import KnownClause
from jxplus.assessment.outcome import keep
from jxplus.formula.node import OVER_ITEMS, walk
from jxplus.formula.source import Hard, either, waits_unless
from jxplus.policy import Reading


class ClauseSource(KnownClause):
    """The lines that give one clause's result, whatever is known and whatever is not."""

    def where_unknown(self) -> None:
        kept = self.source.lines[:]
        try:
            self._three_valued()
        except Hard:
            self.source.lines[:] = kept
            self._by_evaluator()

    def _three_valued(self) -> None:
        """First what the clause waits for, reading by reading; where that is nothing, its outcome as if all were known."""
        source, listed = self.source, self.clause.each
        if listed is None:
            met = self._waits_for_facts()
            self._settle(lambda: self.whole(met))
            return
        if not source.mask(list(self.clause.formulas())) & ~source.bit(listed):
            self._of_no_list(listed)
            return
        if self._gathers_for_items():
            raise Hard
        with source.block(f"if u & {source.bit(listed)}"):
            self._of_no_list(listed)
        with source.block(f"elif not {source.name(listed)}"):
            self.not_met()
        with source.block("else"):
            items = self._waits_for_items(listed)
            self._settle(lambda: self.itemwise(items))

    def _of_no_list(self, listed: str) -> None:
        """The outcome where the list is unknown that the clause runs over: undecided, unless no item could meet a condition."""
        source = self.source
        source.line("w = 0")
        for reading in self.readings:
            of_none = source.logic(reading.when, "", listed)
            missing = either(str(source.bit(listed)), waits_unless(of_none.true, of_none.missing))
            if of_none.false != "True":
                source.line(f"if not {of_none.false}: w |= {missing}")
        with source.block("if w"):
            self._waiting()
        with source.block("else"):
            self.not_met()

    def _settle(self, known: Callable[[], None]) -> None:
        """The outcome behind the lines that say what the clause waits for, in `w`; in `e` what only the evaluator knows about."""
        source = self.source
        if any(self._bits_of_amounts(each)[1] for each in self.readings):
            with source.block("if e"):
                self._by_evaluator()
            head = "elif w"
        else:
            head = "if w"
        with source.block(head):
            self._waiting()
        with source.block("else"):
            known()

    def _waits_for_facts(self) -> list[str]:
        """Puts into `w` what the readings of a clause over the enterprise wait for; gives when each of them is met."""
        source, found = self.source, [self.source.logic(reading.when) for reading in self.readings]
        source.line("w = e = 0")
        for reading, logic in zip(self.readings, found, strict=True):
            amounts = self._amounts_wait(reading)
            if not amounts:
                source.line(f"if not {logic.true} and not {logic.false}: w |= {logic.missing}")
                continue
            with source.block(f"if {logic.true}"):
                source.line(amounts)
            source.line(f"elif not {logic.false}: w |= {logic.missing}")
        return [logic.true for logic in found]

    def _waits_for_items(self, listed: str) -> list[tuple[str, str]]:
        """The same of a clause over the items of a known list; gives the variable of an item with the condition on it."""
        source, found = self.source, []
        source.line("w = e = 0")
        for reading in self.readings:
            met, waits, item = source.fresh("n"), source.fresh("m"), source.fresh("i")
            one, amounts = source.logic(reading.when, item), self._amounts_wait(reading)
            found.append((item, one.true))
            if one.true == "False" and one.false == "True":
                continue
            source.line(f"{met}, {waits} = False, 0")
            with source.block(f"for {item} in {source.name(listed)}"):
                source.line(f"if {one.true}: {met} = True")
                if one.missing != "0":
                    source.line(f"elif not {one.false}: {waits} |= {one.missing}")
            source.line(f"if {waits}: w |= {waits}")
            if amounts:
                source.line(f"elif {met}: {amounts}")
        return found

    def _gathers_for_items(self) -> bool:
        """Whether an amount of an item asks about all items of a list: that is worked out before, whether it is due or not."""
        amounts = [amount for reading in self.readings for amount in reading.amounts()]
        if self.clause.base is not None:
            amounts.append(self.clause.base)
        return any(each.op in OVER_ITEMS for amount in amounts for each in walk(amount))

    def _amounts_wait(self, reading: Reading) -> str:
        """The line that puts into `w` what the amounts of a reading wait for, and into `e` what they may; empty where that is nothing."""
        waited, open = self._bits_of_amounts(reading)
        return "; ".join(f"{name} |= u & {bits}" for name, bits in (("w", waited), ("e", open)) if bits)

    def _bits_of_amounts(self, reading: Reading) -> tuple[int, int]:
        """The facts without which the amounts of a reading are not known, and those without some of which they may be.

        The base counts with the latter: it may be unknown where the amounts are known.
        """
        amounts = reading.amounts()
        bits, base = self.source.mask(amounts), 0
        if self.clause.base is not None and reading is self.readings[0]:
            base = self.source.mask([self.clause.base])
        if any(each.op == "if" or each.op in OVER_ITEMS for node in amounts for each in walk(node)):
            return 0, bits | base
        return bits, base & ~bits

    def _waiting(self) -> None:
        """The outcome of the clause that waits for what is in `w`: the evaluator has that of a figure that the plan leaves open."""
        source, kept = self.source, self.source.thing({})
        with ExitStack() as stack:
            if self.clause.unquantified_without is not None:
                with source.block(f"if w == {source.bit(self.clause.unquantified_without)}"):
                    self._by_evaluator()
                stack.enter_context(source.block("else"))
            self.form.kept(f"{kept}.get(w) or {source.thing(self._outcome_of_missing)}({kept}, w)")

    def _outcome_of_missing(self, kept: dict[int, Any], missing: int) -> Any:
        """The outcome of the clause that waits for the facts with some bits, in its form; kept for the next that does."""
        names = frozenset(name for name, bit in self.source.bits.items() if bit & missing)
        return keep(kept, missing, self.form.made(self.compiled.waiting(names)))

    def _by_evaluator(self) -> None:
        self.evaluated("timeless" if self.compiled.force.dated else "outcome")
