"""jxplus: what a policy plan pays one enterprise, clause by clause, exact to the fen, with the section of each amount.

>>> import jxplus
>>> policy = jxplus.load_policy()
>>> result = jxplus.assess({"name": "A", "rd_expensed": "300万"}, policy, as_of="2016-06-30")
>>> result.total()
(Decimal('375000.00'), Decimal('375000.00'))
"""

from jxplus.version import __version__ as __version__

TYPE_CHECKING = False  # as type checkers read it, without loading `typing` for it
if TYPE_CHECKING:
    from typing import Any

    from jxplus.library import (
        Clause,
        Fault,
        Outcome,
        Policy,
        Refused,
        Result,
        Text,
        assess,
        assess_frame,
        assess_many,
        load_policy,
    )

__all__ = [
    "Clause",
    "Fault",
    "Outcome",
    "Policy",
    "Refused",
    "Result",
    "Text",
    "assess",
    "assess_frame",
    "assess_many",
    "load_policy",
]


def __getattr__(name: str) -> "Any":
    """A public name, from the room that is imported when one is first asked for: `import jxplus` itself costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from jxplus import library

    return getattr(library, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
