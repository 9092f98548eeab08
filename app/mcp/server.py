"""The MCP server: tools and resources, over any transport of the official SDK and in both eras of the protocol.

It keeps nothing between two requests, so that any process can answer any of them.
"""

from collections.abc import Callable
from typing import Any

import mcp_types as types
from fastapi import FastAPI
from mcp.server.caching import CacheHint
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from starlette.requests import Request

from app import __version__
from app.errors import InvalidRequestError
from app.mcp.answers import Answer, as_text
from app.mcp.articles import read_article
from app.mcp.calls import DEFAULT_BASE, Api, RefusalError
from app.mcp.links import Links
from app.mcp.parameters import Arguments
from app.mcp.quotes import DEFAULT_TOKENS
from app.mcp.tools import INSTRUCTIONS, TOOLS, call_tool, refusal_text

URI_PREFIX = "dateline://articles/"
"""The beginning of the URIs of articles."""

# Lists of tools and templates change with a release; articles with a publish.
CATALOG_MILLISECONDS = 3_600_000
"""Time for which clients may keep the lists of tools and of templates, in milliseconds."""

READ_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

Context = Any
"""The context that the SDK passes to handlers; `request` is that of HTTP, None for others."""


class McpServer:
    """The tools and resources of an application."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._has_page: bool = app.state.settings.page
        self._default_base: str = app.state.settings.public_url or DEFAULT_BASE

    def protocol_server(self) -> Server[Any]:
        """Return the server of the SDK, for one run of a transport."""
        catalog = CacheHint(CATALOG_MILLISECONDS, "public")
        return Server(
            "dateline",
            title="Dateline",
            version=__version__,
            instructions=INSTRUCTIONS,
            cache_hints={"tools/list": catalog, "resources/templates/list": catalog, "server/discover": catalog},
            get_tool_input_schema=lambda name: TOOLS[name].input_schema() if name in TOOLS else None,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_list_resource_templates=self._list_templates,
            on_read_resource=self._read_resource,
        )

    def _api(self, context: Context) -> Api:
        """Return the API as the client of a request sees it."""
        request: Request | None = context.request
        if request is None:
            return Api(self._app, self._default_base)
        return Api(self._app, str(request.base_url).rstrip("/"), request.scope)

    def _links(self, api: Api) -> Links:
        return Links(api.base, self._has_page)

    async def _list_tools(self, _context: Context, _params: object) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    title=tool.title,
                    description=tool.description,
                    input_schema=tool.input_schema(),
                    output_schema=tool.output_schema(),
                    annotations=READ_ONLY,
                )
                for name, tool in TOOLS.items()
            ]
        )

    async def _call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """Return the answer of a tool; what it refuses is a result, too, so that the model can mend its call."""
        if params.name not in TOOLS:
            raise MCPError(types.INVALID_PARAMS, f"Unknown tool; the tools are {', '.join(TOOLS)}")
        api = self._api(context)
        try:
            answer = await call_tool(TOOLS[params.name], params.arguments or {}, api, self._links(api))
        except RefusalError as refusal:
            return types.CallToolResult(content=_content(refusal_text(refusal.problem)), is_error=True)
        return types.CallToolResult(
            content=_content(as_text(answer)), structured_content=answer.model_dump(mode="json", by_alias=True)
        )

    async def _list_resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """Return a page of the articles, newest first; titles are words of the articles and are left out."""
        api = self._api(context)
        cursor = params.cursor if params else None
        body = await _or_invalid(api.get, "/v1/articles", [("cursor", cursor)] if cursor else [])
        resources = [
            types.Resource(
                uri=URI_PREFIX + item["id"],
                name=item["id"],
                description=f"An article of {item['source']['id']}, {item['published']['on'] or 'undated'}",
                mime_type="text/plain",
            )
            for item in body["items"]
        ]
        return types.ListResourcesResult(resources=resources, next_cursor=body["next"])

    async def _list_templates(self, _context: Context, _params: object) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            uri_template=URI_PREFIX + "{id}",
            name="article",
            title="Article",
            description="An article by its id: its words, quoted, with its permalink",
            mime_type="text/plain",
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def _read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """Return an article as `read_article` does."""
        uri = str(params.uri)
        if not uri.startswith(URI_PREFIX) or uri == URI_PREFIX:
            raise MCPError(types.INVALID_PARAMS, f"The URI of a resource is {URI_PREFIX} with an id", {"uri": uri})
        api = self._api(context)
        arguments = Arguments([("id", uri.removeprefix(URI_PREFIX))], DEFAULT_TOKENS)
        answer: Answer = await _or_invalid(read_article, api, self._links(api), arguments)
        contents = types.TextResourceContents(uri=uri, mime_type="text/plain", text=as_text(answer))
        return types.ReadResourceResult(contents=[contents])


async def _or_invalid(call: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401 - what the call returns
    """Return what a call returns; raise an error of the protocol for what it refuses."""
    try:
        return await call(*arguments)
    except InvalidRequestError as error:
        raise MCPError(types.INVALID_PARAMS, str(error)) from error
    except RefusalError as refusal:
        raise MCPError(types.INVALID_PARAMS, refusal_text(refusal.problem)) from refusal


def _content(text: str) -> list[types.ContentBlock]:
    return [types.TextContent(text=text)]
