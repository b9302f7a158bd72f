"""An interview shows its questions, their explanations and what is wrong with an answer. It is on standard error,
because the result may be sent elsewhere."""

import os
from decimal import Decimal

from rich.console import Console
from rich.padding import Padding
from rich.text import Text as Rich

from jxplus.enterprise import Misstated
from jxplus.enterprise.interview import Question
from jxplus.enterprise.questions import example_text, form_text, users
from jxplus.fault import Text
from jxplus.policy import Policy
from jxplus.quantity import yuan_text


class InterviewPage:
    """Prints an interview in one language."""

    def __init__(self, policy: Policy, lang: str) -> None:
        self.policy, self.lang = policy, lang
        plain = False if os.environ.get("NO_COLOR") else None
        self.console = Console(stderr=True, highlight=False, force_terminal=plain)

    def say(self, zh: str, en: str, style: str = "", deep: int = 0) -> None:
        """Prints a sentence, `deep` columns in."""
        self.console.print(Padding(Rich(Text(zh, en).show(self.lang), style=style), (0, 0, 0, deep)))

    def opening(self, file: str, facts: int) -> None:
        """Says what is asked, how to answer, and how to stop."""
        title = f"{self.policy.id} {self.policy.title.show(self.lang)}"
        self.say(title, title, "bold")
        self.say(
            "一次一问，只问还起作用的。直接回车是“未知”；? 说明；back 返回上一题；Ctrl-C 停止，已答的会保留。",
            "One question at a time, and only what still matters. Enter alone is unknown; ? explains; back goes back one "
            "question; Ctrl-C stops and keeps what was answered.",
            "dim",
        )
        if facts:
            self.say(f"接着 {file}，已有 {facts} 项。", f"Going on with {file}: {facts} facts are known.", "dim")

    def question(self, question: Question, undecided: int) -> None:
        """Prints a question, what it takes, and how many clauses are not decided yet."""
        self.console.print()
        below = [self._form(question)]
        if question.clauses and not question.item:
            clauses = "clause" if undecided == 1 else "clauses"
            below.append(Text(f"{undecided} 条未定", f"{undecided} {clauses} not decided").show(self.lang))
        self.console.print(Rich(self._name(question), style="bold"))
        self.say(" · ".join(below), " · ".join(below), "dim")

    def _name(self, question: Question) -> str:
        fact, listed = question.fact, question.listed
        label = fact.label.show(self.lang) if fact else ""
        if listed is None:
            return label
        whole = listed.label.show(self.lang)
        if fact is None:
            return Text(f"{whole}：共有几项？", f"{whole}: how many?").show(self.lang)
        return Text(
            f"{whole} 第{question.item}项（共{question.of}项）· {label}",
            f"{whole}, {question.item} of {question.of} · {label}",
        ).show(self.lang)

    def _form(self, question: Question) -> str:
        if question.fact is None:
            return Text("没有写 0", "0 for none").show(self.lang)
        labels = "、".join(label.zh for label in question.fact.choices.values())
        return form_text(question.fact, self.lang, Text(labels, "").show(self.lang))

    def explanation(self, question: Question) -> None:
        """Prints what a question is for: the name in a file, what it takes, and the sections it decides."""
        fact, listed = question.fact, question.listed
        entry = fact or listed
        assert entry is not None
        name = f"{listed.id}[].{fact.id}" if listed and fact else entry.id
        self.say(
            f"{entry.label.zh}（文件中：{entry.label.zh} 或 {name}）", f"{entry.label.en} (in a file: {name})", deep=2
        )
        if entry.about is not None:
            self.say(entry.about.zh, entry.about.en, deep=2)
        if fact is not None:
            zh, en = form_text(fact, "zh"), form_text(fact, "en")
            self.say(f"可填：{zh}", f"it takes: {en}", deep=2)
            example = example_text(fact)
            self.say(f"例如：{example.zh}", f"for example: {example.en}", deep=2)
        clauses = question.clauses or tuple(users(self.policy).get(name, ()))
        if clauses:
            self.say("用来判定:", "it helps to decide:", deep=2)
        for clause in clauses:
            named = f"{self.policy.stands(clause)} {clause.title.show(self.lang)}"
            self.say(named, named, deep=4)
        blank = self._blank(question)
        self.say(blank.zh, blank.en, deep=2)

    def _blank(self, question: Question) -> Text:
        """What a blank answer means."""
        fact, listed = question.fact, question.listed
        if question.needed and listed is not None:
            own = Text("", "") if question.clauses else Text("已不影响结果；", "it no longer changes the result; ")
            return Text(
                f"{own.zh}每一项都须写全；直接回车则整个“{listed.label.zh}”按未知",
                f"{own.en}an item is stated whole; Enter alone leaves the whole list '{listed.id}' unknown",
            )
        if fact is not None and fact.required:
            return Text("必填", "it must be answered")
        if fact is not None and fact.default is not None:
            return Text("直接回车则按默认值", "Enter alone takes the default")
        return Text("不知道就直接回车", "Enter alone where it is not known")

    def giving_up(self, question: Question, items: int) -> None:
        """Warn that a blank gives up a list, of which `items` have answers."""
        assert question.listed is not None
        listed = question.listed.label
        self.say(
            f"再按一次回车，“{listed.zh}”整个列表按未知，已答的{items}项只留作文件里的注释；或写出答案。",
            f"Enter once more leaves the whole list '{question.listed.id}' unknown, and keeps what was answered of its "
            f"items ({items}) as comments of the file alone; or give the answer.",
            "yellow",
            deep=2,
        )

    def taken(self, yuan: Decimal) -> None:
        """Says what a sum of money was taken for, in full."""
        amount = yuan_text(yuan)
        self.say(f"= {amount} 元", f"= {amount} yuan", "dim", deep=2)

    def wrong(self, misstated: Misstated) -> None:
        """Says what is wrong with an answer and what would be right."""
        wrong, right = misstated.wrong, misstated.right
        self.say(f"{wrong.zh}；{right.zh}", f"{wrong.en}; {right.en}", "red", deep=2)
