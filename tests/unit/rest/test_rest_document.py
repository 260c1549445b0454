"""The OpenAPI document: whole, true to the routes, and worth reading."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from server.command_path.catalogue import CATALOGUE, Subject
from server.command_path.field_texts import FIELD_TEXTS
from server.faces.rest.bodies import body_of
from tests.fix_rest import RestPlant

VERBS = {"get", "post", "put", "delete"}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for verb, operation in methods.items():
            yield verb, path, operation


@pytest.fixture
def document(rest_plant: RestPlant) -> dict[str, Any]:
    return json.loads(json.dumps(rest_plant.app.openapi()))


def test_it_is_a_valid_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"].keys() >= {"title", "version", "description"}
    ids = Counter(operation["operationId"] for _, _, operation in operations(document))
    assert [name for name, times in ids.items() if times > 1] == []
    for verb, path, operation in operations(document):
        assert verb in VERBS
        in_path = set(re.findall(r"{(\w+)}", path))
        said = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert in_path == said, path
        places = [(one["in"], one["name"]) for one in operation.get("parameters", [])]
        assert len(places) == len(set(places))
        assert all(re.fullmatch(r"[1-5]\d\d", status) for status in operation["responses"])


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', text)):
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
        assert place


def test_every_operation_says_what_it_does_and_what_it_answers(document: dict[str, Any]) -> None:
    tags = {one["name"] for one in document["tags"]}
    for verb, path, operation in operations(document):
        name = f"{verb} {path}"
        assert operation["summary"], name
        assert operation["description"], name
        assert set(operation["tags"]) <= tags, name
        statuses = operation["responses"].keys()
        assert statuses & {"200", "201"}, name
        assert statuses >= {"401", "422", "503"}, name
        for response in operation["responses"].values():
            assert response["description"], name
        for status in statuses - {"200", "201"}:
            assert "application/problem+json" in operation["responses"][status]["content"], name
        for one in operation.get("parameters", []):
            assert one.get("description"), f"{name}: {one['name']}"


def test_who_asks_is_said_once_for_all(document: dict[str, Any]) -> None:
    (name,) = document["security"][0]
    scheme = document["components"]["securitySchemes"][name]
    assert (scheme["type"], scheme["scheme"]) == ("http", "basic")


def test_every_heading_is_used_and_explained(document: dict[str, Any]) -> None:
    used = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
    for one in document["tags"]:
        assert one["description"]
        assert one["name"] in used | {"attachments"}, one["name"]
    assert {subject.value for subject in Subject} <= used


def test_every_command_has_its_route(document: dict[str, Any]) -> None:
    for entry in CATALOGUE.values():
        verb, _, path = entry.route.partition(" ")
        operation = document["paths"][path][verb.lower()]
        assert operation["summary"] == entry.title
        assert entry.description in operation["description"]
        assert "Takes one of the roles" in operation["description"]
        assert {"403", "409"} <= operation["responses"].keys()
        assert {"check", "idempotency-key"} <= {one["name"] for one in operation["parameters"]}


def test_every_member_of_a_body_is_described_and_bounded() -> None:
    for entry in CATALOGUE.values():
        body = body_of(entry)
        if body is None:
            continue
        schema = body.model_json_schema()
        assert schema["additionalProperties"] is False
        for name, member in schema["properties"].items():
            assert member.get("description"), f"{entry.command.__name__}.{name}"
        for text in strings(schema):
            assert {"maxLength", "pattern", "enum", "const", "format"} & text.keys(), entry.title


def strings(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema of a text; one without an end could be as long as anybody likes."""
    if isinstance(schema, dict):
        if schema.get("type") == "string" and "default" not in schema.get("properties", {}):
            yield schema
        for inner in schema.values():
            yield from strings(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from strings(inner)


def test_every_field_has_a_text_and_every_text_a_field() -> None:
    known = {"shown.job_order_id", "shown.step_id"}
    for kind, entry in CATALOGUE.items():
        for one in entry.fields:
            assert one.description, f"{kind.__name__}.{one.name}"
        for name in [one.name for one in entry.fields] + list(entry.inward):
            known |= {name, f"{kind.__name__}.{name}"}
    assert FIELD_TEXTS.keys() - known == set()
