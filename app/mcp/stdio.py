"""MCP over standard input and output, for an assistant that starts this program itself; no HTTP server is needed."""

import asyncio

from fastapi import FastAPI
from mcp.server.stdio import stdio_server

from app.mcp.server import McpServer


def serve_stdio(app: FastAPI) -> None:
    """Answer messages, one on each line, until the input ends."""
    asyncio.run(_serve(app))


async def _serve(app: FastAPI) -> None:
    server = McpServer(app).protocol_server()
    async with app.router.lifespan_context(app), stdio_server() as (messages, answers):
        await server.run(messages, answers, server.create_initialization_options())
