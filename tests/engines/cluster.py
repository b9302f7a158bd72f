"""A cluster of Spark's own on this machine, made of what PySpark installs: a master, and workers that can be killed.

`python tests/engines/cluster.py` starts one, says its address for `--master`, and ends it at Ctrl-C.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = "127.0.0.1"
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
"""Has Java compile once and for all, collect its garbage by one thread, and take Spark's own classes to be sound."""
_PATIENCE = 60
"""The seconds that a master or a worker is given to be there."""


class Cluster:
    """A master and its workers: `url` is its address for `--master`, `environment` what a program needs to be heard by it."""

    def __init__(self, folder: Path, workers: int, cores: int, memory: str) -> None:
        self.folder = folder
        self.programs: list[subprocess.Popen[bytes]] = []
        self.environment = {**os.environ, "SPARK_LOCAL_IP": HERE}
        try:
            said = self._start("master", "--host", HERE, "--port", "0", "--webui-port", "0")
            self.url = _in(said, r"at (spark://\S+)")
            self.port = int(_in(said, r"MasterWebUI.*http://[\d.]+:(\d+)|MasterUI' on port (\d+)"))
            limits = ["--host", HERE, "--cores", str(cores), "--memory", memory, "--webui-port", "0"]
            logs = [
                self._start(f"worker{n}", *limits, "--work-dir", str(folder / f"work{n}"), self.url)
                for n in range(workers)
            ]
            for log in logs:
                _in(log, "(registered with) master")
        except BaseException:
            self.end()
            raise

    def _start(self, name: str, *arguments: str) -> Path:
        """Starts a program of Spark's in a group of processes of its own, and gives the file of what it says."""
        found = importlib.util.find_spec("pyspark")
        assert found is not None
        home = Path(str(found.origin)).parent
        kind = name.rstrip("0123456789")
        said = self.folder / f"{name}.log"
        options = f"{SHORT_LIVED} -Dspark.master.rest.enabled=false"
        own = {"SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "256m", "SPARK_DAEMON_JAVA_OPTS": options}
        own["SPARK_LOCAL_DIRS"] = str(self.folder)  # what one that is killed leaves goes away with all else
        with said.open("wb") as file:
            command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{kind}.{kind.title()}", *arguments]
            self.programs.append(
                subprocess.Popen(
                    command, env={**self.environment, **own}, stdout=file, stderr=file, start_new_session=True
                )
            )
        return said

    def state(self) -> Mapping[str, Any]:
        """What the master says of its workers and programs."""
        with urllib.request.urlopen(f"http://{HERE}:{self.port}/json/") as answer:
            found: Mapping[str, Any] = json.load(answer)
        return found

    def kill(self, worker: int) -> None:
        """Kills a worker, and with it what it has been given to do, as when its machine loses its power."""
        program = self.programs[1 + worker]
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()

    def end(self) -> None:
        """Ends all of it; a worker's own programs are in its group, and end with it."""
        for program in reversed(self.programs):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()


def _in(file: Path, pattern: str) -> str:
    """What a program says of itself, as soon as it does; raises `TimeoutError` with all that it has said."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        said = file.read_text(encoding="utf-8", errors="replace")
        found = re.search(pattern, said)
        if found is not None:
            return next(group for group in found.groups() if group)
        time.sleep(0.1)
    raise TimeoutError(f"{file.name} has not said {pattern!r}:\n{said}")


@contextlib.contextmanager
def cluster(workers: int = 2, cores: int = 1, memory: str = "1g") -> Iterator[Cluster]:
    """A cluster that ends with the work: each worker has so many cores, and so much memory for what it is given to do."""
    with tempfile.TemporaryDirectory(prefix="jxplus-cluster-", ignore_cleanup_errors=True) as folder:
        own = Cluster(Path(folder), workers, cores, memory)
        try:
            yield own
        finally:
            own.end()


def main() -> None:
    """Keeps a cluster until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--memory", default="1g")
    arguments = parser.parse_args()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    with cluster(arguments.workers, arguments.cores, arguments.memory) as own, contextlib.suppress(KeyboardInterrupt):
        print(f"SPARK_LOCAL_IP={HERE} jxplus batch TABLES --engine spark --master {own.url} -o OUT", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
