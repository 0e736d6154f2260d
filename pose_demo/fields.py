"""Options as data: dataclass fields that carry limits, a label, a help text, and conversions from and to text.

`Settings` and every effect are frozen dataclasses of these fields, so the page, the command line, links and JSON files
share one set of limits, defaults and descriptions.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pose_demo.messages import Message, message
from pose_demo.types import InputError
from pose_demo.user_text import value_text

T = TypeVar("T")
Value = bool | int | float | str | tuple[Any, ...]

NONE = "none"  # the choice that turns a feature off

_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


@dataclass(frozen=True)
class Spec:
    """The specification of one option.

    Attributes:
        kind: switch, integer, number, choice, choices or color.
        label, help: what the page shows.
        section: the part of the page it belongs to.
        low, high, step: limits of an integer or a number.
        options: the allowed values of a choice, in the order the page shows them.
    """

    kind: str
    label: str
    help: str
    section: str
    low: float = 0.0
    high: float = 1.0
    step: float = 0.05
    options: tuple[str, ...] = ()

    def validate(self, name: str, value: object) -> Value:
        """Return ``value`` in its own type.

        Raises:
            InputError: it has the wrong type, is not finite, or lies outside the limits.
        """
        return _VALIDATORS[self.kind](self, name, value)

    def from_text(self, name: str, text: str) -> Value:
        """Parse a value from a command line or a link; see `validate` for the errors."""
        if self.kind == "switch":
            word = text.strip().lower()
            return self.validate(name, word in _TRUE if word in _TRUE | _FALSE else text)
        if self.kind in ("integer", "number"):
            return self.validate(name, _number(text))
        if self.kind == "choices":
            return self.validate(name, [part for part in text.split(",") if part])
        return self.validate(name, text)

    def to_text(self, value: Value) -> str:
        """The text that `from_text` parses."""
        if isinstance(value, tuple):
            return ",".join(value)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float):
            return short if float(short := f"{value:g}") == value else repr(value)
        return str(value)

    def to_json(self, value: Value) -> object:
        """The JSON value that `validate` accepts."""
        return list(value) if isinstance(value, tuple) else value


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _validate_switch(spec: Spec, name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InputError(message("{name}: expected true or false, got {value}", name=name, value=value_text(value)))
    return value


def _validate_number(spec: Spec, name: str, value: object) -> float:
    # A comparison is false for NaN. An int may be too large for a float.
    if isinstance(value, bool) or not isinstance(value, int | float) or not spec.low <= value <= spec.high:
        raise InputError(
            message(
                "{name}: expected a number from {low:g} to {high:g}, got {value}",
                name=name,
                low=spec.low,
                high=spec.high,
                value=value_text(value),
            )
        )
    return float(value)


def _validate_integer(spec: Spec, name: str, value: object) -> int:
    number = _validate_number(spec, name, value)
    if number != int(number):
        raise InputError(message("{name}: expected an integer, got {value:g}", name=name, value=number))
    return int(number)


def _validate_choice(spec: Spec, name: str, value: object) -> str:
    if not isinstance(value, str) or value not in spec.options:
        raise InputError(
            message(
                "{name}: expected one of {options}; got {value}",
                name=name,
                options=", ".join(spec.options),
                value=value_text(value),
            )
        )
    return value


def _validate_choices(spec: Spec, name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise InputError(
            message(
                "{name}: expected a list of values from {options}; got {value}",
                name=name,
                options=", ".join(spec.options),
                value=value_text(value),
            )
        )
    return tuple(dict.fromkeys(_validate_choice(spec, name, item) for item in value))


def _validate_color(spec: Spec, name: str, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise InputError(
            message("{name}: expected a color like #1e90ff, got {value}", name=name, value=value_text(value))
        )
    return value.lower()


_VALIDATORS: dict[str, Callable[[Spec, str, object], Value]] = {
    "switch": _validate_switch,
    "integer": _validate_integer,
    "number": _validate_number,
    "choice": _validate_choice,
    "choices": _validate_choices,
    "color": _validate_color,
}


def switch(default: bool, label: str, help: str, section: str = "") -> bool:
    """An on/off field."""
    return custom(default, Spec("switch", label, help, section))


def integer(default: int, low: int, high: int, label: str, help: str, section: str = "", step: int = 1) -> int:
    """An integer with limits."""
    return custom(default, Spec("integer", label, help, section, low, high, step))


def number(
    default: float, low: float, high: float, label: str, help: str, section: str = "", step: float = 0.05
) -> float:
    """A number with limits."""
    return custom(default, Spec("number", label, help, section, low, high, step))


def choice(default: str, options: tuple[str, ...], label: str, help: str, section: str = "") -> str:
    """One of several values."""
    return custom(default, Spec("choice", label, help, section, options=options))


def choices(
    default: tuple[str, ...], options: tuple[str, ...], label: str, help: str, section: str = ""
) -> tuple[str, ...]:
    """Any number of values, in the order they were chosen."""
    return custom(default, Spec("choices", label, help, section, options=options))


def color(default: str, label: str, help: str, section: str = "") -> str:
    """A color written #rrggbb."""
    return custom(default, Spec("color", label, help, section))


def hex_to_rgb(text: str) -> tuple[int, int, int]:
    """(red, green, blue), each 0..255, of a color written #rrggbb."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def group(cls: type[T]) -> T:
    """A field that holds the options of another dataclass; their names are prefixed with its name and a dot."""
    result: T = dataclasses.field(default=cls(), metadata={"group": cls})
    return result


def custom(default: T, spec: Spec) -> T:
    """A field with a given specification."""
    result: T = dataclasses.field(default=default, metadata={"spec": spec})
    return result


def specs(cls: type) -> dict[str, Spec]:
    """The options of a dataclass, in order: name -> Spec. Those of a group are named ``group.option``."""
    found: dict[str, Spec] = {}
    for f in dataclasses.fields(cls):
        if "spec" in f.metadata:
            found[f.name] = f.metadata["spec"]
        elif "group" in f.metadata:
            found |= {f"{f.name}.{name}": spec for name, spec in specs(f.metadata["group"]).items()}
    return found


def values(options: Any) -> dict[str, Value]:
    """All options of an instance: name -> value."""
    found: dict[str, Value] = {}
    for f in dataclasses.fields(options):
        if "spec" in f.metadata:
            found[f.name] = getattr(options, f.name)
        elif "group" in f.metadata:
            found |= {f"{f.name}.{name}": value for name, value in values(getattr(options, f.name)).items()}
    return found


def changed(options: Any) -> dict[str, Value]:
    """The options that differ from their defaults: name -> value."""
    defaults = values(type(options)())
    return {name: value for name, value in values(options).items() if value != defaults[name]}


def validated(cls: type[T], given: Mapping[str, object]) -> T:
    """Create a ``cls`` from JSON values; options that are not given keep their defaults.

    Raises:
        InputError: an option is unknown or its value is invalid.
    """
    known = specs(cls)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InputError(_unknown_option(unknown[0], list(known)))
    return _create(cls, {name: known[name].validate(name, value) for name, value in given.items()})


def _unknown_option(name: str, known: Sequence[str]) -> Message:
    similar = difflib.get_close_matches(name, known)
    if not similar:
        options = ", ".join(known)
        return message("unknown option {name}; the options are {options}", name=value_text(name), options=options)
    any_of = functools.reduce(lambda one, other: message("{one} or {other}", one=one, other=other), similar)
    return message("unknown option {name}; did you mean {similar}?", name=value_text(name), similar=any_of)


def _create(cls: type[T], valid: Mapping[str, Value]) -> T:
    own: dict[str, Any] = {name: value for name, value in valid.items() if "." not in name}
    for f in dataclasses.fields(cls):  # type: ignore[arg-type]
        if "group" in f.metadata:
            inner = {name.partition(".")[2]: v for name, v in valid.items() if name.startswith(f"{f.name}.")}
            own[f.name] = _create(f.metadata["group"], inner)
    return cls(**own)
