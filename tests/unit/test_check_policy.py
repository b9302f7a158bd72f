"""`jxplus check` of a policy file: what is in it, what of it nothing uses, and what a mistake meant."""

from pathlib import Path

import pytest
from commandline import invoked

from jxplus.policy.store import shipped_policy, states_policy

COUNTY = (Path(__file__).parents[1] / "county.yaml").read_text("utf-8")


def check(folder: Path, text: str, lang: str = "en") -> tuple[int, str, list[str]]:
    """The exit code, the report, and the lines on standard error without the folder."""
    path = folder / "plan.yaml"
    path.write_text(text, "utf-8")
    done = invoked("check", path, "--lang", lang, columns=100)
    return done.exit_code, done.stdout.replace(f"{folder}/", ""), done.stderr.replace(f"{folder}/", "").splitlines()


def test_what_a_policy_file_holds(tmp_path: Path) -> None:
    code, shown, said = check(tmp_path, COUNTY)
    assert (code, said) == (0, [])
    lines = [line.split() for line in shown.splitlines()]
    assert shown.startswith("plan.yaml: valid, 8 clauses, 15 facts\n")
    assert ["一(二)", "fixed-assets", "Fixed", "assets", "range"] in lines
    assert ["per_mu", "Investment", "per", "mu", "元/亩", "(亩:", "mu)", "一(二)"] in lines
    assert check(tmp_path, COUNTY, "zh")[1].startswith("plan.yaml: 有效，8条条款、15项事实\n")


def test_readings_and_lists_are_counted(tmp_path: Path) -> None:
    code, shown, said = check(tmp_path, Path(shipped_policy()).read_text("utf-8"))
    assert (code, said) == (0, [])
    assert shown.startswith("plan.yaml: valid, 34 clauses, 10 readings, 52 facts, 8 lists\n")
    assert "premises[].monthly_rent" in shown
    assert "  threshold-applies" in shown


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "  美元: {en: US dollar}",
            "  美元: {en: US dollar}\n  台: {en: set}",
            "台: no clause uses it; leave it out, or use it in a clause",
        ),
        ("\nfacts:", "  spare: {unit: 元, decimals: 0, below: 10元}\n\nfacts:", "spare: no clause uses it"),
        ("\nclauses:", "  idle: {type: bool, zh: 闲置, en: Idle}\n\nclauses:", "idle: no clause uses it"),
        (
            "县工信局: {en: County Bureau of Industry}",
            "县工信局: {en: Industry}, 县商务局: {en: Commerce}",
            "县商务局: no clause uses it",
        ),
        (
            "{grant: {zh: 奖补, en: Grants}}",
            "{grant: {zh: 奖补, en: Grants}, tax: {zh: 税, en: Tax}}",
            "tax: no clause uses it",
        ),
        (
            "parts: {一: {zh: 奖励, en: Awards}}",
            "parts: {一: {zh: 奖励, en: Awards}, 二: {zh: 二, en: Two}}",
            "二: no clause uses it",
        ),
        (
            "\nclauses:",
            "\nlists: {shops: {zh: 门店, en: Shops, facts: {area: {type: land, zh: 面积, en: Area}}}}\n\nclauses:",
            "shops: no clause uses it",
        ),
        (
            "pays: 0.03元/kWh * power_used",
            "pays: 5 * (0.03元/kWh * power_used)",
            "`5 * (0.03元/kWh * power_used)` is 5 times the amount; write 5% for a share",
        ),
        (
            "    pays: 500元/人/月 * recruits * months_paid",
            "    readings:\n      one: {zh: 甲, en: one, pays: 1元}\n      two: {zh: 乙, en: two, pays: 1元}",
            "recruits.readings.two: it says what the reading 'one' says; write in what they differ, or leave one of them out",
        ),
        # The land is below 100,000 mu, and there are 100,000 people at most but one.
        (
            "when: herb_land >= 100亩",
            "when: herb_land >= 10万亩",
            "`herb_land >= 10万亩` can never hold; look at the figure, its unit and the bound under `types`",
        ),
        ("when: recruits >= 5人", "when: recruits > 99,999人", "`recruits > 99999人` can never hold"),
        ("when: recruits >= 5人", "when: not (recruits < 0人)", "`recruits < 0人` can never hold"),
        ("when: straw > 0吨", "when: straw = 1000万吨", "`straw = 1000万吨` can never hold"),
    ],
)
def test_what_nothing_uses_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """It is no fault: the file stays valid, and the line tells what to take out."""
    assert old in COUNTY
    code, shown, told = check(tmp_path, COUNTY.replace(old, new, 1))
    assert code == 0
    assert shown.startswith("plan.yaml: valid")
    assert any(said in line for line in told), told
    line = next(line for line in told if said in line)
    assert line.startswith("plan.yaml:")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("when: herb_land >= 100亩", "when: herb_land >= 99,999.99亩"),
        ("when: recruits >= 5人", "when: recruits >= 99,999人"),
        ("when: straw > 0吨", "when: straw <= 0吨"),
    ],
)
def test_a_condition_that_may_hold_is_not_named(tmp_path: Path, old: str, new: str) -> None:
    assert old in COUNTY
    assert check(tmp_path, COUNTY.replace(old, new, 1))[2] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "when: recruits >= 5人",
            "when: recruits in (5人, 6人)",
            "recruits.when: '5人' is not expected here; `in` lists the labels of a choice; write recruits = 5人 or recruits = 6人",
        ),
        ("when: recruits >= 5人", "when: as_of > 2020-06", "'2020-06' is no day; a day is written 2020-06-30"),
        (
            "when: recruits >= 5人",
            "when: as_of > 2020",
            "'>' does not go with a date and a pure number; a day is written 2020-06-30",
        ),
        (
            "when: recruits >= 5人",
            "when: recruits-patents > 5人",
            "unknown name 'recruits-patents'; write blanks around a minus sign",
        ),
        (
            "when: recruits >= 5人",
            "when: recruits > recruits-1人",
            "'人' means nothing here; write blanks around a minus sign",
        ),
        ("when: recruits >= 5人", "when: recruits > 1人 且 recruits > 2人", "'且' means nothing here; write `and`"),
        ("when: recruits >= 5人", "when: recruits == 5人", "'==' means nothing here; write ="),
        ("when: recruits >= 5人", "when: 新增人数 >= 5人", "'新增人数' means nothing here; a name is the id of a fact"),
        (
            "when: recruits >= 5人",
            "when: round(recruits) >= 5人",
            "there is no function 'round'; there are min(…), max(…)",
        ),
        ("when: recruits >= 5人", "when: recruit_days >= 5人", "unknown name 'recruit_days'; did you mean 'recruits'?"),
        ("when: recruits >= 5人", "when: xyzzy >= 5人", "unknown name 'xyzzy'; declare it under `facts`"),
        (
            "when: recruits >= 5人",
            "wenn: recruits >= 5人",
            "unknown key 'wenn'; did you mean 'when'? the keys are section, title, nature",
        ),
        ("when: recruits >= 5人", "xyzzy: recruits >= 5人", "unknown key 'xyzzy'; the keys are section, title, nature"),
        (
            "{unit: 人, decimals: 0, below: 10万人}",
            "{unit: 人, decimals: 0, under: 10万人}",
            "unknown key 'under'; known: unit, decimals, below",
        ),
        ("500元/人/月 * recruits", "500元/人/年 * recruits", "'500元/人/年' is no figure"),
        (
            "500元/人/月 * recruits",
            "500元/户/月 * recruits",
            "unknown unit '户': it is not declared; declare it in the file: `units: {户:",
        ),
    ],
)
def test_a_mistake_is_told_what_it_meant(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in COUNTY
    code, shown, told = check(tmp_path, COUNTY.replace(old, new, 1))
    assert (code, shown) == (1, "")
    assert any(said in line for line in told), told


def test_a_policy_file_is_known_for_one_whatever_is_wrong_with_it() -> None:
    assert states_policy(COUNTY.encode())
    assert states_policy(COUNTY.replace("parts:", "parts: [").encode())
    assert states_policy(COUNTY.replace("\n", "\r\n").encode())
    assert not states_policy("name: 甲\ntypes: 2\n企业名称: 乙\n".encode())
    assert not states_policy(b"")


def test_enterprises_and_policies_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(COUNTY, "utf-8")
    (tmp_path / "a.yaml").write_text("name: 甲\n", "utf-8")
    done = invoked("check", tmp_path / "a.yaml", tmp_path / "plan.yaml", code=0)
    assert "a.yaml: valid, 1 fact (甲)" in done.stdout
    assert "plan.yaml: valid, 8 clauses" in done.stdout
