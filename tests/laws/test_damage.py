"""Whatever is broken in a workbook, it is read or refused."""

import random
from pathlib import Path
from zipfile import ZipFile

from came import came

BOOKS = Path(__file__).parents[1] / "unit" / "workbooks"


def test_any_damage_is_a_refusal(tmp_path: Path) -> None:
    """Whatever stands in a part of a book, or in the place of its bytes: a result or a refusal, and never anything else."""
    chance = random.Random(20160630)
    signs = [
        b"<",
        b">",
        b'"',
        b"&",
        b"NaN",
        b't="s"',
        b"<row>",
        b'r="ZZZ9"',
        b"\xff",
        b"\x00",
        b's="99"',
        b"<f>",
        b"[>=1.1.1]",
    ]
    seeds = sorted(path for path in BOOKS.glob("*.xlsx") if path.name != "clients.xlsx")
    for number in range(300):
        source, path = chance.choice(seeds), tmp_path / "b.xlsx"
        with ZipFile(source) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        if number % 4:
            name = chance.choice([each for each in parts if each.endswith((".xml", ".rels"))])
            data = bytearray(parts[name])
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(data) + 1)
                data[at : at + chance.choice([0, 1, 5])] = chance.choice(signs)
            with ZipFile(path, "w") as archive:
                for each, own in {**parts, name: bytes(data)}.items():
                    archive.writestr(each, own)
        else:
            data = bytearray(source.read_bytes())
            for _ in range(chance.randint(1, 6)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            path.write_bytes(data[: chance.randint(1, len(data))])
        came(path)
