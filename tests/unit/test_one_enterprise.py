"""What holds many enterprises is no file of one: it is refused with the way to `batch`, from a file and from standard input."""

import pytest

from jxplus.document import tree_of
from jxplus.enterprise import Reader
from jxplus.fault import Refused
from jxplus.policy.store import load_policy

LINES = '{"name": "甲", "rd_expensed": 100}\n{"name": "乙", "rd_expensed": 200}\n'
BATCH = "run jxplus batch -"
NDJSON = "write each enterprise on a line of its own into an .ndjson file, and run jxplus batch on it"
FOLDER = "give each enterprise a file of its own, and run jxplus batch on their folder"
TABLE = "standard input takes YAML, JSON or NDJSON; name the file of a table or workbook: jxplus batch clients.csv"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_policy())


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("-", LINES, f"<stdin>:2:1: it holds one enterprise a line; {BATCH}"),
        ("-", "\n" + LINES.replace("\n", "\r\n\r\n"), f"<stdin>:4:1: it holds one enterprise a line; {BATCH}"),
        # Of two lines the second is not complete: it is a line of its own all the same.
        ("-", LINES.rstrip("}\n"), f"<stdin>:2:1: it holds one enterprise a line; {BATCH}"),
        (
            "a.yaml",
            LINES,
            "a.yaml:2:1: it holds one enterprise a line; name the file .ndjson, and run jxplus batch on it",
        ),
        ("a", LINES, "a:2:1: it holds one enterprise a line; name the file .ndjson, and run jxplus batch on it"),
        ("-", '[{"name": "甲"}]', f"<stdin>:1:1: it is a list, and not one enterprise; {NDJSON}"),
        ("a.json", '[{"name": "甲"}]', f"a.json:1:1: it is a list, and not one enterprise; {NDJSON}"),
        ("-", "- name: 甲\n- name: 乙\n", f"<stdin>:1:1: it is a list, and not one enterprise; {NDJSON}"),
        (
            "a.json",
            '{"enterprises": [{"name": "甲"}]}',
            f"a.json:1:17: enterprises: it is a list, and not one enterprise; {NDJSON}",
        ),
        ("-", "企业:\n  - name: 甲\n", f"<stdin>:2:3: 企业: it is a list, and not one enterprise; {NDJSON}"),
        ("-", "name: 甲\n---\nname: 乙\n", f"<stdin>:2:1: a second YAML document; {FOLDER}"),
        ("a.yaml", "name: 甲\n---\nname: 乙\n", f"a.yaml:2:1: a second YAML document; {FOLDER}"),
        ("-", "企业,研发投入\n甲,100\n", f"<stdin>:1:1: it is a table; {TABLE}"),
        ("-", "PK\x03\x04", f"<stdin>:1:1: it is a workbook or an archive, and no text; {TABLE}"),
    ],
)
def test_what_holds_many_is_named(path: str, text: str, said: str, reader: Reader) -> None:
    with pytest.raises(Refused) as refused:
        reader.read(tree_of(path, text.encode()))
    assert [fault.show("en") for fault in refused.value.faults] == [said]


@pytest.mark.parametrize("text", ['{"name": "甲"}\n', '{"name":\n "甲"}\n', "{name: 甲}\n", '\n{"name": "甲"}\n\n'])
def test_one_enterprise_is_read(text: str, reader: Reader) -> None:
    assert reader.read(tree_of("-", text.encode())).name == "甲"


def test_a_name_that_is_not_known_beside_others_is_no_list_of_enterprises(reader: Reader) -> None:
    """Who states a name too has one enterprise, and a word that is misspelt."""
    with pytest.raises(Refused, match="unknown fact 'premise'"):
        reader.read(tree_of("-", "name: 甲\npremise:\n  - area: 3\n".encode()))
