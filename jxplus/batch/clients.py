"""An enterprise as a book for its reader tells of it: what each clause came to, without the policy, small enough to send on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from jxplus.assessment import Assessment, Interval
from jxplus.fault import Text
from jxplus.render.words import days_told

if TYPE_CHECKING:
    from jxplus.assessment.reached import Reach


class Amount(NamedTuple):
    """What a clause came to: an `Outcome`, with the id of the clause in place of the clause."""

    clause: str
    status: str
    low: Decimal | None
    high: Decimal | None
    base: Decimal | None
    missing: tuple[str, ...]
    readings: Mapping[str, Interval]
    notes: tuple[Text, ...]
    open: bool = False


class Off(NamedTuple):
    """What a rule between clauses takes off either end, in yuan, of which clauses that pay something, and which of them count."""

    rule: str
    clauses: tuple[str, ...]
    counted: tuple[str, ...]
    low: Decimal
    high: Decimal


class Near(NamedTuple):
    """A clause within reach: what stands between, and what it would come to, in yuan.

    `brings` says what each further step of a figure would bring where the amount only begins to grow. `place` puts what is
    nearest first, among all clauses of all enterprises.
    """

    clause: str
    gaps: tuple[Text, ...]
    status: str
    low: Decimal | None
    high: Decimal | None
    gain: Interval | None
    brings: Text | None
    place: tuple[Decimal, ...]
    open: bool = False

    @property
    def pays(self) -> bool:
        """Whether it would bring an amount that the plan states."""
        return self.low is not None


class Client(NamedTuple):
    """One enterprise: its name, its id where it has one, its day, and what it is due. Amounts are in yuan."""

    name: str
    id: str
    day: date
    low: Decimal
    high: Decimal
    amounts: tuple[Amount, ...]
    reach: tuple[Near, ...] = ()
    said: tuple[Text, ...] = ()
    """The assumptions and warnings."""
    open: bool = False
    """Whether the total is at least this, and has no ceiling."""
    off: tuple[Off, ...] = ()
    """What rules take off: the amounts are before them, the totals after."""
    others: tuple[tuple[Text, str], ...] = ()
    """The days beside its own that it states and that clauses are held against, by name."""
    how: tuple[tuple[str, tuple[Text, ...]], ...] = ()
    """The clauses to explain, each with how it came about, line by line."""

    @property
    def label(self) -> str:
        """What it is known by: its id, else its name."""
        return self.id or self.name


def client(
    assessment: Assessment, reach: "Sequence[Reach]" = (), explain: Collection[str] = (), wan: bool = False
) -> Client:
    """The client that an assessment is of, with what is within its reach, and how the clauses to explain came about."""
    enterprise = assessment.enterprise
    amounts = tuple(
        Amount(
            each.clause.id,
            each.status,
            each.low,
            each.high,
            each.base,
            tuple(each.missing),
            dict(each.readings),
            each.notes,
            each.open,
        )
        for each in assessment.outcomes
    )
    said = (*(each.text for each in assessment.assumptions), *assessment.warnings)
    near = tuple(map(near_of, reach))
    paying = {each.clause.id for each in assessment.outcomes if each.high}
    off = tuple(
        Off(each.rule.id, tuple(id for id in each.clauses if id in paying), each.counted[1], each.low, each.high)
        for each in assessment.taken
    )
    (low, high), open = assessment.total(), assessment.open()
    _, *others = days_told(assessment.policy, enterprise, assessment.as_of)
    named = enterprise.name, enterprise.id, assessment.as_of
    how = tuple(_how(assessment, explain, wan)) if explain else ()
    return Client(*named, low, high, amounts, near, tuple(said), open, off, tuple(others), how)


def _how(assessment: Assessment, explain: Collection[str], wan: bool) -> Iterator[tuple[str, tuple[Text, ...]]]:
    """How clauses came about, line by line."""
    from jxplus.render.explained import explanation  # what few books tell

    for outcome in assessment.outcomes:
        if outcome.clause.id in explain:
            lines = explanation(assessment, outcome, wan)
            yield outcome.clause.id, tuple(_line(line.deep, line.mark, line.text) for line in lines)


def _line(deep: int, mark: str, text: Text) -> Text:
    begin = "  " * deep + (f"{mark} " if mark else "")
    return Text(f"{begin}{text.zh}", f"{begin}{text.en}")


def nearest_of(reach: "Sequence[Reach]") -> Near | None:
    """What is nearest of all that would bring a stated amount."""
    paying = [each for each in map(near_of, reach) if each.pays]
    return min(paying, key=lambda each: each.place, default=None)


def near_of(reach: "Reach") -> Near:
    """A reach, with the id of its clause in place of the clause."""
    then = reach.then
    gaps = tuple(gap.text(reach.policy) for gap in reach.gaps)
    place = reach.nearness
    return Near(then.clause.id, gaps, then.status, then.low, then.high, reach.gain, reach.brings, place, then.open)
