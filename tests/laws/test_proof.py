"""What is proved of an amount is so for every enterprise."""

from decimal import Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st
from oneclause import written

from jxplus.fault import Refused
from jxplus.formula.evaluate import function
from jxplus.policy.file import read_policy
from jxplus.quantity import EXACT

FIGURES = st.sampled_from(["0元", "5元", "100.01元"])
NAMES = st.sampled_from(["exports", "imports", "cost", "gain"])
CONDITIONS = st.builds(
    "{} {} {}".format, NAMES, st.sampled_from([">", ">=", "<", "<=", "=", "!="]), st.one_of(NAMES, FIGURES)
)


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-"), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("(if {} then {} else {})".format, CONDITIONS, inner, inner),
        st.builds("{} * {}".format, st.sampled_from(["share", "50%", "(100% - share)", "3"]), inner),
        st.builds("(-{})".format, inner),
    )


AMOUNTS = st.recursive(st.one_of(NAMES, FIGURES), grown, max_leaves=5)
WHENS = st.one_of(
    CONDITIONS, st.builds("{} {} {}".format, CONDITIONS, st.sampled_from(["and", "or"]), CONDITIONS), st.just("yes")
)
MONEY = st.sampled_from([0, 1, 499, 500, 501, 10001, 10002, 9999999999]).map(lambda fen: Decimal(fen).scaleb(-2))
FACTS = st.fixed_dictionaries(
    {
        "exports": MONEY,
        "imports": MONEY,
        "cost": MONEY.filter(bool),
        "gain": st.one_of(MONEY, MONEY.map(lambda amount: -amount)),
        "share": st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1)]),
    }
)


@settings(max_examples=400)
@given(AMOUNTS, WHENS, st.lists(FACTS, min_size=5, max_size=20))
def test_what_is_proved_is_so(amount: str, when: str, enterprises: list[dict[str, Decimal]]) -> None:
    """Whoever meets the condition of a plan that has loaded is paid nothing below zero."""
    text = written(f'when: {when}\npays: "{amount}"')
    try:
        policy = read_policy(text.encode(), "p.yaml", "")
    except Refused:
        return
    (reading,) = policy.clauses[0].readings
    assert reading.high is not None
    with localcontext(EXACT):
        for facts in enterprises:
            if function(reading.when)(facts, {}):
                assert function(reading.high)(facts, {}) >= 0
