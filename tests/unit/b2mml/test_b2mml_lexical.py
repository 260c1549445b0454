"""The lexical rules: what XML Schema allows and forbids, not what Python's readers do."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from server.faces.b2mml import lexical

SITE = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T10:00:00", datetime(2026, 11, 20, 10, tzinfo=SITE)),
        ("\n 2026-11-20T10:00:00+01:00 ", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20T10:00:00.1234567Z", datetime(2026, 11, 20, 10, 0, 0, 123456, UTC)),
        ("2026-12-31T24:00:00Z", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-11-20T10:00:00-14:00", datetime(2026, 11, 21, 0, 0, tzinfo=UTC)),
    ],
)
def test_time_is_read(text: str, time: datetime) -> None:
    assert lexical.read_time(text, SITE) == time


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-20",
        "20261120T100000Z",
        "2026-11-20 10:00:00Z",
        "2026-11-20T10:00Z",
        "2026-11-20T10:00:00+15:00",
        "2026-11-20T10:00:00+1",
        "2026-02-30T10:00:00Z",
        "2026-11-20T24:00:01Z",
        "9999-12-31T24:00:00Z",
        "12026-11-20T10:00:00Z",
        "-2026-11-20T10:00:00Z",
        "0000-01-01T10:00:00Z",
        "٢٠٢٦-11-20T10:00:00Z",
        "20.11.2026 10:00",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        lexical.read_time(text, UTC)


@pytest.mark.parametrize("text", ["1", "-2.50", "+.5", "1.", " 7 "])
def test_decimal_is_read(text: str) -> None:
    assert lexical.read_decimal(text) == Decimal(text.strip())


@pytest.mark.parametrize(
    "text",
    ["", ".", "1_000", "1,000.50", "1000-", "NaN", "INF", "Infinity", "1e3", "٣", "0x1", "1" * 29],
)
def test_what_is_no_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        lexical.read_decimal(text)


def test_quantity_may_have_an_exponent() -> None:
    assert lexical.read_number("0.323E3") == 323


@pytest.mark.parametrize("text", ["1e400", "1e-400", "false", "1.000,5", "NaN", "1_0", "1" * 41])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        lexical.read_number(text)


@pytest.mark.parametrize("text", ["PT8H", "P1DT30M", "-P1Y2M", " PT0.5S "])
def test_duration_is_kept(text: str) -> None:
    assert lexical.read_duration(text) == text.strip()


@pytest.mark.parametrize("text", ["", "P", "PT", "8H", "P1H", "PT-8H", "P1S"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        lexical.read_duration(text)


def test_id_keeps_the_blanks_at_its_ends() -> None:
    assert lexical.read_id(" A\n1 ") == " A 1 "


def test_time_is_written_with_its_offset() -> None:
    assert lexical.write_time(datetime(2026, 1, 2, tzinfo=SITE)) == "2026-01-02T00:00:00+02:00"
    assert lexical.write_time(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00Z"


def test_time_with_an_offset_that_xml_cannot_say_is_written_in_utc() -> None:
    odd = timezone(timedelta(hours=1, seconds=30))
    assert lexical.write_time(datetime(2026, 1, 2, 1, 0, 30, tzinfo=odd)) == "2026-01-02T00:00:00Z"
