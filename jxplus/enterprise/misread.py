"""What is wrong with a value that its fact does not take, before it is known where it stands."""

from jxplus.fault import Text


class Misread(Exception):
    """A value is not what its fact takes: what is wrong, what would be right."""

    def __init__(self, wrong: Text, right: Text) -> None:
        super().__init__(wrong.en)
        self.wrong, self.right = wrong, right
