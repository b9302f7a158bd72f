"""Figures as people write them, read exactly and written back."""

from decimal import Decimal, Inexact, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxplus.quantity import (
    EXACT,
    PURE,
    DeclaredUnit,
    Unit,
    Units,
    decimals,
    number_text,
    plain_number,
    quantity_text,
    rate_text,
    read_day,
    read_quantity,
    times,
    to_fen,
    unit_text,
    wan_text,
    yuan_text,
)

YUAN: Unit = (("元", 1),)
RENT: Unit = (("㎡", -1), ("元", 1), ("月", -1))
MAGNITUDES = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}

fen = st.integers(-(10**15), 10**15).map(lambda count: Decimal(count).scaleb(-2))
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**13), max_value=10**13)


def sorted_unit(unit: Unit) -> Unit:
    return tuple(sorted(unit))


@pytest.mark.parametrize(
    ("written", "amount", "unit"),
    [
        ("12000000", "12000000", PURE),
        ("1200万", "12000000", PURE),
        ("1200万元", "12000000", YUAN),
        ("0.12亿", "12000000", PURE),
        ("12,000,000.00元", "12000000", YUAN),
        ("１２００万", "12000000", PURE),
        ("１２，０００，０００．００元", "12000000", YUAN),
        (" 1200 万元 ", "12000000", YUAN),
        ("1.2千万元", "12000000", YUAN),
        ("12百万元", "12000000", YUAN),
        ("3万亿元", "3000000000000", YUAN),
        ("5千元", "5000", YUAN),
        ("1.2e7", "12000000", PURE),
        ("12E+6元", "12000000", YUAN),
        ("1200000000e-2", "12000000", PURE),
        ("-960万", "-9600000", PURE),
        ("- 960万", "-9600000", PURE),
        ("+5元", "5", YUAN),
        ("－5元", "-5", YUAN),
        ("0", "0", PURE),
        ("0.01元", "0.01", YUAN),
        ("15%", "0.15", PURE),
        ("１５％", "0.15", PURE),
        ("0.000001%", "0.00000001", PURE),
        ("100 %", "1", PURE),
        ("30元/㎡/月", "30", RENT),
        ("30元/平方米/个月", "30", RENT),
        ("30元/m²/月", "30", RENT),
        ("1亿元/㎡/月", "100000000", RENT),
        ("1.15元/km", "1.15", (("km", -1), ("元", 1))),
        ("1.15元/公里", "1.15", (("km", -1), ("元", 1))),
        ("1.15元/车公里", "1.15", (("km", -1), ("元", 1))),
        ("300㎡", "300", (("㎡", 1),)),
        ("3年", "36", (("月", 1),)),
        ("36个月", "36", (("月", 1),)),
        ("10亿人", "1000000000", (("人", 1),)),
        ("100亿km", "10000000000", (("km", 1),)),
    ],
)
def test_every_notation(written: str, amount: str, unit: Unit) -> None:
    quantity = read_quantity(written)
    assert quantity is not None
    assert (quantity.amount, sorted_unit(quantity.unit), quantity.text) == (
        Decimal(amount),
        sorted_unit(unit),
        written,
    )


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "-",
        "元",
        "万元",
        "%",
        "plenty",
        "1.2.3",
        ".5",
        "5.",
        "1 2",
        "1_000",
        "1'000",
        "12,00,000",
        "1,0000",
        ",100",
        "1,000,",
        "1200,50",
        "0,123",
        "017",
        "00",
        "0x10",
        "0b11",
        "0o17",
        "1:30",
        "1e",
        "1e5.5",
        "1e400",
        "1e-400",
        "1e999999999999",
        "nan",
        "NaN",
        "inf",
        "Infinity",
        "-Infinity",
        "--5",
        "+-5",
        "５万亿元万",
        "5万亿万",
        "5万万",
        "1元2",
        "1200 USD",
        "$5",
        "￥5",
        "5元/",
        "5元/年",
        "5元//月",
        "15%%",
        "15%元",
        "十二万",
        "١٢",
        "²",
        "1" * 61,
        "0." + "1" * 60,
    ],
)
def test_what_is_no_figure(written: str) -> None:
    """None of these is guessed at, and none is read in part."""
    assert read_quantity(written) is None
    assert plain_number(written) is None


@given(
    number=st.decimals(0, 10**9, places=4, allow_nan=False),
    magnitude=st.sampled_from(list(MAGNITUDES)),
    unit=st.sampled_from(["", "元"]),
    sign=st.sampled_from(["", "-", "+"]),
    grouped=st.booleans(),
)
def test_a_magnitude_multiplies_exactly(number: Decimal, magnitude: str, unit: str, sign: str, grouped: bool) -> None:
    """digits + magnitude + unit is digits times the magnitude, whatever groups the digits."""
    digits = f"{number:,}" if grouped else f"{number:f}"
    quantity = read_quantity(f"{sign}{digits}{magnitude}{unit}")
    assert quantity is not None
    assert Fraction(quantity.amount) == Fraction(number) * MAGNITUDES[magnitude] * (-1 if sign == "-" else 1)


@given(st.text(alphabet="0123456789.,+-eE万亿千百元/㎡月年%_ 　", max_size=12))
def test_the_quick_way_agrees(written: str) -> None:
    """What `plain_number` reads `read_quantity` reads as the same pure number."""
    plain = plain_number(written)
    if plain is not None:
        quantity = read_quantity(written)
        assert quantity is not None
        assert quantity[:2] == (plain, PURE)


@given(st.text())
def test_any_text_is_a_figure_or_none(written: str) -> None:
    quantity = read_quantity(written)
    assert quantity is None or quantity.amount.is_finite()


@given(numbers)
def test_half_a_fen_goes_up(amount: Decimal) -> None:
    """to_fen(x) is the nearest fen, and of two the one farther from zero."""
    doubled = abs(Fraction(amount)) * 200 + 1
    nearest = Fraction(doubled.numerator // doubled.denominator // 2, 100)
    assert Fraction(to_fen(amount)) == (nearest if amount >= 0 else -nearest)
    assert to_fen(amount).as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("exact", "fen"),
    [
        ("0.004999", "0.00"),
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("0.025", "0.03"),
        ("2.675", "2.68"),
        ("9999999999999.995", "10000000000000.00"),
        ("-0.005", "-0.01"),
        ("1", "1.00"),
    ],
)
def test_fen_by_hand(exact: str, fen: str) -> None:
    assert str(to_fen(Decimal(exact))) == fen


@given(fen)
def test_yuan_reads_back(amount: Decimal) -> None:
    """Yuan as the table shows them are the same yuan when read."""
    quantity = read_quantity(f"{yuan_text(amount)}元")
    assert quantity is not None
    assert quantity.amount == amount


@given(fen)
def test_wan_reads_back(amount: Decimal) -> None:
    """Ten thousands of yuan lose no fen."""
    quantity = read_quantity(f"{wan_text(amount)}万元")
    assert quantity is not None
    assert quantity.amount == amount


@given(numbers)
def test_a_figure_with_its_unit_reads_back(amount: Decimal) -> None:
    """quantity_text, and rate_text for a rate, are read as what they were made of."""
    own = Units([DeclaredUnit("亩", "mu"), DeclaredUnit("美元", "US dollar")])
    for unit in (YUAN, RENT, (("㎡", 1),), (("亩", 1),), (("美元", 1),), (("元", 1), ("亩", -1)), PURE):
        quantity = own.read(quantity_text(amount, unit))
        assert quantity is not None
        assert (quantity.amount, sorted_unit(quantity.unit)) == (amount, sorted_unit(unit))
    rate = read_quantity(rate_text(amount))
    assert rate is not None
    assert rate.amount == amount


@pytest.mark.parametrize(
    ("amount", "yuan", "wan"),
    [
        ("0", "0.00", "0"),
        ("1500000", "1,500,000.00", "150"),
        ("1234.56", "1,234.56", "0.123456"),
        ("0.01", "0.01", "0.000001"),
        ("12345678.90", "12,345,678.90", "1,234.56789"),
        ("-1234.50", "-1,234.50", "-0.12345"),
    ],
)
def test_amounts_by_hand(amount: str, yuan: str, wan: str) -> None:
    assert (yuan_text(Decimal(amount)), wan_text(Decimal(amount))) == (yuan, wan)


@given(numbers)
def test_decimals_are_those_needed(number: Decimal) -> None:
    """decimals(x) is the least n for which x * 10**n is whole."""
    places = decimals(number)
    assert (Fraction(number) * 10**places).denominator == 1
    assert places == 0 or (Fraction(number) * 10 ** (places - 1)).denominator > 1
    assert Decimal(number_text(number)) == number


@given(
    st.lists(
        st.tuples(st.sampled_from(["元", "㎡", "月", "km"]), st.integers(-2, 2)), max_size=3, unique_by=lambda p: p[0]
    )
)
def test_a_unit_cancels(powers: list[tuple[str, int]]) -> None:
    """A unit times its inverse is a pure number, and times PURE itself."""
    unit = tuple(sorted((name, power) for name, power in powers if power))
    inverse = tuple((name, -power) for name, power in unit)
    assert times(unit, inverse) == PURE
    assert times(unit, PURE) == times(PURE, unit) == unit
    assert unit_text(PURE) == ""


def test_the_arithmetic_never_rounds() -> None:
    """Where a result would not be exact there is an error and no result."""
    with localcontext(EXACT), pytest.raises(Inexact):
        Decimal(1) / Decimal(3)
    with localcontext(EXACT), pytest.raises(Inexact):
        Decimal("1e40") + Decimal("1e-40")


@pytest.mark.parametrize(
    "written", ["2016-W26-4", "20160630", "2016-6-30", "2016-02-30", "2016-06-30 ", "", "２０１６-06-30"]
)
def test_what_is_no_day(written: str) -> None:
    """A day is written in one way, year-month-day; a week's day or a day that does not exist is none."""
    assert read_day(written) is None


@given(
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(("", "", "-", "+", " ")),
        st.from_regex("[0-9]{0,3}([.][0-9]{0,2})?", fullmatch=True),
        st.sampled_from(("", "万", "亿", "百万", "千", "百", "万亿", "亿万", "%", "‰", "万%", " 万")),
        st.sampled_from(("", "", "元", "元元", " 元", "%", "㎡")),
    )
)
def test_a_usual_figure_is_read_as_any_other(written: str) -> None:
    """Digits with 万, 亿, 元 or % are read at sight, to the quantity that the pattern of all quantities finds in them."""
    units = Units()
    match = units._alone.fullmatch(written.strip())
    expected = None if match is None else units.quantity(match, written)
    assert repr(units.read(written)) == repr(expected)
