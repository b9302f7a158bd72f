"""What is wrong with a value that its fact does not take, before it is known where it stands."""

from jxplus.fault import Text

SHEET_ERROR = (
    r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA)"
    r"|##+|Err:[0-9]{3}"
)
"""What a spreadsheet shows where it has no value to show, in every dialect of regular expressions."""
ENDS_OF_TOTALS = "计計数和额家户个项条行汇总均值比重中页例如:：)）】]elsmELSM"
"""The last signs of what may be a total or an example, so that few texts are looked at any further."""
BEGIN_TOTALS = "其减加附小合总共"
"""The first signs of a total that says more behind a colon: 其中：甲, 合计：3家."""


class Misread(Exception):
    """A value is not what its fact takes: what is wrong, what would be right."""

    def __init__(self, wrong: Text, right: Text) -> None:
        super().__init__(wrong.en)
        self.wrong, self.right = wrong, right


def may_be_total(text: str) -> bool:
    """Whether a text may be a total or an example, by its first and its last sign, which is quickly told."""
    return text[-1:] in ENDS_OF_TOTALS or text[:1] in BEGIN_TOTALS
