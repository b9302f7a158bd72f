"""The command line in the language that it asks for: help, usage errors, the system's messages, completion."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import jxplus
from rich.cells import cell_len

from jxplus.cli.commands import COMMANDS

EXAMPLE = str(Path(__file__).resolve().parents[2] / "examples" / "manufacturer.yaml")


def squeezed(text: str) -> str:
    """A page without what its width decides: blanks and line ends."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_loses_nothing_at_80_columns(command: str, lang: str) -> None:
    """All that help says on a very wide terminal it says at 80 columns, no line is longer, and there are examples."""
    words = [*command.split(), "-h", "--lang", lang]
    code, narrow, error = jxplus(*words)
    _, wide, _ = jxplus(*words, columns=1000)
    assert (code, error) == (0, "")
    assert squeezed(narrow) == squeezed(wide)
    assert max(map(cell_len, narrow.splitlines())) <= 80
    usage, options, examples = {"zh": ("用法: ", "选项", "示例"), "en": ("Usage: ", "Options", "Examples")}[lang]
    lines = narrow.splitlines()
    assert lines[0].startswith(usage)
    assert {options, examples} <= set(lines)
    assert lines[lines.index(examples) + 1].lstrip("# ")
    assert any(line.startswith("  jxplus ") for line in lines[lines.index(examples) :])


@pytest.mark.parametrize(
    "words", [("--lang", "zh", "calc", "-h"), ("calc", "--help", "--lang=zh"), ("calc", "--lang", "zh", "-h")]
)
def test_the_language_is_obeyed_wherever_it_stands(words: tuple[str, ...]) -> None:
    """`--lang zh` makes Chinese of help before, among and after the other words of a command line."""
    assert jxplus(*words)[1].startswith("用法: ")


def test_the_language_of_the_variable_and_of_the_locale() -> None:
    """JXPLUS_LANG decides where --lang does not, the locale where neither does; a word that is no language is refused."""
    assert jxplus("-h", JXPLUS_LANG="zh")[1].startswith("用法: ")
    assert jxplus("-h", "--lang", "en", JXPLUS_LANG="zh")[1].startswith("Usage: ")
    assert jxplus("-h", LC_ALL="zh_CN.UTF-8")[1].startswith("用法: ")
    assert jxplus("-h", LC_ALL="zh_CN.UTF-8", JXPLUS_LANG="en")[1].startswith("Usage: ")
    assert jxplus("--lang", "zh", "explain", "6.2")[1].startswith("六(二) 新业态营业收入首超奖励")
    code, _, error = jxplus("explain", JXPLUS_LANG="fr")
    assert (code, error.splitlines()[-1]) == (2, "Error: JXPLUS_LANG takes zh or en, not 'fr'")
    code, _, error = jxplus("calc", "x.yaml", "--lang", "cn", JXPLUS_LANG="zh")
    assert (code, error.splitlines()[-1]) == (2, "错误: --lang 只能是 zh 或 en，不能是“cn”")


@pytest.mark.parametrize("clause", ["6.2", "六(二)", "新业态营业收入首超奖励"])
def test_a_reading_is_chosen_by_what_the_screen_calls_its_clause(clause: str, tmp_path: Path) -> None:
    """An id stands on no screen: the section has one clause that can be read in two ways. Of part 六 there are several."""
    said = "name: 甲\nas_of: 2016-06-30\nnew_format: yes\noperating_revenue: 1.08亿\nprevious_peak_revenue: 3600万\n"
    path = tmp_path / "a.yaml"
    path.write_text(said, encoding="utf-8")
    _, out, _ = jxplus("calc", str(path), "--format", "csv", "--reading", f"{clause}=highest")
    assert "revenue-milestone,六(二),entitled,1000000,1000000," in out
    code, _, error = jxplus("calc", str(path), "--reading", "六=highest")
    assert (code, "unknown clause with readings '六'" in error) == (2, True)


@pytest.mark.parametrize("written", ["6.2", "6(2)", "６（２）", "六.2", "六（二）"])
def test_a_section_in_whatever_signs(written: str) -> None:
    """六(二) is asked for level by level: Chinese numerals or digits, in brackets or after a point, at any width."""
    assert jxplus("explain", written, "--lang", "en")[1].startswith("六(二) Award for first passing a revenue mark")


@pytest.mark.parametrize("form", [("--format", "csv"), ("--format", "plain"), ("-o", "x.csv")])
def test_what_has_no_place_for_advice_refuses_to_be_asked_for_it(form: tuple[str, ...], tmp_path: Path) -> None:
    code, told, said = jxplus("calc", EXAMPLE, *form, "--reach", "50%", folder=tmp_path)
    assert (code, told) == (2, "")
    assert said.splitlines()[-1].startswith("Error: --reach is for the screen, JSON, a page and a workbook")
    assert not any(tmp_path.iterdir())


USAGE = [
    (("calk", "a.yaml"), "未知的命令“calk”；是否应为“calc”？", "unknown command 'calk'; did you mean 'calc'?"),
    (("calc",), "缺少参数“文件”", "missing argument 'FILE'"),
    (("calc", "a", "b"), "多余的参数：b", "unexpected extra argument: b"),
    (("calc", "a", "--formt", "csv"), "未知的选项“--formt”；是否应为“--format”？", "unknown option '--formt'; did you mean '--format'?"),
    (("curve", "a", "b", "0..1", "--fromat=csv"), "未知的选项“--fromat”；是否应为“--format”？", "unknown option '--fromat'; did you mean '--format'?"),
    (("calc", "a", "--as-of"), "选项“--as-of”须带一个值", "option '--as-of' requires an argument"),
    (("calc", "a", "--all=1"), "选项“--all”不带值", "option '--all' takes no value"),
    (("calc", "a", "--unit", "jiao"), "--unit 只能是 yuan 或 wan，不能是“jiao”", "--unit takes yuan or wan, not 'jiao'"),
    (("calc", "a", "--as-of", "2016-02-30"), "--as-of 须是日期：没有“2016-02-30”这一天；如 2016-06-30", "--as-of takes a day: there is no day '2016-02-30'; such as 2016-06-30"),
    (("calc", "a", "--reach", "x"), "--reach 须是比例，如 20%，不能是“x”", "--reach takes a share such as 20%, not 'x'"),
    (("calc", "a", "--format", "githb"), "--format: 未知的格式“githb”；可用：table、json、csv、", "--format: unknown format 'githb'; one of table, json, csv, "),
    (("batch", "a", "--jobs", "0"), "--jobs 须是 1 或更大的整数，不能是“0”", "--jobs takes a whole number from 1 on, not '0'"),
    (("batch", "a", "--shape", "tall"), "--shape 只能是 long 或 wide，不能是“tall”", "--shape takes long or wide, not 'tall'"),
    (("batch", "a", "-o", "a.doc"), "-o: “a.doc”的扩展名须是 ", "-o: 'a.doc' ends in none of "),
    (("explain", "赣通卡"), "没有条款或章节叫“赣通卡”；名称含有它的：“赣通卡通行费现行优惠”、", "no clause or section is called '赣通卡'; it is in the names of '赣通卡通行费现行优惠', "),
    (("explain", "研发费用加计"), "未知的条款或章节“研发费用加计”；是否应为“研发费用加计扣除”？", "unknown clause or section '研发费用加计'; did you mean '研发费用加计扣除'?"),
    (("explain", ""), "未知的条款或章节“”", "unknown clause or section ''"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "zh", "en"), USAGE, ids=[" ".join(each[0]) for each in USAGE])
def test_a_usage_error_is_told_in_the_language_of_the_command_line(words: tuple[str, ...], zh: str, en: str) -> None:
    """What is wrong with a command line, with how it is called above it; exit code 2, and nothing on standard output."""
    for lang, usage, wrong in (("zh", "用法: ", f"错误: {zh}"), ("en", "Usage: ", f"Error: {en}")):
        code, out, error = jxplus(*words, JXPLUS_LANG=lang)
        assert (code, out) == (2, "")
        first, *_, last = error.splitlines()
        assert first.startswith(usage)
        assert last.startswith(wrong)


def test_the_systems_messages_are_told_in_chinese(tmp_path: Path) -> None:
    """A file that is not there, and one that cannot be written."""
    for name, zh, en in (
        ("none.yaml", "没有这个文件或文件夹", "No such file or directory"),
        ("none.xlsx", "没有这个文件或文件夹", "No such file or directory"),
    ):
        code, _, error = jxplus("calc", name, "--lang", "zh", folder=tmp_path)
        assert (code, error) == (1, f"{name}:1:1: 无法读取：{zh}；检查文件路径\n")
        code, _, error = jxplus("calc", name, folder=tmp_path)
        assert (code, error) == (1, f"{name}:1:1: cannot be read: {en}; check the path of the file\n")
    code, _, error = jxplus("batch", EXAMPLE, "-o", "none/out.csv", "--lang", "zh", folder=tmp_path)
    assert (code, error.splitlines()[-1]) == (2, "错误: none/out.csv: 无法写入：没有这个文件或文件夹")
    code, _, error = jxplus("calc", EXAMPLE, "-o", "none/out.csv", "--lang", "zh", folder=tmp_path)
    assert (code, error.splitlines()[-1]) == (2, "错误: none/out.csv: 无法写入：没有这个文件或文件夹")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("words", ["", *(f"{command} --" for command in COMMANDS)])
def test_a_completion_is_one_line(words: str, lang: str) -> None:
    """fish takes each line for a candidate: one for each command or option, with what it does, on any terminal."""
    asked = {
        "_JXPLUS_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": f"jxplus {words}",
    }
    program = Path(sys.executable).with_name("jxplus")  # what a shell completes; `python -m` has no completion
    environment = {**os.environ, "COLUMNS": "40", "LC_ALL": "C.UTF-8", "JXPLUS_LANG": lang, **asked}
    done = subprocess.run([program], env=environment, check=True, capture_output=True, encoding="utf-8")
    out = done.stdout
    names = [line.partition("\t")[0] for line in out.splitlines()]
    if words:
        assert "--help" in names
        assert all(name.startswith("--") for name in names)
    else:
        assert names == list(COMMANDS)
    assert all(told for _, _, told in (line.partition("\t") for line in out.splitlines()))


def test_a_title_is_accepted_where_an_id_is() -> None:
    """The title on the screen, of a clause or of a part of the plan, in either language, means what its id means."""
    by_id = jxplus("explain", "rd-super-deduction", "--lang", "zh")
    assert by_id[0] == 0
    assert jxplus("explain", "研发费用加计扣除", "--lang", "zh") == by_id
    title = jxplus("explain", "rd-super-deduction")[1].splitlines()[0].removeprefix("六(一) ")
    assert jxplus("explain", title.upper(), "--lang", "zh") == by_id
    assert jxplus("explain", "创新驱动") == jxplus("explain", "6") == jxplus("explain", "六")
    assert jxplus("init", "--for", "研发费用加计扣除") == jxplus("init", "--for", "rd-super-deduction")


def test_csv_of_one_enterprise_for_excel(tmp_path: Path) -> None:
    """`calc --bom` as `batch --bom`: the mark of UTF-8 first, and a name that begins like a formula stays text."""
    (tmp_path / "a.yaml").write_text('name: "=A1"\nas_of: 2016-06-30\nrd_expensed: 100万\n', "utf-8")
    file, out = str(tmp_path / "a.yaml"), tmp_path / "a.csv"
    assert jxplus("calc", file, "-o", str(out), "--bom")[0] == 0
    lines = out.read_text("utf-8").splitlines()
    assert lines[0].startswith("\ufeffenterprise,clause,")
    assert lines[1].startswith("'=A1,rd-super-deduction,六(一),entitled,125000,125000,500000,")
    assert jxplus("calc", file, "--format", "csv", "--bom")[1].splitlines() == lines
    code, _, error = jxplus("calc", file, "--bom")
    assert (code, error.splitlines()[-1]) == (2, "Error: --bom is for CSV: -o FILE.csv or --format csv")


@pytest.mark.parametrize("form", [("--format", "json"), ("-o", "x.json"), ("-o", "x.xlsx"), ("-o", "x.html"), ()])
def test_what_is_not_tried_of_a_long_list_is_said(form: tuple[str, ...], tmp_path: Path) -> None:
    """What is within reach is looked for among the first 100 items of a list; whoever has 101 is told so, wherever it is shown."""
    items = "\n".join("  - {qualified: no}" for _ in range(101))
    (tmp_path / "101.yaml").write_text(f"name: 甲\nas_of: 2016-06-30\ntraining_bases:\n{items}\n", encoding="utf-8")
    (tmp_path / "100.yaml").write_text(
        f"name: 乙\nas_of: 2016-06-30\ntraining_bases:\n{items.rpartition(chr(10))[0]}\n", encoding="utf-8"
    )
    code, _, said = jxplus("calc", "101.yaml", *form, "--lang", "en", folder=tmp_path)
    told = "what is within reach was tried of the first 100 items of Training bases, and not of the others"
    assert (code, said.count(told)) == (0, 1)
    code, _, said = jxplus("calc", "100.yaml", *form, "--lang", "en", folder=tmp_path)
    assert (code, said.count("within reach")) == (0, 0)
    code, _, said = jxplus("batch", "101.yaml", "100.yaml", "--reach", "--lang", "en", folder=tmp_path)
    assert code == 0
    assert f"{told} (1 enterprise)" in said
