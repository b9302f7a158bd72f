"""jxplus: what a policy plan pays one enterprise, clause by clause, exact to the fen, with the section of each amount.

>>> import jxplus
>>> policy = jxplus.load_policy()
>>> result = jxplus.assess({"name": "A", "rd_expensed": "300万"}, policy, as_of="2016-06-30")
>>> result.total()
(Decimal('375000.00'), Decimal('375000.00'))
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jxplus.assessment import Outcome
    from jxplus.fault import Fault, Refused, Text
    from jxplus.library import Result, assess, assess_frame, assess_many, load_policy
    from jxplus.policy import Clause, Policy

__version__ = "0.1.0"
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

_ROOMS = {
    **dict.fromkeys(("Clause", "Policy"), "policy"),
    **dict.fromkeys(("Fault", "Refused", "Text"), "fault"),
    "Outcome": "assessment",
    **dict.fromkeys(("Result", "assess", "assess_frame", "assess_many", "load_policy"), "library"),
}
"""Where each public name lives: a room is imported when a name of it is first asked for, so `import jxplus` costs nothing."""


def __getattr__(name: str) -> Any:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{room}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
