"""The server that the conformance suite asks for, behind the door of `django_entrance.contrib.mcp`.

The suite sends no token. So this application adds one to each of its requests, before the door. It runs with Logbook's
settings.
"""

from __future__ import annotations

import asyncio
import os
from typing import Annotated, Any, Literal

from django.core.asgi import get_asgi_application

site = get_asgi_application()

from django_entrance.contrib.mcp import current_request, serve_mcp, signed_in_required  # noqa: E402
from events import Events  # noqa: E402
from mcp.server import MCPServer  # noqa: E402
from mcp.server.mcpserver import Context  # noqa: E402
from mcp.server.mcpserver.exceptions import ToolError  # noqa: E402
from mcp.server.mcpserver.prompts.base import Message, UserMessage  # noqa: E402
from mcp.server.mcpserver.tools import Tool  # noqa: E402
from mcp.types import (  # noqa: E402
    AudioContent,
    Completion,
    EmbeddedResource,
    ImageContent,
    SamplingMessage,
    TextContent,
    TextResourceContents,
)
from pydantic import BaseModel, Field  # noqa: E402

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {"type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"}}},
    },
    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"}},
    "additionalProperties": False,
}


def with_schema() -> Tool:
    """Return a tool with a schema that its arguments do not tell."""

    def json_schema_2020_12_tool() -> str:
        """Tool with JSON Schema 2020-12 features."""
        return ""

    tool = Tool.from_function(json_schema_2020_12_tool)
    tool.parameters = SCHEMA
    return tool


server = MCPServer("Conformance", log_level="WARNING", tools=[with_schema()])


def text(said: str) -> TextContent:
    return TextContent(type="text", text=said)


def resource(uri: str, mime_type: str, said: str) -> EmbeddedResource:
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type=mime_type, text=said))


image = ImageContent(type="image", data=PNG, mime_type="image/png")


@server.tool()
@signed_in_required
def test_simple_text() -> str:
    """Return a text."""
    assert current_request().user.is_authenticated
    return "This is a simple text response for testing."


@server.tool()
def test_image_content() -> list[ImageContent]:
    """Return an image."""
    return [image]


@server.tool()
def test_audio_content() -> list[AudioContent]:
    """Return a sound."""
    return [AudioContent(type="audio", data=WAV, mime_type="audio/wav")]


@server.tool()
def test_embedded_resource() -> list[EmbeddedResource]:
    """Return a resource."""
    return [resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")]


@server.tool()
def test_multiple_content_types() -> list[TextContent | ImageContent | EmbeddedResource]:
    """Return several contents."""
    mixed = resource("test://mixed-content-resource", "application/json", '{"test":"data","value":123}')
    return [text("Multiple content types test:"), image, mixed]


@server.tool()
async def test_tool_with_logging(ctx: Context) -> str:
    """Send three lines of a log."""
    for line in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.info(line)
        await asyncio.sleep(0.05)
    return "Done"


@server.tool()
def test_error_handling() -> str:
    """Fail."""
    raise ToolError("This tool intentionally returns an error for testing")


@server.tool()
async def test_tool_with_progress(ctx: Context) -> str:
    """Report progress."""
    for done in (0, 50, 100):
        await ctx.report_progress(done, 100)
        await asyncio.sleep(0.05)
    return "Done"


@server.tool()
async def test_sampling(prompt: str, ctx: Context) -> str:
    """Ask the client's model."""
    asked = SamplingMessage(role="user", content=text(prompt))
    answer = await ctx.session.create_message([asked], max_tokens=100, related_request_id=ctx.request_id)
    return f"LLM response: {getattr(answer.content, 'text', '')}"


class Contact(BaseModel):
    username: Annotated[str, Field(description="User's response")]
    email: Annotated[str, Field(description="User's email address")]


@server.tool()
async def test_elicitation(message: str, ctx: Context) -> str:
    """Ask the person."""
    answer = await ctx.elicit(message, Contact)
    return f"User response: {answer.action}"


class Defaults(BaseModel):
    name: str = "John Doe"
    age: int = 30
    score: float = 95.5
    status: Literal["active", "inactive", "pending"] = "active"
    verified: bool = True


@server.tool()
async def test_elicitation_sep1034_defaults(ctx: Context) -> str:
    """Ask the person, with a default for each answer."""
    answer = await ctx.elicit("Defaults?", Defaults)
    return f"Elicitation completed: action={answer.action}, content={{}}"


def titled(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"const": value, "title": title} for value, title in pairs]


THREE = ["option1", "option2", "option3"]
FIRST = titled(("value1", "First Option"), ("value2", "Second Option"), ("value3", "Third Option"))
CHOICES: dict[str, Any] = {
    "untitledSingle": {"type": "string", "enum": THREE},
    "titledSingle": {"type": "string", "oneOf": FIRST},
    "legacyEnum": {
        "type": "string",
        "enum": ["opt1", "opt2", "opt3"],
        "enumNames": ["Option One", "Option Two", "Option Three"],
    },
    "untitledMulti": {"type": "array", "items": {"type": "string", "enum": THREE}},
    "titledMulti": {"type": "array", "items": {"anyOf": FIRST}},
}


@server.tool()
async def test_elicitation_sep1330_enums(ctx: Context) -> str:
    """Ask the person to choose, in each form of a choice."""
    schema = {"type": "object", "properties": CHOICES}
    answer = await ctx.session.elicit_form("Choices?", schema, related_request_id=ctx.request_id)
    return f"Elicitation completed: action={answer.action}, content={{}}"


@server.tool()
async def test_reconnection(ctx: Context) -> str:
    """Close the stream in the middle of the call."""
    await ctx.close_sse_stream()
    await asyncio.sleep(0.1)
    return "Reconnected"


@server.resource("test://static-text", mime_type="text/plain")
def static_text() -> str:
    """A text."""
    return "This is the content of the static text resource."


@server.resource("test://static-binary", mime_type="image/png")
def static_binary() -> bytes:
    """An image."""
    return b"\x89PNG"


@server.resource("test://template/{id}/data", mime_type="application/json")
def template(id: str) -> str:
    """A template."""
    return f'{{"id":"{id}","templateTest":true,"data":"Data for ID: {id}"}}'


@server.prompt()
def test_simple_prompt() -> str:
    """A prompt."""
    return "This is a simple prompt for testing."


@server.prompt()
def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """A prompt with arguments."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


@server.prompt()
def test_prompt_with_embedded_resource(resourceUri: str) -> list[Message]:  # of the suite
    """A prompt with a resource."""
    embedded = resource(resourceUri, "text/plain", "Embedded resource content for testing.")
    asked = text("Please process the embedded resource above.")
    return [UserMessage(embedded), UserMessage(asked)]


@server.prompt()
def test_prompt_with_image() -> list[Message]:
    """A prompt with an image."""
    asked = text("Please analyze the image above.")
    return [UserMessage(image), UserMessage(asked)]


@server.completion()
async def complete(ref: Any, argument: Any, context: Any) -> Completion:
    return Completion(values=["paris", "park", "party"])


mounted = serve_mcp(site, server, event_store=Events(), retry_interval=500)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serve each request with the token of the environment."""
    if scope["type"] == "http":
        token = f"Bearer {os.environ['CONFORMANCE_TOKEN']}".encode()
        scope = {**scope, "headers": [*scope["headers"], (b"authorization", token)]}
    await mounted(scope, receive, send)
