"""Read the rules of a mapping file: which events follow from which tag values."""

from collections.abc import Callable, Mapping
from typing import Final

from mappings.language import (
    AlarmRule,
    BatchRule,
    CountRule,
    ParameterRule,
    Rule,
    Scalar,
    State,
    StateRule,
    Tag,
)
from mappings.load_scalars import scalar_of
from mappings.problems import Problems, did_you_mean
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Kind, Node
from models.isa95.equipment_event import EquipmentEventKind

_KINDS: Final = {
    "running": EquipmentEventKind.RUNNING,
    "stopped": EquipmentEventKind.STOPPED,
    "fault": EquipmentEventKind.FAULT,
}


def read_rules(top: Fields, tags: Mapping[str, Tag]) -> tuple[Rule, ...]:
    """Return the rules of all equipment; two that would say the same thing are a problem."""
    rules: list[Rule] = []
    for equipment in top.each("equipment", required=("id", "rules")):
        equipment_id = equipment.text("id")
        for node in equipment.items("rules"):
            rule = _rule(node, equipment_id, tags, top.problems)
            if rule is not None:
                _refuse_twin(rule, rules, top.problems)
                rules.append(rule)
    return tuple(rules)


def _refuse_twin(rule: Rule, rules: list[Rule], problems: Problems) -> None:
    for other in rules:
        same = (other.equipment_id, other.name) == (rule.equipment_id, rule.name)
        alarms = isinstance(rule, AlarmRule)  # several alarm words of one asset are usual
        if same and type(other) is type(rule) and not (alarms and other.tag != rule.tag):
            problems.add(
                rule.place,
                f"the rule of line {other.place.line} has the same name '{rule.name}'",
                "give one of them another 'name:', or remove it",
            )


def _rule(
    node: Node, equipment_id: str, tags: Mapping[str, Tag], problems: Problems
) -> Rule | None:
    """Return one rule; which keys it may have depends on which rule it is."""
    words = [value for key, value in node.entries if key.text == "rule"]
    if len(words) != 1 or words[0].kind is not Kind.TEXT:
        problems.add(node.place, "'rule' is missing here", "add 'rule: state' or another one")
        return None
    word = words[0].text
    if word not in _READERS:
        remedy = did_you_mean(word, tuple(_READERS))
        problems.add(words[0].place, f"unknown rule '{word}'", remedy)
        return None
    required, optional, reader = _READERS[word]
    fields = Fields(
        node,
        problems,
        required=("rule", "tag", *required),
        optional=("name", *optional),
    )
    tag = known_tag(fields, "tag", tags)
    return None if tag is None else reader(fields, equipment_id, tag, tags)


def known_tag(fields: Fields, key: str, tags: Mapping[str, Tag]) -> Tag | None:
    """Return the tag that a key names, which this file declares."""
    name = fields.text(key)
    if name and name not in tags:
        fields.reject(key, f"unknown tag '{name}'", did_you_mean(name, tuple(tags)))
    return tags.get(name)


def _asset(tag: Tag) -> str:
    """Return the physical asset of a tag, which names its states, batches and alarms."""
    return tag.name.partition(".")[0]


def _state(fields: Fields, equipment_id: str, tag: Tag, _: Mapping[str, Tag]) -> Rule | None:
    if not _is_countable(fields, tag):
        return None
    states: dict[Scalar, State] = {}
    for word, kind in _KINDS.items():
        for value, label in _labels(fields, word, tag).items():
            if value in states:
                reason = f"value {value} of '{tag.name}' is given a state twice"
                fields.reject(word, reason, "keep it in one of running, stopped and fault")
            states[value] = (kind, label)
    if not states:
        fields.reject("rule", "no value has a state", "add running:, stopped: or fault:")
    return StateRule(
        equipment_id=equipment_id,
        name=fields.text("name", _asset(tag)),
        tag=tag.name,
        states=states,
        place=fields.place,
    )


def _batch(fields: Fields, equipment_id: str, tag: Tag, tags: Mapping[str, Tag]) -> Rule | None:
    if not _is_countable(fields, tag):
        return None
    begins, ends = _values(fields, "begins", tag), _values(fields, "ends", tag)
    for both in begins & ends:
        fields.reject("ends", f"{both} begins a batch too", "keep it in one of them")
    number_tag = known_tag(fields, "number", tags) if fields.has("number") else None
    return BatchRule(
        equipment_id=equipment_id,
        name=fields.text("name", _asset(tag)),
        tag=tag.name,
        begins=begins,
        ends=ends,
        number_tag=None if number_tag is None else number_tag.name,
        place=fields.place,
    )


def _parameter(fields: Fields, equipment_id: str, tag: Tag, _: Mapping[str, Tag]) -> Rule:
    if fields.has("deadband") and not tag.address.is_number:
        fields.reject("deadband", f"'{tag.name}' is no number", "remove it")
    return ParameterRule(
        equipment_id=equipment_id,
        name=fields.text("name", tag.name),
        tag=tag.name,
        deadband=fields.number("deadband", 0.0, at_least=0.0),
        unit=tag.address.unit,
        place=fields.place,
    )


def _count(fields: Fields, equipment_id: str, tag: Tag, _: Mapping[str, Tag]) -> Rule | None:
    if not tag.address.is_whole_number:
        fields.reject("tag", f"'{tag.name}' is no whole number", "count with an integer tag")
        return None
    values_of_type = 2 ** (16 * tag.address.width)
    return CountRule(
        equipment_id=equipment_id,
        name=fields.text("name", tag.name),
        tag=tag.name,
        every=fields.whole_number("every", 1, at_least=1, at_most=10**9),
        rollover=fields.whole_number("rollover", values_of_type, at_least=2, at_most=2**63 - 1),
        unit=tag.address.unit,
        place=fields.place,
    )


def _alarm(fields: Fields, equipment_id: str, tag: Tag, _: Mapping[str, Tag]) -> Rule | None:
    if not _is_countable(fields, tag):
        return None
    bits: dict[int, str] = {}
    if fields.has("codes") == fields.has("bits"):
        fields.reject("rule", "an alarm has either codes or bits", "write one of codes: and bits:")
    if fields.has("bits") and not tag.address.is_whole_number:
        fields.reject("bits", f"'{tag.name}' has no bits", "use codes:, or an integer tag")
    else:
        for value, text in _labels(fields, "bits", tag).items():
            if isinstance(value, int) and 0 <= value < 16 * tag.address.width:
                bits[value] = text
            else:
                reason = f"bit {value} is not among the bits of '{tag.name}'"
                fields.reject("bits", reason, f"count from 0 to {16 * tag.address.width - 1}")
    return AlarmRule(
        equipment_id=equipment_id,
        name=fields.text("name", _asset(tag)),
        tag=tag.name,
        codes=_labels(fields, "codes", tag),
        bits=bits,
        place=fields.place,
    )


def _is_countable(fields: Fields, tag: Tag) -> bool:
    """Return whether the values of a tag can be listed one by one."""
    fraction = tag.address.is_number and not tag.address.is_whole_number
    if fraction:
        reason = f"'{tag.name}' may have fractions, which cannot be listed"
        fields.reject("tag", reason, "use a whole number, a bool or a string")
    return not fraction


def _labels(fields: Fields, key: str, tag: Tag) -> dict[Scalar, str]:
    """Return the 'value: label' pairs of a key."""
    labels: dict[Scalar, str] = {}
    for value_node, label in fields.entries(key):
        value = scalar_of(value_node, tag, fields.problems)
        if label.kind is not Kind.TEXT or not label.text.strip():
            reason = f"{label.kind.value}, where the name of value {value_node.text} is expected"
            fields.problems.add(label.place, reason, "write a text")
        elif value is not None:
            labels[value] = label.text
    return labels


def _values(fields: Fields, key: str, tag: Tag) -> frozenset[Scalar]:
    values = [scalar_of(node, tag, fields.problems) for node in fields.items(key)]
    if not values:
        fields.reject(key, "no value is listed", "list at least one")
    return frozenset(value for value in values if value is not None)


_Reader = Callable[[Fields, str, Tag, Mapping[str, Tag]], Rule | None]

_READERS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...], _Reader]]] = {
    "state": ((), ("running", "stopped", "fault"), _state),
    "batch": (("begins", "ends"), ("number",), _batch),
    "parameter": ((), ("deadband",), _parameter),
    "count": ((), ("every", "rollover"), _count),
    "alarm": ((), ("codes", "bits"), _alarm),
}
