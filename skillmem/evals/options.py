"""Options for what makes an environment or an agent, held against what its function says."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from inspect import Parameter, formatannotation, signature, unwrap
from types import SimpleNamespace
from typing import Any, get_type_hints

from pydantic import JsonValue, PydanticUserError, TypeAdapter, ValidationError

from skillmem.errors import InvalidOption

Options = Mapping[str, JsonValue]
Make = Callable[..., object]


def accepted(path: str, make: Make, options: Options) -> dict[str, Any]:
    """Give options as `make`, found at `path`, takes them: by name, and by its annotations.

    Each is read as JSON, strictly: a number is no text, and the other way round. What has no
    annotation, or one that JSON can't be held against, is passed on as it is.

    Raises:
        InvalidOption: there is no option of that name, or the value is of another type.
    """
    try:
        parameters = signature(make).parameters
    except ValueError:  # a callable of C doesn't tell
        return dict(options)
    _require_names(path, parameters, options)
    return {
        name: _value(path, make, parameters[name], value) if name in parameters else value
        for name, value in options.items()
    }


def _require_names(path: str, parameters: Mapping[str, Parameter], options: Options) -> None:
    """Refuse options that the function doesn't take, and name those it does."""
    if any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    unknown = [name for name in options if name not in parameters]
    if unknown:
        known = ", ".join(parameters) or "none"
        raise InvalidOption(f"{path!r} takes no option {unknown[0]!r}; its options: {known}")


def _value(path: str, make: Make, parameter: Parameter, value: JsonValue) -> Any:
    adapter = _adapter(make, parameter)
    if adapter is None:
        return value
    try:
        return adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise InvalidOption(
            f"option {parameter.name!r} of {path!r} can't be {value!r}: {reason}; it takes "
            f"{_types(parameter)}{_default(parameter)}{_quoting(adapter, parameter.name, value)}"
        ) from error


def _adapter(make: Make, parameter: Parameter) -> TypeAdapter[Any] | None:
    """Make what judges a parameter's values; nothing where its annotation can't be read."""
    if parameter.annotation is Parameter.empty:
        return None
    bearer = SimpleNamespace(__annotations__={parameter.name: parameter.annotation})
    function = unwrap(make)
    module = sys.modules.get(function.__module__)
    names = getattr(function, "__globals__", vars(module) if module else {})
    try:
        hints = get_type_hints(bearer, globalns=names, include_extras=True)
        return TypeAdapter(hints[parameter.name])
    except (NameError, AttributeError, TypeError, SyntaxError, PydanticUserError):
        return None


def _types(parameter: Parameter) -> str:
    annotation = parameter.annotation
    return annotation if isinstance(annotation, str) else formatannotation(annotation)


def _default(parameter: Parameter) -> str:
    known = parameter.default is not Parameter.empty
    return f", by default {parameter.default!r}" if known else ""


def _quoting(adapter: TypeAdapter[Any], name: str, value: JsonValue) -> str:
    """Say how to write what looks like a number as a text, where a text is taken."""
    if isinstance(value, str):
        return ""
    text = json.dumps(json.dumps(value))
    try:
        adapter.validate_json(text, strict=True)
    except ValidationError:
        return ""
    return f"; as a text it is written {name}='{text}'"
