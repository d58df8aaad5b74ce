from config.environment import BACKEND
from logbook.graphql.schema import schema


def test_the_exported_schema_is_the_schema() -> None:
    """If not: `manage.py export_schema logbook.graphql.schema --path schema.graphql`."""
    assert (BACKEND / "schema.graphql").read_text() == schema.as_str()
