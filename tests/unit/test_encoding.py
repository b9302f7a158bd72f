"""Texts in UTF-8 and GB18030, in every kind of source, and those whose bytes are both."""

import json
from pathlib import Path

import pytest
from commandline import invoked

from jxplus.batch.sources.csvtable import encoding_of
from jxplus.document import decode
from jxplus.document.encoding import may_be_gb18030
from jxplus.fault import Refused

BOTH = [
    bytes((lead, trail))
    for lead in range(0xC2, 0xD8)  # the 3755 characters most in use, by their pronunciation, end in D7
    for trail in range(0xA1, 0xC0)
]
"""The pairs of bytes that are one of the most used characters in GB18030, and a letter or sign in UTF-8."""


def test_a_name_whose_bytes_are_both_is_chinese() -> None:
    """鹰潭铜业 of Jiangxi, and any two of the 682 everyday characters whose bytes are UTF-8 too."""
    assert decode("name: 鹰潭铜业".encode("gb18030"), "a") == "name: 鹰潭铜业"
    assert len(BOTH) == 682
    for one, other in zip(BOTH, BOTH[7:] + BOTH[:7], strict=True):
        data = b"name: " + one + other + b"\n"
        assert decode(data, "a") == data.decode("gb18030")


@pytest.mark.parametrize(
    "text",
    [
        "name: Café du Lac",
        "name: Größe AG",
        "name: Société Générale",
        "name: Señor",
        "name: ÉCOLE",
        "name: Ελλάδα",
        "name: пиво",
        "operating_revenue: ¥12000000",
        "operating_revenue: ¥ 12000000",
        "trainees: 50±",
        "area: 320.5m²",
        "name: A·B",
        "name: 买买提·艾力",
        "name: 江西",
        "name: ӥ 江西",
        "new_format: √",
        "name: 한국",
        "name: plain",
        "name: ×",
        "",
    ],
)
def test_what_is_utf8_stays_so(text: str) -> None:
    assert decode(text.encode(), "a") == text
    assert not may_be_gb18030(text)


@pytest.mark.parametrize(
    "text",
    [
        "企业名称: 丰城测试公司",
        "name: 鹰潭",
        "name: 臺灣積體",
        "name: 镕基",
        "备注: a",
        "name: 学校",
        "name: 路",
        "name: ，。",
    ],
)
def test_gb18030_is_read(text: str) -> None:
    assert decode(text.encode("gb18030"), "a") == text


@pytest.mark.parametrize(
    "data", [b"name: Soci\xe9t\xe9 anonyme", b"\x89PNG\r\n\x1a", b"name: \xff", "name: 甲".encode("utf-16")]
)
def test_what_is_neither_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        decode(data, "a")
    assert refused.value.faults[0].wrong.en == "neither UTF-8 nor GB18030 text"


@pytest.mark.parametrize("engine", ["python", "duckdb"])
@pytest.mark.parametrize("name", ["鹰潭铜业", "江西铜业"])
def test_every_source_is_read_alike(tmp_path: Path, name: str, engine: str) -> None:
    """YAML, JSON, NDJSON and a folder of CSV in GB18030, with keys of ASCII alone."""
    facts = {"name": name, "as_of": "2016-06-30", "rd_expensed": 1000}
    line = json.dumps(facts, ensure_ascii=False)
    (tmp_path / "a.yaml").write_bytes(f"name: {name}\nas_of: 2016-06-30\nrd_expensed: 1000\n".encode("gb18030"))
    (tmp_path / "b.json").write_bytes(line.encode("gb18030"))
    (tmp_path / "c.ndjson").write_bytes(f"{line}\n{line}\n".encode("gb18030"))
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "enterprises.csv").write_bytes(
        f"id,name,as_of,rd_expensed\n{name},{name},2016-06-30,1000\n".encode("gb18030")
    )
    sources = ["a.yaml", "b.json", "c.ndjson", "t"] if engine == "python" else ["t"]
    out = tmp_path / "out.ndjson"
    for source in sources:
        done = invoked("batch", tmp_path / source, "-o", out, "--engine", engine)
        if done.exit_code == 2:  # an engine that writes no NDJSON
            out = out.with_suffix(".csv")
            done = invoked("batch", tmp_path / source, "-o", out, "--engine", engine, code=0)
        assert name in out.read_text("utf-8")


def test_a_csv_is_judged_as_a_whole(tmp_path: Path) -> None:
    """One Chinese character of UTF-8 tells for all of a file, one of GB18030 alone too; so does a byte-order mark."""
    path = tmp_path / "enterprises.csv"
    path.write_bytes("id,name\nA1,鹰潭铜业\n".encode("gb18030"))
    assert encoding_of(str(path)) == "gb18030"
    path.write_bytes("id,name\nA1,江西\n".encode() + "A2,鹰潭铜业\n".encode("gb18030"))
    assert encoding_of(str(path)) == "utf-8-sig"
    path.write_bytes("id,name\nA1,江西\nA2,鹰潭铜业\n".encode("gb18030"))
    assert encoding_of(str(path)) == "gb18030"
    path.write_bytes(b"\xef\xbb\xbf" + "id,name\nA2,鹰潭铜业\n".encode("gb18030"))
    assert encoding_of(str(path)) == "utf-8-sig"
