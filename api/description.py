"""The OpenAPI description: what is said about the whole API, and Swagger UI from installed assets."""

from __future__ import annotations

import importlib.util
import inspect
import json
from enum import Enum
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from litestar import Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin, YamlRenderPlugin
from litestar.openapi.spec import License, OpenAPI, Parameter, Schema, Server, Tag
from litestar.openapi.spec.enums import OpenAPIType
from litestar.plugins import OpenAPISchemaPlugin
from litestar.static_files import create_static_files_router

from api.schemas import Asked, Wire

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator
    from litestar.typing import FieldDefinition

DOCS_PATH: Final = "/docs"
ASSETS_PATH: Final = "/docs/assets"

DESCRIPTION: Final = """\
Who said it, where, and is it quoted consistently? Quotetrace reads news articles, resolves who said
each quote, and keeps speaker-quote-source records.

* **Attribute** finds the quotes of a text and says who said each; nothing is stored.
* **Articles** puts articles into the archive; **Quotes** and **Speakers** search it.
* **Statements** answers who said some words, in which outlets, and how consistently.
* **Verify** checks a claimed quote and gives a verdict with its evidence.
* **Decisions** lets people correct whose words they are, and keeps a history.
* **Decisions** lets people correct whose words they are, and keeps a history.

Offsets are half-open character offsets (Unicode code points) into the text exactly as it was sent.
Every error is `application/problem+json` (RFC 9457); `GET /api/v1/problems` lists the kinds.
"""

TAGS: Final = (
    Tag("Attribute", description="Find the quotes of a text and say who said each. Nothing is stored."),
    Tag("Articles", description="Put articles into the archive and read them back."),
    Tag("Quotes", description="Search the quotes of the archive."),
    Tag(
        "Statements", description="One utterance across outlets: who said it, and is it quoted consistently?"
    ),
    Tag("Verify", description="Did X say this? A verdict with its evidence."),
    Tag("Speakers", description="Who is quoted, under which names."),
    Tag(
        "Decisions",
        description="What people decide about speakers: two are one, one is two, a quote is another's. "
        "Each with who and why, never overwritten, and undoable.",
    ),
    Tag("Outlets", description="The publishers in the archive."),
    Tag("Service", description="Whether the service is up, and what its errors mean."),
)


@cache
def recorded_examples() -> dict[str, dict[str, Any]]:
    """Return example answers by the structure's name; `openapi/record_examples.py` makes them."""
    recorded: dict[str, dict[str, Any]] = json.loads(
        files("api").joinpath("examples.json").read_text(encoding="utf-8")
    )
    return recorded


class DescribedStructs(OpenAPISchemaPlugin):
    """Litestar's schema of a structure, with what our structures say about themselves added.

    Litestar takes the fields over but drops the doc string, the example and the refusal of unknown
    fields; a client generated from the description would know none of them.
    """

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Take our own structures; everything else stays with Litestar."""
        return not field_definition.is_union and field_definition.is_subclass_of(Wire)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: SchemaCreator) -> Schema:
        """Return the schema that Litestar makes of one structure, completed."""
        litestars = next(
            plugin
            for plugin in schema_creator.plugins
            if plugin is not self
            and isinstance(plugin, OpenAPISchemaPlugin)
            and plugin.is_plugin_supported_field(field_definition)
        )
        schema: Schema = litestars.to_openapi_schema(field_definition, schema_creator)
        structure: type[Wire] = field_definition.type_
        schema.description = inspect.getdoc(structure)
        example = structure.example or recorded_examples().get(structure.__name__)
        if example is not None:
            schema.examples = [_with_nulls(example)]
        if issubclass(structure, Asked):
            schema.additional_properties = False
        return schema


class _Null(Enum):
    """A null that survives: Litestar drops `None` from a description, also inside an example."""

    NULL = None


def _with_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_nulls(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_nulls(item) for item in value]
    return _Null.NULL if value is None else value


def tidy(openapi: OpenAPI) -> None:
    """Say in the description what Litestar leaves vague; call it before the description is served.

    An optional query parameter is described as "string or null" with its limits beside the choice, and
    a lower limit of 0 is lost. No query can hold a null, and forms and test generators made from such a
    schema offer nonsense. Whole limits of whole numbers are written as whole numbers.
    """
    openapi.paths = dict(sorted((openapi.paths or {}).items()))
    for path in openapi.paths.values():
        for operation in (path.get, path.post, path.put, path.patch, path.delete):
            for parameter in (operation.parameters if operation else None) or ():
                if isinstance(parameter, Parameter) and isinstance(parameter.schema, Schema):
                    _tidy_parameter(parameter, parameter.schema)
    for schema in ((openapi.components and openapi.components.schemas) or {}).values():
        for field in (schema.properties or {}).values():
            if isinstance(field, Schema):
                _tidy_limits(field)


def _tidy_parameter(parameter: Parameter, schema: Schema) -> None:
    choices = [one for one in schema.one_of or () if isinstance(one, Schema)]
    if choices and any(one.type == OpenAPIType.NULL for one in choices):
        (only,) = (one for one in choices if one.type != OpenAPIType.NULL)
        schema.one_of = None
        schema.type, schema.format, schema.enum = only.type, only.format, only.enum
    if isinstance(schema.type, list):
        (schema.type,) = (one for one in schema.type if one != OpenAPIType.NULL)
        schema.enum = [one for one in schema.enum or () if one is not None] or None
    if schema.maximum is not None and schema.minimum is None:
        schema.minimum = 0
    if parameter.description == schema.description:
        schema.description = None
    _tidy_limits(schema)


def _tidy_limits(schema: Schema) -> None:
    if schema.type == OpenAPIType.INTEGER:
        schema.minimum = None if schema.minimum is None else int(schema.minimum)
        schema.maximum = None if schema.maximum is None else int(schema.maximum)


def swagger_ui_assets() -> Path:
    """Return the folder of the installed Swagger UI (>= 5, which is what renders OpenAPI 3.1).

    It is looked up without importing the package that carries it, which we need for its files only.
    """
    spec = importlib.util.find_spec("swagger_ui")
    if spec is None or spec.origin is None:
        msg = "Swagger UI's files are missing: pip install swagger-ui-py"
        raise RuntimeError(msg)
    return Path(spec.origin).parent / "static"


def assets_router() -> Router:
    """Serve the files of Swagger UI; a browser without internet reaches nothing else."""
    return create_static_files_router(
        path=ASSETS_PATH,
        directories=[swagger_ui_assets()],
        name="swagger-ui",
        include_in_schema=False,
        cache_control=None,
    )


def openapi_config() -> OpenAPIConfig:
    """Describe the whole API; paths and schemas come from the routes."""
    return OpenAPIConfig(
        title="Quotetrace",
        version=version("quotetrace"),
        summary="Speaker-quote-source records from news.",
        description=DESCRIPTION,
        license=License(name="Apache License 2.0", identifier="Apache-2.0"),
        servers=[Server(url="/", description="This server")],
        tags=list(TAGS),
        use_handler_docstrings=True,
        path=DOCS_PATH,
        render_plugins=[
            SwaggerRenderPlugin(
                path="/",
                js_url=f"{ASSETS_PATH}/swagger-ui-bundle.js",
                css_url=f"{ASSETS_PATH}/swagger-ui.css",
                standalone_preset_js_url=f"{ASSETS_PATH}/swagger-ui-standalone-preset.js",
                favicon=f'<link rel="icon" type="image/png" href="{ASSETS_PATH}/favicon-32x32.png">',
            ),
            JsonRenderPlugin(path="/openapi.json"),
            YamlRenderPlugin(path="/openapi.yaml"),
        ],
    )
