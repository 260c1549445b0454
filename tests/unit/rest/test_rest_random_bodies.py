"""Whatever is sent, the answer is one of ours, and never that we failed."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fix_rest import ACCOUNTS, PASSWORD, RestPlant

OURS = {200, 201, 400, 403, 404, 405, 409, 413, 422}

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from(
        ["JO-1", "DISP-01", "10 kg", "1e999 kg", "9999-12-31T23:59:59-14:00", PASSWORD]
    )
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def bodies(schema: dict[str, Any]) -> st.SearchStrategy[object]:
    """Return bodies that nearly fit, so that they come further than the first check."""
    fields = sorted(schema.get("properties", {})) or ["x"]
    near = st.dictionaries(st.sampled_from(fields), values, max_size=len(fields))
    return near | values


def posts(plant: RestPlant) -> list[tuple[str, dict[str, Any]]]:
    document = plant.app.openapi()
    schemas = document["components"]["schemas"]
    found = []
    for path, methods in document["paths"].items():
        content = methods.get("post", {}).get("requestBody", {}).get("content", {})
        for body in content.values():
            said = json.dumps(body)
            name = next((n for n in schemas if f'schemas/{n}"' in said), "")
            found.append((path, schemas.get(name, {})))
    return found


names = st.text(
    st.characters(exclude_characters="/\\#?%.", exclude_categories=("Cs",)), min_size=1, max_size=20
)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_no_body_is_our_fault(rest_plant: RestPlant, data: st.DataObject) -> None:
    path, schema = data.draw(st.sampled_from(posts(rest_plant)))
    for part in ("job_order_id", "station", "step_id", "evidence_id", "exception_id"):
        known = st.sampled_from(["JO-1", "DISP-01", "010", "record-reviewed"])
        path = path.replace(f"{{{part}}}", quote(data.draw(known | names)))
    path = path.replace("{physical_asset_id}", quote(data.draw(names)))
    raw = json.dumps(data.draw(bodies(schema))).encode()
    raw = data.draw(st.just(raw) | st.binary(max_size=60))
    who = data.draw(st.sampled_from(sorted(ACCOUNTS)))
    rest_plant.clock.now += timedelta(seconds=1)
    answer = await rest_plant.client.post(
        path,
        content=raw,
        auth=(who, PASSWORD),
        headers={"Content-Type": "application/json"},
        params={"check": data.draw(st.sampled_from(["true", "false", "perhaps"]))},
    )
    assert answer.status_code in OURS, f"{path} {raw!r}: {answer.status_code} {answer.text}"
    assert "json" in answer.headers["content-type"]


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 60_000,
        b"9" * 60_000,
        b'{"job_order_id": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"quantity": NaN}',
        b'\xff\xfe{"a": 1}',
        b"",
        b"null",
    ],
)
async def test_bytes_made_to_break_parsers_are_refused(rest_plant: RestPlant, raw: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await rest_plant.client.post(
        "/job-orders", content=raw, auth=("erp-01", PASSWORD), headers=headers
    )
    assert answer.status_code in (400, 422), answer.text
