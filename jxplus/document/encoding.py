"""Whether a text is UTF-8 or GB18030, as Windows writes it in China, told by its bytes and, where both fit, by its characters.

Some two hundredths of all pairs of bytes are both: 鹰潭铜业 in GB18030 is ӥ̶ͭҵ in UTF-8. A text of which UTF-8 makes such
letters, and GB18030 makes everyday Chinese characters, is taken for the latter; words of Latin, Greek or Russian letters
(Café, Größe) and lone signs (m², ¥1200) are left what they are.
"""

import codecs
import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import count

UTF_8, GB18030 = "utf-8-sig", "gb18030"
_PLAIN = (
    ("\u3300", "\u9fff"),
    ("\u0e00", "\u0eff"),
    ("\u1100", "\u11ff"),
    ("\u2010", "\u27ff"),
    ("\u3000", "\u30ff"),
    ("\uac00", "\ud7ff"),
    ("\uf900", "\ufaff"),
    ("\ufe30", "\uffee"),
    ("\U00010000", "\U0010ffff"),
)
"""The first and the last of the characters that are written in China, the commonest first, or are of three bytes and no accident."""
_COMMONEST = _PLAIN[0]
_WORD = "[0-9A-Za-z]*(?:[^\x00-\x7f]+[0-9A-Za-z]*)+"
_SIGNS = frozenset("\xa0¡¢£¤¥§©«®°±²³¶·¹»¼½¾¿×÷µ")
_ALPHABETS = ("[A-Za-zÀ-ÖØ-öø-ž]+", "[Α-Ωα-ωΆ-ώ]{3,}", "[А-яЁё]{3,}")
_MOST_WORDS = 10_000


_AT_SIGHT, _SHORT, _NAME = 20, 20_000, 60
_looks = count()


@cache
def _plain() -> re.Pattern[str]:
    """Finds one of these characters; to make it takes as long as to look at many texts without it."""
    return re.compile(f"[{''.join(f'{first}-{last}' for first, last in _PLAIN)}]")


def plainly_utf8(text: str) -> bool:
    """Whether a text has a character that is written in China, or is of three bytes and no accident: such a text is UTF-8."""
    if _COMMONEST[0] <= text[:1] <= _COMMONEST[1]:  # as nearly all names of China begin
        return True
    few = len(text) <= _NAME or (next(_looks) < _AT_SIGHT and len(text) < _SHORT)
    return (few and _at_sight(text)) or _plain().search(text) is not None


def _at_sight(text: str) -> bool:
    """Whether the last of a text's characters in the order of Unicode tells as much; most texts of China have one that does."""
    char = max(text, default="")
    return any(first <= char <= last for first, last in _PLAIN)


class Judge:
    """Looks at the text that UTF-8 makes of some bytes, block by block, and tells at last whether it was GB18030."""

    def __init__(self) -> None:
        self.plain = False
        self.words: set[str] = set()

    def look(self, text: str) -> None:
        """Take a block of whole lines."""
        if self.plain or text.isascii():
            return
        if plainly_utf8(text):
            self.plain = True
        elif len(self.words) < _MOST_WORDS:
            self.words.update(re.findall(_WORD, text.removeprefix("\ufeff")))

    @property
    def is_gb18030(self) -> bool:
        """Whether every word that is not of ASCII is everyday Chinese in GB18030, and nobody's word in UTF-8."""
        return not self.plain and bool(self.words) and all(_everyday(word) and not _told(word) for word in self.words)


def may_be_gb18030(text: str) -> bool:
    """Whether a text that UTF-8 makes of some bytes is rather GB18030."""
    judge = Judge()
    judge.look(text)
    return judge.is_gb18030


def _everyday(word: str) -> bool:
    """Whether GB18030 makes of the bytes of a word only the some seven thousand characters in common use."""
    try:
        word.encode().decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True


def _told(word: str) -> bool:
    """Whether a word is one in UTF-8: a lone sign, or letters of one alphabet in the case that words have."""
    signs = _SIGNS.intersection(word)
    if signs and sum(not char.isascii() for char in word) == 1 and (len(word) > 1 or signs <= {"¥", "£"}):
        return True
    latin, greek, russian = (re.fullmatch(alphabet, word) is not None for alphabet in _ALPHABETS)
    cased = word == word.lower() or word == word.upper() or word[1:] == word[1:].lower()
    return cased and (greek or russian or (latin and re.search("[A-Za-z]", word) is not None))


def encoding_of_bytes(blocks: Callable[[], Iterable[bytes]]) -> str | None:
    """The encoding of a text, `utf-8-sig` or `gb18030`, from its bytes in blocks; None where it is neither."""
    judge, first = Judge(), next(iter(blocks()), b"")
    if _decoded(blocks(), UTF_8, judge.look):
        return GB18030 if not first.startswith(codecs.BOM_UTF8) and judge.is_gb18030 else UTF_8
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)):
        return None
    doubt = _Doubt()
    return GB18030 if _decoded(blocks(), GB18030, doubt.look) and not doubt.foreign else None


class _Doubt:
    """Looks for a text in another encoding that GB18030 would decode too: `Société` has a rare character among letters.

    What Big5 writes has characters that are nobody's in GB18030: 鴻海 is 翬 and one of these.
    """

    def __init__(self) -> None:
        self.chinese = self.odd = 0
        self.nobodys = False

    def look(self, text: str) -> None:
        self.nobodys = self.nobodys or re.search("[\ue000-\uf8ff]", text) is not None
        if not self.chinese and not text.isascii():
            for run in re.finditer("[^\x00-\x7f]+", text):
                beside = text[max(run.start() - 1, 0) : run.start()] + text[run.end() : run.end() + 1]
                rare = len(run[0]) == 1 and not _common(run[0]) and any(each.isalpha() for each in beside)
                self.odd, self.chinese = self.odd + rare, self.chinese + (not rare)

    @property
    def foreign(self) -> bool:
        return self.nobodys or (bool(self.odd) and not self.chinese)


def _common(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _decoded(blocks: Iterable[bytes], encoding: str, look: Callable[[str], None]) -> bool:
    """Whether all blocks decode; `look` sees the text, in pieces that end where a line does."""
    decoder, left = codecs.getincrementaldecoder(encoding)(), ""
    try:
        for block in blocks:
            text = left + decoder.decode(block)
            whole, end, left = text.rpartition("\n")
            if len(left) > 1 << 20:
                whole, left = whole + end + left, ""
            look(whole)
        look(left + decoder.decode(b"", True))
    except UnicodeDecodeError:
        return False
    return True
