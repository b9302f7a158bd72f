"""How a plan numbers its sections: 六(二), and 6.2 as its plain alias."""

CHINESE_DIGITS = "〇一二三四五六七八九十"


def chinese_number(text: str) -> int | None:
    """The number of a Chinese numeral up to 99 (六, 十二, 二十); None where it is none."""
    if not text or any(char not in CHINESE_DIGITS for char in text):
        return None
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return CHINESE_DIGITS.index(text) if len(text) == 1 else None
    return (CHINESE_DIGITS.index(tens) if tens else 1) * 10 + (CHINESE_DIGITS.index(ones) if ones else 0)


def section_alias(section: str) -> str:
    """The plain form of a section number, `6.2` for 六(二) and `6` for 六; empty where it is no such number."""
    part, bracket, item = section.strip().replace("（", "(").replace("）", ")").partition("(")
    numbers = [chinese_number(part)]
    if bracket:
        numbers.append(chinese_number(item.removesuffix(")")) if item.endswith(")") else None)
    return "" if None in numbers else ".".join(str(number) for number in numbers)
