"""A status, a unit and what else several pages say have their words here, in both languages, and nowhere else."""

from collections.abc import Collection, Iterator
from datetime import date

from jxplus.assessment import ENTITLED, NOT_IN_FORCE, NOT_MET, UNDECIDED, UNQUANTIFIED, Outcome
from jxplus.enterprise import Enterprise
from jxplus.fault import Text
from jxplus.policy import DAY, Policy

STATUS = {
    ENTITLED: Text("可享受", "entitled"),
    UNQUANTIFIED: Text("金额未载明", "unquantified"),
    UNDECIDED: Text("未定", "undecided"),
    NOT_MET: Text("不符合", "not met"),
    NOT_IN_FORCE: Text("不在执行期", "not in force"),
}
"""A status as a word in a table or a sentence, the same in every table, sheet and curve."""
OUT_OF_TIME = "out-of-time"
"""Stands in place of the status of a clause that has days alone against it."""
STATUS_HEADINGS = {
    UNQUANTIFIED: Text("适用，方案未载明金额", "Applies; the plan states no amount"),
    UNDECIDED: Text("尚不能判定，缺少下列事实", "Not decided; these facts would decide it"),
    OUT_OF_TIME: Text("不在有效期：条件符合，日期不符", "Not in force: the conditions are met, the days do not fit"),
    NOT_MET: Text("不符合条件", "Conditions not met"),
    NOT_IN_FORCE: Text("不在执行期", "Not in force"),
}
"""What stands over the clauses of a status that has no amount."""
NO_CEILING = Text("不封顶", "no ceiling")
"""What stands in the place of a high end where nothing bounds an amount."""
UNITS = {"yuan": Text("元", "yuan"), "wan": Text("万元", "10,000 yuan")}
"""What amounts are counted in, by the unit that is asked for."""
UNITS_TOLD = {**UNITS, "wan": Text("万元", "10,000 yuan (wan)")}
"""The same where a wan is explained."""
EACH_ON_ITS_DAY = Text(
    "各企业写明的日期，未写明则为当天", "the day that each enterprise states, today where it states none"
)
PAYS_NOTHING = Text("没有可享受且载明金额的条款", "No clause pays a stated amount")


def faults_told(count: int) -> Text:
    """Gives how many faults there are."""
    return Text(f"{count}处问题", f"{count} fault{'s' if count > 1 else ''}")


def of_enterprises(text: Text, count: int) -> Text:
    """Gives what is said of several enterprises, with how many they are."""
    return Text(f"{text.zh}（{count} 家）", f"{text.en} ({count} enterprise{'s' if count > 1 else ''})")


def group_of(outcome: Outcome) -> str:
    """Gives what a clause without an amount is listed under: its status, or that days alone stand against it."""
    return OUT_OF_TIME if outcome.out_of_time else outcome.status


def is_listed(outcome: Outcome, every: bool, asked: Collection[str]) -> bool:
    """Whether a clause without an amount is listed: one that pays nothing with `every`, or where it is among those `asked` for."""
    return every or outcome.clause.id in asked or group_of(outcome) not in (NOT_MET, NOT_IN_FORCE)


def status_heading(status: str) -> Text:
    """Gives a status as the heading of a column."""
    word = STATUS[status]
    return Text(word.zh, word.en[:1].upper() + word.en[1:])


def days_told(policy: Policy, enterprise: Enterprise, as_of: date) -> Iterator[tuple[Text, str]]:
    """Gives the days that a result rests on, by name: that of the calculation, and those stated that clauses are held against."""
    yield Text("测算日期", "as of"), as_of.isoformat()
    for name in dict.fromkeys(clause.day for clause in policy.clauses):
        if name != DAY and name in enterprise.facts:
            bases = dict.fromkeys(policy.bases[clause.basis].en for clause in policy.clauses if clause.day == name)
            told = Text(policy.facts[name].label.zh, f"{' and '.join(bases)} amounts held against")
            yield told, enterprise.facts[name].isoformat()


def to_state(label: Text, id: str) -> Text:
    """Gives a fact or a list that is missing under what a file states it by: its Chinese name; its English one says what the id is."""
    return Text(label.zh, f"{label.en} ({id})")
