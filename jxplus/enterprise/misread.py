"""What is wrong with a value that its fact does not take, before it is known where it stands."""

from jxplus.fault import Text

SHEET_ERROR = (
    r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA)"
    r"|##+|Err:[0-9]{3}"
)
"""What a spreadsheet shows where it has no value to show, in every dialect of regular expressions."""
ENDS_OF_TOTALS = "计計数和额家户个项条行汇总均值比重中例如:：)）】]elsmELSM"
"""The last signs of what may be a total or an example, so that few texts are looked at any further."""


class Misread(Exception):
    """A value is not what its fact takes: what is wrong, what would be right."""

    def __init__(self, wrong: Text, right: Text) -> None:
        super().__init__(wrong.en)
        self.wrong, self.right = wrong, right
