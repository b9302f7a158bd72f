"""A session of Spark: the calling program's own, or one that starts for the work and ends with it, and Java with it.

Nothing of Spark's own talk reaches the terminal; what it gives up with is one line of an exception.
"""

import contextlib
import logging
import os
import re
import shutil
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jxplus.batch.signals import held
from jxplus.batch.spark import NoSpark
from jxplus.fault import Text

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JAVA = 17
"""The Java that Spark 4 asks for, or a newer one."""
_PATIENCE = 10
"""The seconds that Java is given to end in good order."""


@contextlib.contextmanager
def session(master: str) -> Iterator["SparkSession"]:
    """A session of Spark: the calling program's own, or one that ends with the work."""
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        install = ": pip install '.[spark]'"
        raise NoSpark(Text(f"没有安装 pyspark{install}", f"pyspark is not installed{install}")) from None
    active = SparkSession.getActiveSession()
    if active is not None:
        yield active
        return
    check_java()
    own: SparkSession | None = None
    try:
        with held() as hold:
            own = _start(master, hold)
        yield own
    except Exception:
        raise
    except BaseException:
        if own is not None:
            _break_off(own)
            own = None
        raise
    finally:
        if own is not None:
            own.stop()


def _break_off(spark: "SparkSession") -> None:
    """Ends Spark in the middle of its work, and Java with it, so that nothing is written any more."""
    context = type(spark.sparkContext)
    java = getattr(context._gateway, "proc", None)
    # This thread's line to Java still waits for an answer; another thread has one of its own.
    stopping = threading.Thread(target=_stop, args=(spark,), daemon=True)
    stopping.start()
    stopping.join(_PATIENCE)
    if java is not None:
        java.stdin.close()
        try:
            java.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            java.kill()
        context._gateway = context._jvm = None


def _stop(spark: "SparkSession") -> None:
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that Java has gone before: it hears Ctrl-C too
        spark.stop()


def _start(master: str, started: Callable[[], None]) -> "SparkSession":
    """A new session. What Java says while it starts and after is kept off the terminal; Spark's errors are exceptions.

    `started` is called as soon as there is a Java that does as it is told.
    """
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    settings = {
        "spark.sql.ansi.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # A plan's query is deep, and Java ends altogether where the stack of a thread that plans it, or is sent it, does.
        "spark.driver.defaultJavaOptions": "-Xss16m",
        "spark.executor.defaultJavaOptions": "-Xss16m",
    }
    if master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    conf = SparkConf().setAppName("jxplus").setMaster(master).setAll(list(settings.items()))
    with tempfile.TemporaryFile() as said:
        try:
            with _redirected(said.fileno()):
                SparkContext.getOrCreate(conf)
                started()
                _hush()
                spark = SparkSession.builder.config(conf=conf).getOrCreate()
        except Exception as error:
            said.seek(0)
            lines = [
                line
                for line in said.read().decode(errors="replace").splitlines()
                if "rror" in line or "xception" in line
            ]
            raise NoSpark(gave_up(lines[0] if lines else error)) from None
    if master.startswith("local"):
        # Spark's 200 parts for everything that meets are for a cluster; here each costs more than it saves.
        spark.conf.set("spark.sql.shuffle.partitions", 4 * spark.sparkContext.defaultParallelism)
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _hush() -> None:
    """Keeps off the terminal what Python's side of Spark would log: it is in the exceptions, and Ctrl-C needs no words."""
    for name in ("SQLQueryContextLogger", "py4j.java_gateway", "py4j.clientserver"):
        logging.getLogger(name).disabled = True
    logging.getLogger().addFilter(_elsewhere)


def _elsewhere(record: logging.LogRecord) -> bool:
    """Whether a record does not come from the line to Java, part of which logs in nobody's name."""
    return "py4j" not in Path(record.pathname).parts


@contextlib.contextmanager
def _redirected(file: int) -> Iterator[None]:
    """Standard output and error of this process and those it starts go to `file`."""
    kept = {stream: os.dup(stream) for stream in (1, 2)}
    try:
        for stream in kept:
            os.dup2(file, stream)
        yield
    finally:
        for stream, copy in kept.items():
            os.dup2(copy, stream)
            os.close(copy)


def check_java() -> None:
    """Raises `NoSpark` where there is no Java, or one that is too old."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    help = Text(
        f"请安装 Java {JAVA} 或更新版本，如 apt-get install openjdk-{JAVA}-jre-headless",
        f"install Java {JAVA} or newer, such as apt-get install openjdk-{JAVA}-jre-headless",
    )
    if java is None:
        where = f" (JAVA_HOME={home})" if home else ""
        raise NoSpark(
            Text(
                f"Spark 需要 Java，这里没有{where}；{help.zh}", f"Spark needs Java, and there is none{where}; {help.en}"
            )
        )
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    if found is not None and int(found[1]) < JAVA:
        raise NoSpark(Text(f"{java} 是 Java {found[1]}；{help.zh}", f"{java} is Java {found[1]}; {help.en}"))


def gave_up(error: object) -> Text:
    """What Spark said, on one line: of Java's traces the line that names the cause."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    cause = next((line for line in reversed(lines) if line.startswith("Caused by: ")), None)
    said = (cause or next((line for line in lines if not line.startswith("An error occurred")), "?")).removeprefix(": ")
    lacking = re.search(r"(?:ClassNotFoundException|NoClassDefFoundError): ([\w.$/]+)$", said)
    if lacking is not None:
        name = lacking[1].replace("/", ".")
        return Text(f"Spark 未能完成：Java 中没有 {name} 这个类", f"Spark gave up: Java has no class {name}")
    said = re.sub(r'^(Caused by: |Exception in thread "main" )*([a-z]\w*[.])*[A-Z]\w*(Exception|Error): ', "", said)
    return Text(f"Spark 未能完成：{said}", f"Spark gave up: {said}")
