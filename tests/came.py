"""What comes of a file of clients: the objects of its enterprises, its refusals, and what was said of the rest."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from jxplus.batch import Task, run
from jxplus.batch.causes import Causes
from jxplus.batch.sources import Unread
from jxplus.batch.sources.paths import sources_of
from jxplus.policy.store import load_policy

POLICY = load_policy()
SAVED = "rd-super-deduction"


class Came(NamedTuple):
    """What came of a book: the objects of its enterprises, its refusals by name, its faults, and what was said of the rest."""

    results: list[dict]
    refused: list[str]
    faults: list[str]
    said: list[str]

    def saved(self) -> dict[str, Decimal | None]:
        """What each enterprise saves by the super-deduction."""
        return {each["enterprise"]: clause(each, SAVED)["high"] for each in self.results}


def clause(result: dict, id: str) -> dict:
    """The entitlement of one clause."""
    return next(each for each in result["entitlements"] if each["clause"] == id)


def came(path: Path, strict: bool = False) -> Came:
    """What comes of a book, with its path left out of what is said."""
    said: list[Unread] = []
    sources = sources_of([str(path)], POLICY, said.append, strict)
    done = list(run(sources, Task(POLICY, "ndjson", today=date(2016, 6, 30))))
    lines = b"".join(each.text for each in done).splitlines()
    refusals = [refusal for each in done for refusal in each.refusals]
    causes = Causes()
    faults = [*causes.take(fault for each in refusals for fault in each.faults), *causes.rest()]
    return Came(
        [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in lines],
        [each.enterprise for each in refusals],
        [each.show("en").removeprefix(f"{path}:") for each in faults],
        [each.show("en").removeprefix(f"{path}:") for each in said],
    )
