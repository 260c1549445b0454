"""Every route, with everything that nobody should send: never our fault, never half done."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from models.execution.log_row import Cursor
from server.command_path.catalogue import CATALOGUE, Entry
from server.faces.rest.bodies import body_of
from server.faces.rest.command_routes import BY_HAND
from server.faces.rest.examples import EXAMPLES
from tests.fix_rest import PASSWORD, RestPlant

BEGINNING = Cursor(0, 0)
pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("cheap_passwords")]
ENTRIES = [pytest.param(entry, id=entry.method) for entry in CATALOGUE.values()]
NASTY: tuple[object, ...] = (
    *(None, True, -1, 10**30, 1.5, "", " ", "x" * 3000, "a\x00b", "\u202e", "🧪" * 90),
    *([[]], {"a": {}}, "1e999999 kg", "NaN", "0001-01-01T00:00:00+14:00"),
)
NAMES = ("x" * 101, "a%00b", "%F0%9F%A7%AA", "..", "%20", "'; DROP TABLE log_row; --")


def filled(entry: Entry, name: str | None = None) -> str:
    """Return the path with ids in it that nobody has."""

    def some(match: re.Match[str]) -> str:
        return name if name is not None else quote(f"no-such-{match[1]}")

    return re.sub(r"{(\w+)}", some, entry.path)


def example(entry: Entry) -> dict[str, Any]:
    """Return a body that could be right."""
    schema = body_of(entry)
    if schema is None:
        return {}
    made: dict[str, Any] = {}
    for name, field in schema.model_fields.items():
        if field.is_required():
            made[name] = _some(entry, name)
    return made


def _some(entry: Entry, name: str) -> Any:
    match name:
        case "password" | "second_password":
            return PASSWORD
        case "second_account":
            return "op-02"
        case "lot":
            return {"material_lot_id": "L-9", "material_definition_id": "ASCORBIC-ACID",
                    "disposition": "Restricted"}  # fmt: skip
        case "work_master":
            return {"work_master_id": "WM-9", "version": "1", "description": "x",
                    "material_definition_id": "VITC", "quantity": "1 kg", "steps": []}  # fmt: skip
        case "revision" if entry.method == "ReleaseDocument":
            return {"document_id": "SOP-9", "revision": "1"}
        case "disposition" | "cleanliness" | "severity" | "status" | "source":
            field = next(one for one in entry.fields if one.name == name)
            return field.choices[0] if field.choices else "released"
        case "effective" | "passed":
            return True
        case _:
            return EXAMPLES[name]


async def knock(plant: RestPlant, entry: Entry, who: str, path: str, **more: Any) -> Any:
    verb = entry.route.partition(" ")[0]
    return await plant.client.request(verb, path, auth=(who, PASSWORD), **more)


async def rows(plant: RestPlant) -> int:
    return int(await plant.log.count_behind(BEGINNING))


def who_may(entry: Entry) -> str:
    """Return an account; which one makes no difference to what cannot be understood."""
    return "hmi-01" if entry.is_at_a_station else "qa-01"


@pytest.mark.parametrize("entry", ENTRIES)
async def test_wrong_members_are_invalid_and_nothing_is_written(
    rest_plant: RestPlant, entry: Entry
) -> None:
    right, path, who = example(entry), filled(entry), who_may(entry)
    before = await rows(rest_plant)
    sent = 0
    for name in right:
        for value in NASTY:
            answer = await knock(rest_plant, entry, who, path, json={**right, name: value})
            assert answer.status_code in (200, 201, 403, 409, 422), f"{name}={value!r}"
            sent += answer.status_code != 422
            if answer.status_code == 422:
                assert answer.json()["problems"], f"{name}={value!r}"
    for body in ({**right, "surplus": 1}, [right], "text", 5, {"x": right}):
        if entry.command in BY_HAND or body_of(entry) is not None:
            answer = await knock(rest_plant, entry, who, path, json=body)
            assert answer.status_code == 422, f"{body!r}: {answer.text}"
    assert sent <= await rows(rest_plant) - before <= sent * 4, "what is invalid leaves no trace"


@pytest.mark.parametrize("entry", ENTRIES)
async def test_ids_that_nobody_has_are_refused_or_denied_and_on_record(
    rest_plant: RestPlant, entry: Entry
) -> None:
    for number, name in enumerate((None, *NAMES)):
        path = filled(entry, name)
        key = {"Idempotency-Key": f"key-{number}"}
        before = await rows(rest_plant)
        answer = await knock(
            rest_plant, entry, who_may(entry), path, json=example(entry), headers=key
        )
        assert answer.status_code in (200, 201, 403, 404, 405, 409, 422), answer.text
        if answer.status_code in (403, 409):
            assert answer.json()["decision_id"] == key["Idempotency-Key"]
            assert await rows(rest_plant) > before
        elif answer.status_code >= 400:
            assert await rows(rest_plant) == before


@pytest.mark.parametrize("entry", ENTRIES)
async def test_bytes_that_are_no_body_are_turned_away(rest_plant: RestPlant, entry: Entry) -> None:
    if body_of(entry) is None and entry.command not in BY_HAND:
        pytest.skip("takes no body")
    before, path, who = await rows(rest_plant), filled(entry), who_may(entry)
    for raw in (b"{", b"\xff\xfe", b"[" * 5000, b'{"a": "\\ud800"}', b"a: [1"):
        for kind in ("application/json", "text/plain", "application/yaml"):
            headers = {"Content-Type": kind}
            answer = await knock(rest_plant, entry, who, path, content=raw, headers=headers)
            assert answer.status_code in (400, 422), f"{kind} {raw[:9]!r}: {answer.text}"
            assert answer.headers["content-type"] == "application/problem+json"
    assert await rows(rest_plant) == before


@pytest.mark.parametrize("entry", ENTRIES)
async def test_a_command_id_with_other_content_is_a_mistake(
    rest_plant: RestPlant, entry: Entry
) -> None:
    key, who = {"Idempotency-Key": "once"}, who_may(entry)
    first = await knock(rest_plant, entry, who, filled(entry), json=example(entry), headers=key)
    before = await rows(rest_plant)
    again = await knock(rest_plant, entry, who, filled(entry), json=example(entry), headers=key)
    other = await rest_plant.client.post(
        "/job-orders/OTHER/start", auth=(who, PASSWORD), headers=key
    )
    assert first.status_code in (200, 201, 403, 409), first.text
    assert (again.status_code, again.json()["duplicate"]) == (first.status_code, True)
    assert other.status_code == 422
    assert other.json()["problems"][0]["where"] == "command_id"
    assert await rows(rest_plant) == before


async def test_every_way_of_reading_takes_whatever_is_asked(rest_plant: RestPlant) -> None:
    document = rest_plant.app.openapi()
    before = await rows(rest_plant)
    for path, methods in document["paths"].items():
        if "get" not in methods or path == "/events":
            continue
        for name in ("no-such", *(name for name in NAMES if name != "..")):
            url = re.sub(r"{\w+}", lambda _, name=name: name, path)
            for query in (
                "",
                "?limit=0",
                "?limit=1e9",
                "?cursor=" + "x" * 9000,
                "?after=%00",
                "?state=Asleep",
                "?start=now&end=then",
                "?limit=2&cursor=%F0%9F%A7%AA",
            ):
                answer = await rest_plant.get(url + query, "qa-01")
                assert answer.status_code in (200, 404, 422), f"{url}{query}: {answer.text}"
                if answer.status_code == 422:
                    assert answer.headers["content-type"] == "application/problem+json"
    assert await rows(rest_plant) == before


def test_the_examples_of_the_document_are_right() -> None:
    for entry in CATALOGUE.values():
        body = body_of(entry)
        if body is not None:
            body.model_validate_json(json.dumps(example(entry)))
            for name, field in body.model_fields.items():
                for one in field.examples or ():
                    if name not in ("revision", "status"):
                        body.model_validate_json(json.dumps({**example(entry), name: one}))
