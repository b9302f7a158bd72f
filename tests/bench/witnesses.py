"""Does every mutant of the plan have an enterprise that shows it?

    python tests/bench/witnesses.py                                    # all of them, a minute
    python tests/bench/witnesses.py rent                               # those whose name has this in it
    python tests/bench/witnesses.py examples/plans/lucheng-2019.yaml   # those of another plan

Each mutant that loads is compared with the plan; an enterprise is sought that shows what changed, written as a file, and the
file computed by both plans as `jxplus calc` does. Printed are the mutants that have none, the slowest, and how many have one.
"""

import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from witnessed import MutantPlans, verdict_of

ROOT = Path(__file__).parents[2]


def main() -> None:
    words = sys.argv[1:]
    files = [each for each in words if each.endswith(".yaml")] or [str(ROOT / "policies.yaml")]
    wanted = [each for each in words if not each.endswith(".yaml")]
    plans = MutantPlans(Path(files[0]).read_text("utf-8"))
    found: Counter[str] = Counter()
    slow: list[tuple[float, str]] = []
    for mutant in plans.mutants():
        if any(each not in str(mutant) for each in wanted):
            continue
        pair = plans.pair(mutant)
        if pair is None:
            found["refused"] += 1
            continue
        begun = time.process_time()
        verdict = verdict_of(*pair)
        slow.append((time.process_time() - begun, str(mutant)))
        found[verdict] += 1
        if verdict not in ("shown", "refused"):
            print(f"{verdict}: {mutant}", flush=True)
    for seconds, name in sorted(slow, reverse=True)[:10]:
        print(f"{seconds:.2f} s  {name}")
    loaded = found.total() - found["refused"]
    print(f"{found['shown']} of {loaded} have a witness; {dict(found)}; {sum(each for each, _ in slow):.0f} s")


if __name__ == "__main__":
    main()
