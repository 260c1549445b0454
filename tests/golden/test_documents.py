"""The pages about refusals, outcomes and roles say what the code does."""

from tests.golden import documents

ADVICE = "run it again with UPDATE_GOLDEN=1, and read what changed"


def test_page_of_refusals_is_the_catalogue() -> None:
    assert documents.agrees(documents.REFUSALS, documents.refusals_page()), ADVICE


def test_page_of_outcomes_is_what_the_faces_answer() -> None:
    assert documents.agrees(documents.OUTCOMES, documents.outcomes_page()), ADVICE


def test_page_of_roles_is_what_is_authorized() -> None:
    assert documents.agrees(documents.ROLES, documents.roles_page()), ADVICE
