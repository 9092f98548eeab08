"""The one shape of every error."""

from pydantic import Field

from app.wire.schemas import Out


class ProblemError(Out):
    """One thing wrong with a request."""

    parameter: str = Field(description="The parameter at fault.", examples=["actor"])
    value: str | None = Field(description="The value it had.", examples=["Putni"])
    wanted: str = Field(description="What was wanted.", examples=["the id, Wikidata id or name of an actor"])
    nearest: list[str] = Field(description="The nearest known values.", examples=[["vladimir-putin"]])


class Problem(Out):
    """RFC 9457 problem details: the one shape of every error."""

    type: str = Field(description="URN of the kind of problem.", examples=["urn:dateline:problem:invalid-request"])
    title: str = Field(description="The kind in words.", examples=["The request cannot be understood"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(description="What happened, in a sentence.", examples=["actor: unknown name “Putni”"])
    errors: list[ProblemError] = Field(description="Each cause: parameter, value and what was wanted.")
