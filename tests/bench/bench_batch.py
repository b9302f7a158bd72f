"""How many enterprises a second `batch` assesses, and how that compares with only reading the same file as JSON.

    python tests/bench/bench_batch.py [COUNT] [--jobs N]

The enterprises are made up, from a fixed seed: nearly all facts of the policy, two items a list on average. Printed are, for
each number of processes, enterprises a second of the whole command with what it takes to start, the ratio of its time to a
plain `json.loads` loop over the same lines, and whether the output is the same, byte for byte.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from jxplus.policy import Fact, Policy
from jxplus.policy.store import load_policy

SEED = 43


def value(fact: Fact, rng: random.Random) -> Any:
    """A plausible value of a fact, as JSON states it: most figures in the range where the thresholds lie."""
    kind = fact.type.kind
    if kind == "truth":
        return rng.random() < 0.5
    if kind == "choice":
        return rng.choice(list(fact.choices))
    if kind == "date":
        return "2016-06-30"
    if fact.form == "rate":
        return rng.randrange(100) / 100  # 1 might be 1% or 100%, and is refused
    if fact.form == "money":
        amount = int(10 ** rng.uniform(4, 9)) * 100 + rng.choice((0, 0, 0, rng.randrange(100)))
        amount = -amount if fact.signed and rng.random() < 0.5 else amount
        return float(Decimal(amount) / 100) if amount % 100 else amount // 100
    if fact.limits is not None and fact.limits.decimals:
        return round(rng.uniform(1, 2000), 2)
    return rng.randrange(60)


def enterprises(policy: Policy, count: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """`count` enterprises that state nearly all facts and all lists, the same ones for the same seed."""
    rng = random.Random(seed)
    for number in range(count):
        one: dict[str, Any] = {"name": f"企业{number:07d}"}
        for fact in policy.facts.values():
            if fact.id != "name" and rng.random() < 0.95:
                one[fact.id] = value(fact, rng)
        for listed in policy.lists.values():
            one[listed.id] = [
                {fact.id: value(fact, rng) for fact in listed.facts.values()} for _ in range(rng.randint(0, 4))
            ]
        yield one


def write_ndjson(path: str, policy: Policy, count: int) -> None:
    """The enterprises as a file, one a line."""
    with open(path, "w", encoding="utf-8") as file:
        for one in enterprises(policy, count):
            file.write(json.dumps(one, ensure_ascii=False) + "\n")


def plain_loop(path: str) -> float:
    """Seconds that it takes to read every line as JSON and do nothing with it."""
    start = time.perf_counter()
    with open(path, "rb") as file:
        for line in file:
            json.loads(line)
    return time.perf_counter() - start


def batch(path: str, jobs: int, out: str) -> float:
    """Seconds that `jxplus batch` takes as a process."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "jxplus", "batch", path, "-o", out, "--jobs", str(jobs)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Make the file, and time both ways over it, the best of three."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=20_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, out = os.path.join(folder, "many.ndjson"), os.path.join(folder, "out.ndjson")
        write_ndjson(path, load_policy(), arguments.count)
        plain = min(plain_loop(path) for _ in range(3))
        print(f"json.loads alone: {arguments.count / plain:,.0f} enterprises/s")
        for jobs in sorted({1, arguments.jobs}):
            seconds = min(batch(path, jobs, out) for _ in range(3))
            with open(out, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
            rate, ratio = arguments.count / seconds, seconds / plain
            print(f"--jobs {jobs}: {rate:,.0f} enterprises/s, {ratio:.1f} times json.loads, output {digest}")


if __name__ == "__main__":
    main()
