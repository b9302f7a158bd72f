"""A batch over files of a test, as one part: what comes of the enterprises, by the plan that ships."""

import datetime
from pathlib import Path

from jxplus.batch import Done, Task, run
from jxplus.batch.sources.paths import sources_of
from jxplus.policy.store import load_policy

POLICY = load_policy()
TODAY = datetime.date(2016, 6, 30)


def results(*paths: Path | str, form: str = "ndjson", jobs: int = 1) -> Done:
    """All results of a batch over these paths, as one part."""
    whole = Done(b"", [], [], [], {}, 0)
    for part in run(sources_of([str(path) for path in paths], POLICY), Task(POLICY, form, today=TODAY), jobs):
        whole = whole._replace(text=whole.text + part.text, size=whole.size + part.size)
        for held, more in zip(whole[1:4], part[1:4], strict=True):
            held.extend(more)
    return whole
