"""Records as an earlier release stored them: what it said must stand, what it did not know may."""

import json


def is_part_of(older: str, newer: str) -> bool:
    """Return whether everything that the older JSON text says stands in the newer one as well.

    The same rows make more of a record in a later release than in the one that stored it.
    """
    return _is_part_of(json.loads(older), json.loads(newer))


def _is_part_of(older: object, newer: object) -> bool:
    match older, newer:
        case dict(), dict():
            return all(
                key in newer and _is_part_of(item, newer[key]) for key, item in older.items()
            )
        case list(), list():
            same_length = len(older) == len(newer)
            return same_length and all(map(_is_part_of, older, newer))
        case _:
            return older == newer
