"""How many columns a text takes on a terminal."""

_ONE = "·–—…“”‘’→×²³°≥≤✓✗"
_TWO = "、。〈〉《》「」『』【】〔〕〖〗㎡㎥￥"


class Doubtful(Exception):
    """How a text is laid out is Rich's to say."""


class _Widths(dict[str, int]):
    """The columns that a character takes."""

    def __missing__(self, char: str) -> int:
        if " " <= char <= "~" or char in _ONE:
            width = 1
        elif "一" <= char <= "\u9fff" or "！" <= char <= "～" or char in _TWO:
            width = 2
        else:
            raise Doubtful(char)
        self[char] = width
        return width


WIDTHS = _Widths()


def columns(text: str) -> int:
    """Gives how many columns a text on one line takes; raises `Doubtful`."""
    return len(text) if text.isascii() and text.isprintable() else sum([WIDTHS[char] for char in text])


def cells_of(text: str) -> int:
    """Gives how many columns any text takes, whatever it is written in."""
    try:
        return columns(text)
    except Doubtful:
        from rich.cells import cell_len

        return cell_len(text)
