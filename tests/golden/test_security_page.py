"""The page about security over OPC UA says what the tables of the face decide."""

from tests.golden import documents, security_page


def test_the_page_is_what_the_tables_say() -> None:
    assert documents.agrees(security_page.PAGE, security_page.page()), (
        "run it again with UPDATE_GOLDEN=1, and read what changed"
    )
