"""The index of a folder of reports: the enterprises ranked by amount, each with a link to its page, to be searched offline."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from jxplus.assessment import ENTITLED, UNDECIDED
from jxplus.batch import Brief
from jxplus.fault import Text, writable
from jxplus.policy import Policy
from jxplus.quantity import total, wan_text, yuan_text
from jxplus.render.report import environment
from jxplus.render.words import EACH_ON_ITS_DAY, NO_CEILING, UNITS, faults_told, status_heading
from jxplus.version import __version__

_WORDS = {
    "title": Text("可享受政策金额测算", "Entitlements under the plan"),
    "search": Text("按名称或编号查找", "Find by name or id"),
    "none": Text("没有符合的企业", "no enterprise fits"),
    "enterprise": Text("企业", "Enterprise"),
    "low": Text("下限", "Low"),
    "high": Text("上限", "High"),
    "entitled": status_heading(ENTITLED),
    "undecided": status_heading(UNDECIDED),
    "total": Text("合计", "Total"),
    "refused": Text("未受理", "refused"),
    "rank": Text("名次", "Rank"),
}
SCRIPT = """
const box = document.querySelector(".search"), field = box.querySelector("input"), none = document.querySelector(".none");
const rows = [...document.querySelectorAll("tbody tr[data-name]")], sum = document.querySelector("tr.sum");
box.hidden = false;
field.addEventListener("input", () => {
  const words = field.value.trim().toLowerCase().split(/\\s+/);
  let some = false;
  for (const row of rows) {
    row.hidden = !words.every(word => row.dataset.name.includes(word));
    some ||= !row.hidden;
  }
  none.hidden = some;
  sum.hidden = words.join("") !== "";
});
"""
"""The only script: it hides the rows that do not have the words of the field, and the total, which is not theirs alone."""


def index(
    policy: Policy,
    day: date | None,
    pages: Sequence[tuple[Brief, str]],
    refused: Sequence[tuple[str, str, int]],
    lang: str,
    unit: str,
) -> str:
    """The page, in `lang`, with money in `unit`; `pages` are the enterprises ranked, each with the file of its page.

    `refused` are those without one: label, name and number of faults. Raises `ImportError` where Jinja2 is not installed.
    """

    def say(text: Text) -> str:
        return text.show(lang)

    def most(amount: Decimal | None) -> str:
        return say(NO_CEILING) if amount is None else money(amount)

    money = wan_text if unit == "wan" else yuan_text
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    count = len(pages) + len(refused)
    head = [
        (Text("企业", "Enterprises"), str(count)),
        (Text("未受理", "Refused"), str(len(refused))),
        (Text("测算日期", "As of"), day.isoformat() if day else say(EACH_ON_ITS_DAY)),
        (Text("单位", "Unit"), say(UNITS[unit])),
    ]
    rows = [
        {
            "rank": str(rank),
            "label": each.enterprise,
            "name": each.name,
            "page": quote(file),
            "low": money(each.low),
            "high": most(each.most),
            "entitled": each.entitled or "",
            "undecided": each.undecided or "",
            "search": f"{each.enterprise} {each.name}".lower(),
        }
        for rank, (each, file) in enumerate(pages, 1)
    ]
    without = [
        {
            "label": label,
            "name": name,
            "faults": say(faults_told(faults)),
            "search": f"{label} {name}".lower(),
        }
        for label, name, faults in refused
    ]
    content = {
        "lang": lang,
        "version": __version__,
        "script": SCRIPT,
        "digest": digest,
        "plan": f"{policy.id} {say(policy.title)}",
        "words": {key: say(text) for key, text in _WORDS.items()},
        "head": [(say(name), value) for name, value in head],
        "rows": rows,
        "refused": without,
        "low": money(total(each.low for each, _ in pages)),
        "high": most(None if any(each.open for each, _ in pages) else total(each.high for each, _ in pages)),
        "receipt": f"{policy.id} · SHA-256 {policy.sha256} · jxplus {__version__}",
    }
    return writable(environment().get_template("index.html").render(content))
