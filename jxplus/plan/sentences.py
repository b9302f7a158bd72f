"""The sentences of a plan's text, each with a digest by which a policy file names it without its words.

A sentence ends with 。, ； or the like outside brackets, or with its paragraph. Breaks, blanks and the width of digits and
brackets are no part of it: the digest of a sentence is the same however the page is laid out, and another as soon as one
character of it is. The same sentence a second time in its section has a digest of its own.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jxplus.fault import Place
from jxplus.plan.figures import Figure
from jxplus.plan.stream import Stream

MONEY = re.compile(
    "补助|补贴|补偿|补足|贴息|贴补|奖|减免|减征|减半|免收|免征|免缴|免租|免除|免费|优惠|资助|扣除|摊销|加计|抵扣|抵免|返还|退还|退税"
    "|配套(?!设施|完善|服务)|扶持|资金|拨付|兑现|兑付|追回|收回|享受|下调|降低|租金|房租|出资|担保|代偿|贷款|支持力度|给予[^，,。;]{0,8}支持"
)
"""What a sentence says of money that is given, lowered or forbidden. A word too many costs an entry, a word too few a sentence."""

_STOPS, _CLOSING = "。;!?", "”’」』)]"
_OPEN, _CLOSE = "([", ")]"


class Sentence(NamedTuple):
    """A sentence of the text: the section that it stands in, its digest, its words as they are written, its place.

    `held` says whether a clause or an entry must account for it: it speaks of money, or a figure stands in it.
    """

    section: str
    digest: str
    text: str
    place: Place
    held: bool


def sentences_of(stream: Stream, figures: Iterable[Figure]) -> Iterator[Sentence]:
    """The sentences of a section, in their order; `figures` are those of the section."""
    from hashlib import sha256

    places = [figure.place for figure in figures if figure.kind not in ("numbering", "page number")]
    seen: dict[str, int] = {}
    for start, end in _spans(stream):
        words = stream.text[start:end]
        times = seen[words] = seen.get(words, 0) + 1
        named = words if times == 1 else f"{words} {times}"
        # The letter before the digits keeps a digest a word: 1234567 or 12e4567 would be numbers to some readers.
        digest = "s" + sha256(named.encode()).hexdigest()[:7]
        first, last = stream.place(start), stream.place(end - 1)
        held = MONEY.search(words) is not None or any(first <= place <= last for place in places)
        yield Sentence(stream.section, digest, stream.written(start, end), first, held)


def _spans(stream: Stream) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends."""
    text, start, depth, index = stream.text, 0, 0, 0
    while index < len(text):
        if index in stream.starts and index > start:
            yield start, index
            start, depth = index, 0
        char = text[index]
        index += 1
        depth = depth + 1 if char in _OPEN else max(depth - 1, 0) if char in _CLOSE else depth
        if char in _STOPS and not depth:
            while index < len(text) and text[index] in _CLOSING:
                index += 1
            yield start, index
            start = index
    if start < len(text):
        yield start, len(text)
