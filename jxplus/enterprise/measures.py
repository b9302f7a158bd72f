"""What a name or a heading says of its figures besides the fact: a unit, a period, that they are planned, or a rate.

Such a word that a name has and the nearest known one has not makes them two things. 上年营业收入 is not 年营业收入, nor is
预计营业收入 or 营业收入增长率: whoever followed an offer to rename it would state another year's figure, a hope or a rate.
"""

import re
from functools import cache
from typing import NamedTuple

from jxplus.fault import Text, cut, quoted
from jxplus.policy import Fact
from jxplus.quantity import unit_text

_QUOTES = dict.fromkeys(map(ord, "“”‘’\"'「」『』\u200b\u200c\u200d\u2060\ufeff"))
"""Quotes, and what has no width at all: copied from a page, it stands in headings unseen."""


def folded(name: str) -> str:
    """A name without what people write otherwise: width, capitals, blanks, line breaks, quotes."""
    from unicodedata import normalize

    plain = re.sub(r"\s+", "", normalize("NFKC", name).casefold().translate(_QUOTES))
    return re.sub("平米|(?<![a-z])m2", "平方米", plain)


class MeasureKind(NamedTuple):
    """Words that say what figures are: what kind of word they are, and what is right where the fact is of another.

    `right` names the fact as {name}; None where its figure is to be converted.
    """

    words: str
    called: Text
    right: Text | None = None

    def way(self, fact: Fact, name: str) -> Text:
        """What would be right for a figure of this kind under a heading that is otherwise that of the fact called `name`."""
        return convert(fact, name) if self.right is None else _named(self.right, name)


RATES = MeasureKind(
    "增长率 增长额 增长 增幅 增速 增减 涨幅 变动 变化率? 同比 环比 占比 比重 growth yoy mom ratio",
    Text("增减或占比", "a change or a share"),
    Text("写“{name}”本身的数", "state the figure of {name} itself"),
)
PLANS = MeasureKind(
    "预计 预期 预测 预估 预算 估计 估算 概算 暂估 计划 规划 目标 (?<![虚模比])拟 planned plan budget forecast estimated? expected target",
    Text("预计数或计划数", "a figure that is planned or estimated"),
    Text("写实际发生的“{name}”，没有则不写这一项", "state {name} as it was, or leave it out"),
)
YEARS = MeasureKind(
    "(?<!税)[上前去][一二两三]?年度?同期数? (?<!税)[上前去]一?年度?数? 往年度? 历年 [下次明后]一?年度? [上前]期数? 期初数? 年初数? 同期数? 近.年 [一二两三四五]年"
    " 20[0-9][0-9]年度? 20[0-9][0-9](?![0-9]) (?:fy|cy)20[0-9][0-9] last previous prior next",
    Text("特定的年度", "a year of its own"),
    Text(
        "确为测算年度的数，写作“{name}”；否则删去这一项",
        "name it {name} where it is of the year that is asked for, else leave it out",
    ),
)
_BASES = MeasureKind(
    "(?<!不)含税 税前 税后 gross net",
    Text("另一种口径", "figures of another kind"),
    Text("换算成“{name}”的口径再写", "convert it to what {name} means, and state that"),
)
_CURRENCIES = MeasureKind(
    r"人民币 美元 美金 港元 港币 欧元 日元 英镑 台币 usd us\$ hkd eur jpy gbp twd rmb cny dollars? euros? pounds? yen \$ € £ ¥",
    Text("货币", "a currency"),
)
MEANS = MeasureKind(
    "[年月日季]度?均 [人户]均 平均 均值 average avg mean",
    Text("平均数", "a mean"),
    Text("写全年的合计，即“{name}”", "state what it comes to in the year, as {name}"),
)
PERIODS = MeasureKind(
    "半年度? 季度 季 年 月 日 天 周 累计 annually annual yearly years year half quarterly"
    " quarters quarter monthly months month weekly weeks week daily days day",
    Text("期间", "a period"),
)
_UNITS = MeasureKind(
    "平方公里 平方米 平方英尺 平米 平方 公顷 亩 m2 km2 ha mu sqm sqft acres? hectares? 公里 千米 km miles? 英里 里 元 圆 yuan"
    " 百分点 百分比 % ‰ percent pct bps? 吨 人次 per 每",
    Text("单位", "a unit"),
)
_SCALES = MeasureKind(
    "百万 千万 亿 万 千 thousands? millions? billions? hundreds? wan yi 10k k m w", Text("数量级", "a scale")
)
KINDS = (RATES, PLANS, YEARS, _BASES, _CURRENCIES, MEANS, PERIODS, _UNITS, _SCALES)
"""What a word may say, in the order in which it is told where a name has several."""
OTHERWISE = (RATES, PLANS, YEARS, _BASES, MEANS)
"""What no unit is: a figure of such a kind is another figure."""


@cache
def words() -> re.Pattern[str]:
    """The words that measure; a Latin one only where it stands by itself, unlike the d of rd and the m in milestone."""
    every = [word for kind in KINDS for word in kind.words.split()]
    alone = [rf"(?<![a-z])(?:{word})(?![a-z])" if re.match(r"[a-z]|\(\?:f", word) else word for word in every]
    return re.compile("|".join(alone))


def measure_of(text: str) -> tuple[str, MeasureKind] | None:
    """The word of `text` that says most of its figures, and what kind of word it is; None where none does."""
    found = words().findall(text)
    return next(
        ((word, kind) for kind in KINDS for word in found if re.fullmatch("|".join(kind.words.split()), word)), None
    )


def is_measure(written: str) -> bool:
    """Whether a text says in what something is measured and nothing else, be it a unit of the plan's or another: 万元, 亩, 元/月."""
    return words().search(folded(written)) is not None and unmeasured(written) == ""


def unmeasured(written: str) -> str:
    """What is left of a text without the words that measure, and what these are counted in."""
    return re.sub("[人名个位家台套件户次车数额值·•/()]", "", words().sub("", folded(written)))


def foreign(written: str, like: str) -> tuple[str, MeasureKind] | None:
    """The word that `written` has and `like` has not and that says most of its figures, and what kind of word it is."""
    known = [_stem(word) for word in words().findall(_apart(like))]
    left = []
    for word in words().findall(_apart(written)):
        if _stem(word) in known:
            known.remove(_stem(word))
        else:
            left.append(word)
    return min(
        (found for word in left if (found := measure_of(word))), key=lambda each: KINDS.index(each[1]), default=None
    )


def _apart(name: str) -> str:
    """A name as `folded` leaves it, but for the blanks around Latin words: thousands is one in `rd_expensed in thousands`."""
    return folded(re.sub(r"(?<=[A-Za-z])\s+|\s+(?=[A-Za-z])", "_", name))


def _stem(word: str) -> str:
    """A word of a measure without its ending: month, months and monthly are one."""
    return re.sub("s?(?:ly)?$", "", word) if len(word) > 2 else word


def core(name: str) -> str:
    """What a name is of, without its unit, its period and its currency: 年租金 and 每平方米月租金 are both 租金."""
    return re.sub("_", "", words().sub("", re.sub(r"[(/:].*", "", folded(name))))


def convert(fact: Fact, name: str) -> Text:
    """What would be right for a figure in another unit than the fact called `name`."""
    unit = unit_text(fact.type.unit)
    if not unit:
        return Text(f"换算后写在“{cut(name)}”下", f"convert the figure, and state it as {quoted(name)}")
    return Text(
        f"换算成以{unit}计的“{cut(name)}”再写",
        f"convert the figure to {quoted(name)}, which is in {unit}, and state that",
    )


def _named(right: Text, name: str) -> Text:
    return Text(right.zh.replace("{name}", cut(name)), right.en.replace("{name}", quoted(name)))
