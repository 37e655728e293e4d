"""The OpenAPI 3.1 description of /api/v1, made of the records themselves."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from console.app import version
from console.web.api_reading import KINDS, MOST, USUAL
from console.web.operations import OPERATIONS, Operation
from processing.store import FIELDS
from schemas.people import AuditEntry

__all__ = ["description"]


def _parameter(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"type": kind, **more}}


def _json(schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def description() -> dict[str, Any]:
    """The OpenAPI 3.1 description, made of the records themselves."""
    schemas: dict[str, Any] = {
        "Error": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
    }
    for cls in (*KINDS.values(), AuditEntry):
        made = TypeAdapter(cls).json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        schemas.update(made.pop("$defs", {}))
        schemas[cls.__name__] = made
    schemas["Finding"]["properties"]["gap"] = {"type": ["number", "string", "null"]}  # "Infinity" against a zero
    failures = {
        str(status): _json({"$ref": "#/components/schemas/Error"}, text)
        for status, text in ((400, "What was asked is not understood"), (503, "The store cannot be read"))
    }
    paths: dict[str, Any] = {"/api/v1/search": {"get": _search_operation(failures)}}
    for name, cls in KINDS.items():
        paths[f"/api/v1/{name}"] = {"get": _list_operation(name, cls, failures)}
        paths[f"/api/v1/{name}/{{id}}"] = {"get": _one_operation(name, cls, failures)}
    paths["/api/v1/audit"] = {"get": _list_operation("audit", AuditEntry, failures)}
    paths["/api/v1/topics"] = {"get": _topic_operation("list_topics", _page_schema({"type": "object"}), failures)}
    paths["/api/v1/topics/{id}"] = {"get": _topic_operation("get_topic", {"type": "object"}, failures, one=True)}
    for operation in OPERATIONS:
        paths.setdefault(f"/api/v1{operation.path}", {})[operation.method.lower()] = _writing(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Counterclaim", "version": version(), "description": "The records of a desk."},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _pages() -> list[dict[str, Any]]:
    return [_parameter("limit", "integer", minimum=1, maximum=MOST, default=USUAL), _parameter("cursor")]


def _page_schema(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {
        "items": {"type": "array", "items": items},
        "next": {"type": ["string", "null"]},
        "total": {"type": "integer"},
    }
    return {"type": "object", "required": [*told, *more], "properties": {**told, **more}}


def _list_operation(name: str, cls: type, failures: dict[str, Any]) -> dict[str, Any]:
    orders = [sign + field for field in FIELDS[cls] for sign in ("", "-")]
    fields = [_parameter(field) for field in FIELDS[cls]]
    schema = _page_schema({"$ref": f"#/components/schemas/{cls.__name__}"})
    return {
        "operationId": f"list_{name.replace('-', '_')}",
        "parameters": [*_pages(), _parameter("order", enum=orders), *fields],
        "responses": {"200": _json(schema, f"A page of {name}"), "304": {"description": "Not changed"}, **failures},
    }


def _one_operation(name: str, cls: type, failures: dict[str, Any]) -> dict[str, Any]:
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    missing = {"404": _json({"$ref": "#/components/schemas/Error"}, "There is none of that id")}
    found = _json({"$ref": f"#/components/schemas/{cls.__name__}"}, "The record")
    return {
        "operationId": f"get_{name.replace('-', '_')}",
        "parameters": [id],
        "responses": {"200": found, "304": {"description": "Not changed"}, **missing, **failures},
    }


_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _topic_operation(
    name: str, schema: dict[str, Any], failures: dict[str, Any], *, one: bool = False
) -> dict[str, Any]:
    missing = {"404": _json({"$ref": "#/components/schemas/Error"}, "There is none of that name")}
    return {
        "operationId": name,
        "parameters": [_ID] if one else [],
        "responses": {
            "200": _json(schema, "Topic files"),
            "304": {"description": "Not changed"},
            **(missing if one else {}),
            **failures,
        },
    }


_FAILURES = {
    400: "What was sent is not understood, or not possible",
    403: "This user may not, or nothing can be changed from here",
    404: "There is none of that id",
    412: "It was changed since it was read",
    413: "Too long",
    415: "No JSON",
    503: "The store cannot be written",
}


def _writing(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    """One operation that changes something; its body's schema goes among the others."""
    name = operation.sent.__name__.strip("_")
    made = operation.sent.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(made.pop("$defs", {}))
    schemas[name] = made
    gives: dict[str, Any] = (
        {"$ref": f"#/components/schemas/{operation.gives}"} if operation.gives else {"type": "object"}
    )
    done = {"description": "Gone"} if operation.status == 204 else _json(gives, "What it is now")
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
    match = {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}}
    return {
        "operationId": operation.name,
        "summary": operation.does,
        "parameters": [*([_ID] if "{id}" in operation.path else []), *([match] if name == "ActOn" else [])],
        **({"requestBody": body} if operation.method != "DELETE" else {}),
        "responses": {
            str(operation.status): done,
            **{str(s): _json({"$ref": "#/components/schemas/Error"}, text) for s, text in _FAILURES.items()},
        },
    }


def _search_operation(failures: dict[str, Any]) -> dict[str, Any]:
    either = {"anyOf": [{"$ref": "#/components/schemas/Article"}, {"$ref": "#/components/schemas/Claim"}]}
    schema = _page_schema(either, capped={"type": "boolean"}, facets={"type": "object"})
    words = {"name": "q", "in": "query", "required": True, "schema": {"type": "string", "minLength": 1}}
    return {
        "operationId": "search",
        "parameters": [words, _parameter("of", enum=["articles", "claims"]), *_pages()],
        "responses": {
            "200": _json(schema, "A page of what was found"),
            "304": {"description": "Not changed"},
            **failures,
        },
    }
