"""The SQL beside the code: every query has its name, every migration its number."""

import re
from pathlib import Path

import historian
from historian import named_sql

FOLDER = Path(historian.__file__).parent
STORES = {
    "execution_log": "execution_log.py",
    "tag_values": "tag_values.py",
    "outbox": "outbox.py",
    "describe": "describe.py",
}


def test_every_query_is_used_and_every_name_exists() -> None:
    for store, module in STORES.items():
        source = (FOLDER / module).read_text()
        for name in named_sql.queries(store):
            assert f'"{name}"' in source, f"{store}.sql: {name} is asked for by nobody"


def test_a_query_is_one_statement_without_comments() -> None:
    for store in STORES:
        for name, query in named_sql.queries(store).items():
            assert query.count(b";") == 1, name
            assert query.endswith(b";"), name
            assert b"--" not in query, name


def test_migrations_count_without_gap() -> None:
    found = named_sql.migrations()
    assert list(found) == list(range(1, len(found) + 1))


def test_every_file_says_first_what_it_is_for() -> None:
    for path in FOLDER.rglob("*.sql"):
        assert path.read_text().startswith("-- "), path.name


def test_every_function_of_the_owner_pins_its_search_path() -> None:
    schema = (FOLDER / "sql" / "schema.sql").read_text()
    heads = re.findall(r"CREATE FUNCTION (interlock\.\w+)(.*?)AS \$\$", schema, re.DOTALL)
    assert len(heads) > 10
    for name, head in heads:
        assert "SET search_path = pg_catalog, pg_temp" in head, name
