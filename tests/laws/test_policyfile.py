"""Whatever stands at any place of a policy file, it is read or refused."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jxplus.document import read_tree
from jxplus.fault import Refused
from jxplus.policy.file import read_policy
from jxplus.policy.store import shipped_policy

TEXT = Path(shipped_policy()).read_text("utf-8")


TREE = read_tree(TEXT, "p.yaml", aliases=True).value
JUNK: list[Any] = [
    None,
    "",
    "x",
    "1元",
    "yes",
    "2015-01-01",
    "9" * 50,
    [],
    ["x"],
    {},
    {"x": "y"},
    {"zh": "x"},
    {"from": []},
]


def paths(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner = (
        [found for key, child in value.items() for found in paths(child, (*path, key))]
        if isinstance(value, dict)
        else []
    )
    return [*([path] if path else []), *inner]


def put(tree: Any, path: tuple[str, ...], value: Any) -> Any:
    return {**tree, path[0]: put(tree[path[0]], path[1:], value) if path[1:] else value}


@settings(max_examples=100)
@given(st.sampled_from(paths(TREE)), st.sampled_from(JUNK))
def test_anything_in_any_place_is_read_or_refused(path: tuple[str, ...], value: Any) -> None:
    """Whatever stands at a key of the file, the file is a policy or is refused: there is no other error."""
    data = json.dumps(put(TREE, path, value), ensure_ascii=False).encode()
    try:
        read_policy(data, "p.yaml", "")
    except Refused as refused:
        faults = refused.faults
    else:
        return
    assert faults
