"""dbt's manifest as a release has it: without what says where, when and who made it."""

from collections.abc import Mapping

# What dbt writes of the machine and the moment of a build, and of the SQL that came out of
# both: paths of raw files, say. `--state` compares what was written by hand.
PRIVATE_FIELDS = {"root_path", "compiled", "compiled_code", "compiled_path", "build_path", "created_at"}
PRIVATE_METADATA = {
    "env", "user_id", "invocation_id", "invocation_started_at", "run_started_at", "generated_at",
}


def public_manifest(manifest: Mapping) -> dict:
    """The manifest without what says where, when and who made it.

    Two builds of the same project have the same one.
    """
    public = without(manifest, PRIVATE_FIELDS)
    public["metadata"] = {
        name: value
        for name, value in manifest["metadata"].items()
        if name not in PRIVATE_METADATA
    }
    return public


def without(value: object, fields: set[str]) -> object:
    """A tree of dictionaries and lists without some of the fields, wherever they are."""
    if isinstance(value, dict):
        return {name: without(item, fields) for name, item in value.items() if name not in fields}
    if isinstance(value, list):
        return [without(item, fields) for item in value]
    return value
