"""Reads bodies of Microsoft Graph with Microsoft's published models, and writes each as the SDK would send it.

Standard input has a JSON list of ``{"model": …, "body": …}``, standard output the list of bodies.
"""

import importlib
import json
import sys

from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from kiota_serialization_json.json_serialization_writer_factory import JsonSerializationWriterFactory

JSON = "application/json"


def model(name):
    """Return the class of a model, such as ``Application`` or ``ServicePrincipal``."""
    place, kind = name.rsplit(".", 1)
    return getattr(importlib.import_module(f"msgraph.generated.{place}"), kind)


def reserialised(name, body):
    """Parse a body, and refuse members that the model does not know: the SDK keeps those as additional data."""
    node = JsonParseNodeFactory().get_root_parse_node(JSON, json.dumps(body).encode())
    known = node.get_object_value(model(name))
    writer = JsonSerializationWriterFactory().get_serialization_writer(JSON)
    writer.write_object_value(None, known)
    return {"body": json.loads(writer.get_serialized_content()), "unknown": unknown(known)}


def unknown(known, path=""):
    """Return the paths of members that the models do not declare, however deep."""
    found = [f"{path}{name}" for name in getattr(known, "additional_data", None) or {}]
    for name, value in vars(known).items():
        for each in value if isinstance(value, list) else [value]:
            if hasattr(each, "serialize"):
                found += unknown(each, f"{path}{name}.")
    return found


json.dump([reserialised(each["model"], each["body"]) for each in json.load(sys.stdin)], sys.stdout)
