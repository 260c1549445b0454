"""Read the ``tests:`` block of a mapping file: values in, events out."""

from collections.abc import Collection, Mapping
from typing import Final

from mappings.language import ExpectedEvent, MappingTest, Scalar, Tag, TestStep
from mappings.load_scalars import scalar_of
from mappings.problems import did_you_mean
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Kind
from models.isa95.equipment_event import EquipmentEventKind

BAD: Final = "BAD"
"""The word that stands for a value that could not be read."""


def read_tests(
    top: Fields, tags: Mapping[str, Tag], equipment_ids: Collection[str]
) -> tuple[MappingTest, ...]:
    """Return the tests of a file."""
    return tuple(
        MappingTest(
            name=fields.text("name"),
            steps=tuple(
                _step(step, tags, equipment_ids)
                for step in fields.each("steps", required=("values", "events"))
            ),
            place=fields.place,
        )
        for fields in top.each("tests", required=("name", "steps"))
    )


def _step(fields: Fields, tags: Mapping[str, Tag], equipment_ids: Collection[str]) -> TestStep:
    values: dict[str, Scalar | None] = {}
    for key, node in fields.entries("values"):
        tag = tags.get(key.text)
        if tag is None:
            remedy = did_you_mean(key.text, tuple(tags))
            fields.problems.add(key.place, f"unknown tag '{key.text}'", remedy)
        elif node.kind is Kind.TEXT and node.text == BAD:
            values[tag.name] = None
        else:
            values[tag.name] = scalar_of(node, tag, fields.problems)
    return TestStep(
        values=values,
        events=tuple(
            _expected(event, equipment_ids)
            for event in fields.each(
                "events", required=("event", "equipment"), optional=("name", "value")
            )
        ),
        place=fields.place_of("values"),
    )


def _expected(fields: Fields, equipment_ids: Collection[str]) -> ExpectedEvent:
    equipment_id = fields.text("equipment")
    if equipment_id and equipment_id not in equipment_ids:
        remedy = did_you_mean(equipment_id, tuple(equipment_ids))
        fields.reject("equipment", f"no rule is about '{equipment_id}'", remedy)
    return ExpectedEvent(
        equipment_id=equipment_id,
        kind=fields.choice("event", EquipmentEventKind.RUNNING),
        name=fields.text_or_none("name"),
        value=fields.text_or_none("value"),
        place=fields.place,
    )
