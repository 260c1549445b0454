"""The canonical text: hashes go over it, so it is always the same; kept texts never go stale."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from models.execution import codec
from tests import world as w


@dataclass(frozen=True)
class Named:
    """Something with a name."""

    name: str
    amount: Decimal = Decimal(1)


def test_the_text_of_every_record_of_the_demo_is_sorted_and_without_blanks() -> None:
    for record in w.identified().states.values():
        text = codec.dumps(record)
        again = json.dumps(
            json.loads(text), ensure_ascii=False, separators=(",", ":"), sort_keys=True
        )
        assert text == again


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('a "quoted" ü\n\x01', r'"a \"quoted\" ü\n\u0001"'),
        (True, "true"),
        (None, "null"),
        (-3, "-3"),
        (1e-07, "1e-07"),
        (Decimal("1.00"), '"1.00"'),
        (b"\x00\xff", '"00ff"'),
        (datetime(2026, 6, 1, 12, tzinfo=UTC), '"2026-06-01T12:00:00.000000Z"'),
        (
            datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=2))),
            '"2026-06-01T10:00:00.000000Z"',
        ),
        ((), "[]"),
        ({"b": 1, "a": (2,)}, '{"a":[2],"b":1}'),
        (frozenset({w.Role.QUALITY, w.Role.HMI}), '["hmi","quality"]'),
        (Named("x"), '{"_":"Named","amount":"1","name":"x"}'),
    ],
)
def test_a_value_has_one_text(value: object, text: str) -> None:
    assert codec.dumps(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), (float("nan"),)])
def test_what_has_no_json_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        codec.dumps(value)


def test_equal_items_keep_their_own_texts() -> None:
    items = (Named("x", Decimal("1.0")), Named("x", Decimal("1.00")))
    assert items[0] == items[1]
    expected = [f'{{"_":"Named","amount":"{text}","name":"x"}}' for text in ("1.0", "1.00")]
    for _ in range(2):
        assert [codec.dumps((item,)) for item in items] == [f"[{text}]" for text in expected]


def test_an_item_that_was_replaced_is_written_anew() -> None:
    item = Named("before")
    assert "before" in codec.dumps((item,))
    assert "after" in codec.dumps((replace(item, name="after"),))
    assert "before" in codec.dumps((item,))


def test_texts_stay_true_when_more_was_written_than_is_kept() -> None:
    for number in range(codec.MAX_REMEMBERED + 10):
        # Each item is gone before the next is made, which may then lie in the same place.
        assert codec.dumps((Named(str(number)),)) == (
            f'[{{"_":"Named","amount":"1","name":"{number}"}}]'
        )
