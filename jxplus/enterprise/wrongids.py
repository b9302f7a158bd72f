"""What is wrong with the id of a row, or with the name where there are no ids: each as what is wrong and what would be right."""

from jxplus.fault import Text, cut, quoted
from jxplus.policy.tables import KEY, KEY_ZH, OWNER, OWNER_ZH

_CALLED = {KEY: KEY_ZH, OWNER: OWNER_ZH, "name": "企业名称"}


def not_stated(key: str) -> tuple[Text, Text]:
    """For a row without its id or name; `key` is the column that it would stand in."""
    return Text("没有写明", "not stated"), Text(f"每行都要有“{_CALLED[key]}”", f"every row needs its `{key}`")


def stated_twice(id: str, by_name: bool = False, also: Text = Text("", "")) -> tuple[Text, Text]:  # noqa: B008
    """For what two rows are known by; `also` says where the other is."""
    if by_name:
        wrong = Text(f"名称“{cut(id)}”重复{also.zh}", f"the name {quoted(id)} is stated twice{also.en}")
        return wrong, Text(f"加一列“{KEY_ZH}”来区分", f"tell them apart by a column `{KEY}`")
    wrong = Text(f"编号“{cut(id)}”重复{also.zh}", f"the id {quoted(id)} is stated twice{also.en}")
    return wrong, Text("每个企业一个编号", "one id for each enterprise")


def nobodys(id: str, by_name: bool = False) -> Text:
    """For what a row of a list calls an enterprise that is not there: what is wrong alone."""
    what = Text("名称", "name") if by_name else Text("编号", "id")
    return Text(f"没有{what.zh}为“{cut(id)}”的企业", f"no enterprise has the {what.en} {quoted(id)}")
