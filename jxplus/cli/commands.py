"""The commands are Typer's, with help and usage errors in the language of the command line.

What a command line must be is Typer's to say; how it is said is said here, from what Typer's commands and errors know
of themselves, so that nothing is in English alone and nothing is cut off.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from jxplus.cli.language import WrongUsage, asked, usage, words
from jxplus.fault import STOP, Text, cut, joined, shown, unknown_name

if TYPE_CHECKING:
    from jxplus.render.help import Row

COMMANDS = {
    "calc": Text(
        "逐条测算一家企业可得的金额，每笔注明章节。",
        "Every amount the plan gives one enterprise, each with its section.",
    ),
    "batch": Text(
        "一次测算多家企业：企业文件、文件夹、NDJSON、表格文件夹、Excel 工作簿，可混用。",
        "Every amount for many enterprises: files, folders, NDJSON, folders of tables, Excel workbooks, in any mix.",
    ),
    "explain": Text(
        "一条条款说什么、需要什么、给多少；不带参数则列出全部条款。",
        "What a clause says, needs and pays; without an argument, the list of clauses.",
    ),
    "check": Text(
        "读取并校验企业文件、表格、工作簿、文件夹或方案文件，不作测算。",
        "Read and validate enterprise files, tables, workbooks, folders and policy files; compute nothing.",
    ),
    "init": Text(
        "写一个带注释的企业文件模板；--ask 则逐题询问。",
        "Write a commented template of an enterprise file, or ask for what it should state.",
    ),
    "audit": Text(
        "把政策文件与方案原文对照：原文每个数字、涉及资金的每一句都有条款编入，或列明不编入的理由；条款的每个数字都在所引章节。",
        "Hold the policy file against the plan's official text: each figure of the text, and each sentence that speaks of "
        "money, is covered by a clause or listed as not encoded, and each figure of a clause stands in the section that "
        "it cites.",
    ),
    "sql": Text("把整个方案写成一条 SQL 查询。", "Print the policy as one SQL query over the tables of a batch."),
    "schema": Text(
        "输出企业文件的 JSON Schema，供编辑器补全和检查。",
        "Print the JSON Schema of an enterprise file, with which an editor completes and checks one.",
    ),
    "curve": Text(
        "合计金额如何随一项数字变动：每个转折点、所在条款和章节，精确到分。",
        "How the total moves with one fact: every breakpoint, exactly, with the clause and section behind it.",
    ),
    "verify": Text(
        "用结果自带的事实重算，指出不同之处。",
        "Compute a result again from the facts that it carries, and name what differs.",
    ),
    "diff": Text(
        "方案换成另一份，会有什么变化：逐条列出新增、取消和改动的内容，各附一个能显示它的最小企业；给出来源则算出谁多得、谁少得。"
        "有无变化退出码都是 0，政策文件或企业未受理为 1，命令写错为 2。",
        "What changes when a plan is replaced: what came, went and changed, clause by clause, each with the smallest "
        "enterprise that shows it; with sources, who gains and who loses. It exits with 0 whether or not there are "
        "differences, with 1 where a plan or an enterprise is refused, with 2 where the command line is wrong.",
    ),
}
"""What each command does, in the order of the help: said here, so that the help of all loads none of them."""
EXIT_USAGE = 2
_COMPLETION = "_JXPLUS_COMPLETE"
"""What a shell sets that asks for completions."""

_TYPERS_OWN = {
    "--help": Text("显示本帮助。", "Show this help."),
    "--install-completion": Text("为当前终端安装命令补全。", "Install completion for the shell in use."),
    "--show-completion": Text("显示命令补全脚本。", "Show the script of the completion, to copy or to change it."),
}
"""What Typer's own options do."""


class Command(TyperCommand):
    """Shows all of its help, and names the arguments that it does not take."""

    allow_extra_args = True  # so that they are refused here, in the language of the command line

    def get_params(self, ctx: Any) -> list[Any]:
        """Gives the arguments and options, Typer's own with their help in the language of the command line."""
        return _in_words(super().get_params(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        """Says in full what the command does. A shell that completes its name cuts it where it must."""
        return self.help or ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the arguments. A usage error names those that the command does not take."""
        with _about(ctx):
            told = [each for each in takewhile("--".__ne__, args) if each.partition("=")[0] in _SAID_ONCE]
            if len(told) > 1:
                name = told[0].partition("=")[0]
                raise usage(f"{name} 写了两次；只保留一个", f"{name} is stated twice; keep one")
            left = super().parse_args(ctx, args)
            if left and not ctx.resilient_parsing:
                if left[0].startswith("--"):
                    raise _no_such_option(left[0].partition("=")[0], self.get_params(ctx))
                listed = " ".join(left)
                raise usage(f"多余的参数：{listed}", f"unexpected extra argument: {listed}")
        return left

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the help of the command."""
        formatter.write(_help(self, ctx))


def command(zh: str, en: str, **settings: Any) -> Callable[[Callable[..., None]], Any]:
    """Gives what makes a command of the function that has its name; `zh` and `en` are examples of its use."""

    def made(function: Callable[..., None]) -> Any:
        app, told = typer.Typer(add_completion=False), words(*COMMANDS[function.__name__])
        app.command(cls=Command, help=told, epilog=words(zh, en), **settings)(function)
        return typer.main.get_command(app)

    return made


class Commands(TyperGroup):
    """Finds the commands by name. Each is in the module of its name in this package, imported when it is asked for."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Gives the options before a command, Typer's own with their help in the language of the command line."""
        return _in_words(super().get_params(ctx))

    def list_commands(self, ctx: Any) -> list[str]:
        """Gives the names of the commands in the order of their help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Gives the command of a name, None where there is none."""
        return getattr(import_module(f"jxplus.cli.{cmd_name}"), cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Gives the command that the arguments begin with. A usage error names the nearest where there is none."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            with _about(ctx):
                raise WrongUsage(joined(unknown_name(args[0], list(COMMANDS), Text("命令", "command")), STOP))
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the help of all commands."""
        formatter.write(_help(self, ctx))

    def main(self, args: Sequence[str] | None = None, *rest: Any, **named: Any) -> Any:
        """Runs the command line and ends with its exit code. What is wrong with it is told on standard error."""
        lang = asked(sys.argv[1:] if args is None else args)
        if _COMPLETION in os.environ:  # what a completion says of an option is one line, however narrow the terminal
            os.environ["COLUMNS"] = "1000"
        shown = sys.stdout
        try:
            code = super().main(args, *rest, **{**named, "standalone_mode": False})
        except SystemExit:
            if sys.stdout is not shown:  # Typer puts another in its place where nobody reads the help any more
                sys.exit(0)
            raise
        except typer.TyperException as error:
            print(_told(error, lang), file=sys.stderr)
            sys.exit(error.exit_code)
        except typer.Abort:
            print(Text("已中止。", "Aborted.").show(lang), file=sys.stderr)
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


_SAID_ONCE = ("--as-of",)
"""The options that decide amounts: of two the last one would count, and the first be passed over in silence."""


def _in_words(params: list[Any]) -> list[Any]:
    for param in params:
        own = _TYPERS_OWN.get(max(param.opts, key=len))
        if own is not None:
            param.help = words(*own)
    return params


@contextmanager
def _about(ctx: Any) -> Iterator[None]:
    """Has a usage error know the command that it is about: Typer's parser does not always say."""
    try:
        yield
    except typer.TyperException as error:
        if getattr(error, "ctx", None) is None:
            vars(error)["ctx"] = ctx
        raise


# ---- usage errors ----------------------------------------------------------------------------------------------------


def _told(error: typer.TyperException, lang: str) -> str:
    """How to call the command, what is wrong, and where there is more."""
    ctx = getattr(error, "ctx", None)
    lines = []
    if ctx is not None:
        more = f"{ctx.command_path} --help"
        lines.append(f"{Text('用法: ', 'Usage: ').show(lang)}{_usage_line(ctx.command, ctx, lang)}")
        lines.append(Text(f"运行“{more}”查看帮助。", f"Try '{more}' for help.").show(lang))
    lines.append(Text("错误: ", "Error: ").show(lang) + shown(_wrong(error).show(lang)))
    return "\n".join(lines)


def _wrong(error: Any) -> Text:
    """What is wrong with a command line: Typer's errors have no common name, but each knows what it is about."""
    text = getattr(error, "text", None)
    if isinstance(text, Text):
        return text
    if hasattr(error, "possibilities") and error.ctx is not None:
        return _no_such_option(error.option_name, error.ctx.command.get_params(error.ctx)).text
    if hasattr(error, "option_name"):
        option = cut(error.option_name)
        flags = [param for param in error.ctx.command.params if error.option_name in param.opts] if error.ctx else []
        if any(getattr(flag, "is_flag", False) for flag in flags):
            return Text(f"选项“{option}”不带值", f"option '{option}' takes no value")
        return Text(f"选项“{option}”须带一个值", f"option '{option}' requires an argument")
    if hasattr(error, "param_type") and error.param is not None:
        if error.param.param_type_name == "argument":
            name = cut(error.param.human_readable_name)
            return Text(f"缺少参数“{name}”", f"missing argument '{name}'")
        name = cut(error.param.opts[0])
        return Text(f"缺少选项“{name}”", f"missing option '{name}'")
    return Text.same(error.format_message())


def _no_such_option(name: str, params: Sequence[Any]) -> WrongUsage:
    """The usage error of an option that is none, with the nearest that is one."""
    options = [param for param in params if param.param_type_name == "option"]
    long = [each for param in options for each in (*param.opts, *param.secondary_opts) if each.startswith("--")]
    return WrongUsage(joined(unknown_name(name, long, Text("选项", "option"), "--help"), STOP))


# ---- help ------------------------------------------------------------------------------------------------------------


def _help(command: Any, ctx: Any) -> str:
    from jxplus.render.help import Group, Help, page

    lang = asked(sys.argv[1:])
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    arguments = [(_metavar(each), each.help or "") for each in params if each.param_type_name == "argument"]
    commands = [(name, told.show(lang)) for name, told in COMMANDS.items()] if isinstance(command, TyperGroup) else []
    groups = [
        Group(Text("参数", "Arguments"), arguments),
        Group(Text("选项", "Options"), [*_options(params, lang)]),
        Group(Text("命令", "Commands"), commands),
    ]
    examples = (command.epilog or "").splitlines()
    return page(Help(_usage_line(command, ctx, lang), command.help or "", groups, examples), lang)


def _usage_line(command: Any, ctx: Any, lang: str) -> str:
    """How a command is called."""
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    pieces = [_metavar(param) if param.required else f"[{_metavar(param)}]" for param in arguments]
    if isinstance(command, TyperGroup):
        pieces = [Text("命令 …", "COMMAND ...").show(lang)]
    return " ".join([ctx.command_path, Text("[选项]", "[OPTIONS]").show(lang), *pieces])


def _metavar(param: Any) -> str:
    """What stands for a value, without the brackets of what may be left out."""
    name = str(param.metavar or param.name)
    return name[1:-1] if name.startswith("[") and name.endswith("]") else name


def _options(params: Sequence[Any], lang: str) -> "Iterator[Row]":
    for param in params:
        if param.param_type_name == "option":
            name = ", ".join(sorted(param.opts, key=len))
            if param.secondary_opts:
                name += " / " + ", ".join(param.secondary_opts)
            if not param.is_flag:
                name += f" {_metavar(param)}"
            told = param.help or ""
            default = param.opts[0].lstrip("-") if param.secondary_opts and param.default else param.default
            if isinstance(default, str) and default:
                told += Text(f"[默认 {default}]", f" [default: {default}]").show(lang)
            yield name, told
