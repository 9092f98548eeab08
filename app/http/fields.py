"""Which fields of an answer are wanted, where it need not be all of them."""

from app.errors import InvalidParameter, InvalidRequestError
from app.text.fuzzy import nearest
from app.wire.schemas import Out


def asked_fields(value: str | None, model: type[Out]) -> tuple[str, ...] | None:
    """Return the fields of a comma-separated list in the order in which they are declared; None for all of them.

    Raises InvalidRequestError with every name that is no field of the model.
    """
    if value is None:
        return None
    names = [name.strip() for name in value.split(",")]
    wanted = f"fields of this answer: {', '.join(model.model_fields)}"
    unknown = dict.fromkeys(name for name in names if name not in model.model_fields)
    if unknown:
        raise InvalidRequestError(
            *(InvalidParameter("fields", name, wanted, nearest(name, model.model_fields)) for name in unknown)
        )
    return tuple(name for name in model.model_fields if name in names)
