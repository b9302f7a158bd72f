"""What asks the program to end is heard: in time, once, and by nobody any more when a batch is over."""

import json
import signal
from pathlib import Path

import pytest
from commandline import invoked

from jxplus.__main__ import main
from jxplus.batch.signals import cleared_away, held


def test_a_signal_waits_and_is_heard_then() -> None:
    """Ctrl-C within the block is heard at its end, and the answers to signals are those of before."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    reached = []
    with pytest.raises(KeyboardInterrupt), held():
        reached += [signal.raise_signal(signal.SIGINT), "the end"]
    assert reached[1:] == ["the end"]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_who_asks_to_end_is_answered_with_an_exit() -> None:
    """128 and the number of the signal, as a shell has it."""
    with pytest.raises(SystemExit) as caught, cleared_away():
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.code == 143


@pytest.mark.parametrize(("line", "code"), [({"name": "甲"}, 0), ({"name": "甲", "trainees": -1}, 1)])
def test_a_batch_leaves_the_answers_to_signals_as_they_were(line: dict[str, object], code: int, tmp_path: Path) -> None:
    """A program that calls it goes on after that, and hears of a signal what it would have heard before."""

    def own(number: int, frame: object) -> None:
        raise AssertionError

    path = tmp_path / "clients.ndjson"
    path.write_text(json.dumps(line), "utf-8")
    former = signal.signal(signal.SIGTERM, own)
    try:
        done = invoked("batch", path, "-o", tmp_path / "out.csv")
        assert (done.exit_code, signal.getsignal(signal.SIGTERM)) == (code, own)
    finally:
        signal.signal(signal.SIGTERM, former)


def test_ctrl_c_before_anybody_listens_ends_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fifth of a second goes into loading modules; who is broken off there ends as later, with 130 and without a word."""

    def run() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("jxplus.cli.run", run)
    monkeypatch.setattr("gc.set_threshold", lambda *counts: None)
    monkeypatch.setattr("gc.freeze", lambda: None)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130
