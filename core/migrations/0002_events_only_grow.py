"""The database itself refuses to change or delete an event; the chain gets its one end row."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "core_event"

SQLITE = [
    f"CREATE TRIGGER event_no_update BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, 'events are never changed'); END",
    f"CREATE TRIGGER event_no_delete BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END",
]
POSTGRESQL = [
    "CREATE FUNCTION core_event_is_final() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$",
    f"CREATE TRIGGER event_is_final BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION core_event_is_final()",
    f"CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION core_event_is_final()",
]
UNDO_SQLITE = ["DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"]
UNDO_POSTGRESQL = [
    f"DROP TRIGGER event_is_not_emptied ON {TABLE}",
    f"DROP TRIGGER event_is_final ON {TABLE}",
    "DROP FUNCTION core_event_is_final()",
]


def protect(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)
    apps.get_model("core", "ChainHead").objects.get_or_create(pk=1)


def unprotect(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNDO_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else UNDO_SQLITE:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_ground")]

    operations = [migrations.RunPython(protect, unprotect)]
