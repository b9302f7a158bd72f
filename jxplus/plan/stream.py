"""The text of a section as one run of characters, of one width, that knows where each stood in the file."""

from bisect import bisect_right

from jxplus.fault import Place

ALIKE: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，"},
    **dict.fromkeys(map(ord, "〔［【"), "["),
    **dict.fromkeys(map(ord, "〕］】"), "]"),
    **dict.fromkeys(map(ord, "—–―‐‑‒−－~～"), "-"),
    **dict.fromkeys(map(ord, "﹪"), "%"),
}


class Stream:
    """The text of one section as a single run of characters, each with its offset in the file.

    Breaks and spaces are gone, except where they keep two figures or a word and a figure apart; `starts` are the indexes
    at which a paragraph begins.
    """

    def __init__(self, section: str, source: str, lines: tuple[int, ...]) -> None:
        self.section, self.source, self.lines = section, source, lines
        self.text = ""
        self.offsets: list[int] = []
        self.starts: set[int] = set()

    def add(self, offset: int, line: str, begins: bool = False) -> "Stream":
        """Put a line of the file, or the rest of one, at the end."""
        chars: list[str] = []
        gap = True
        if begins:
            self.starts.add(len(self.text))
        for index, char in enumerate(line.translate(ALIKE), offset):
            if char.isspace():
                gap = True
                continue
            before = chars[-1] if chars else self.text[-1:]
            if gap and "0" <= char <= "9" and before.isascii() and before.isalnum():
                chars.append(" ")
                self.offsets.append(index)
            chars.append(char)
            self.offsets.append(index)
            gap = False
        self.text += "".join(chars)
        return self

    def written(self, start: int, end: int) -> str:
        """The characters of the file from one index to another, without the breaks."""
        return "".join(self.source[offset] for offset in self.offsets[start:end]).replace(" ", "")

    def place(self, index: int) -> Place:
        return place_of(self.lines, self.offsets[index])


def place_of(lines: tuple[int, ...], offset: int) -> Place:
    line = bisect_right(lines, offset)
    return Place(line, offset - lines[line - 1] + 1)
