"""Lists of values as one parameter each: a statement is then the same for any number of them, and stays prepared."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, BinaryExpression, BindParameter, Dialect, Engine, bindparam
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg
from sqlalchemy.types import TypeEngine, UserDefinedType


class _Integers(UserDefinedType[Iterable[int]]):
    """Integers in the form of an array; the driver takes as long for a list of them as the server for the rows."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
        """Return the type of the parameter."""
        return "BIGINT[]"

    def bind_processor(self, dialect: Dialect) -> Callable[[Iterable[int] | None], str]:
        """Return the function that writes an array; there is no null array."""
        del dialect
        return lambda values: f"{{{','.join(map(str, values or ()))}}}"


class _Compiler(PGCompiler_psycopg):
    def visit_in_op_binary(self, binary: BinaryExpression[bool], _operator: object, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
        """Return `= ANY` for `IN`, unless its values are part of the statement."""
        values = binary.right
        if not (isinstance(values, BindParameter) and values.expanding and values.required):
            return str(self._generate_generic_binary(binary, " IN ", **options))
        is_integer = isinstance(values.type, BigInteger)
        kind: TypeEngine[Any] = _Integers() if is_integer else ARRAY(values.type)
        column = self.process(binary.left, **options)
        return f"{column} = ANY ({self.process(bindparam(values.key, type_=kind), **options)})"


def use_array_parameters(engine: Engine) -> None:
    """Let an engine hand over the values of named `IN` parameters as arrays."""
    engine.dialect.statement_compiler = _Compiler
