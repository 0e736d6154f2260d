"""Options as data: a dataclass field that knows its limits, its label and how to read itself from text.

`Settings` and every effect are frozen dataclasses made of these fields, so the page, the command line, links and
JSON files share one set of limits, defaults and explanations.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pose_demo.types import InputError

T = TypeVar("T")
Value = bool | int | float | str | tuple[Any, ...]

_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


@dataclass(frozen=True)
class Spec:
    """What the page and the parsers need to know of one option.

    Attributes:
        kind: switch, integer, number, choice, choices or colour.
        low, high, step: limits of an integer or a number.
        options: the allowed texts of a choice, in the order the page shows them.
    """

    kind: str
    label: str
    help: str
    topic: str
    low: float = 0.0
    high: float = 1.0
    step: float = 0.05
    options: tuple[str, ...] = ()

    def check(self, name: str, value: object) -> Value:
        """Return ``value`` in its own type.

        Raises:
            InputError: it has the wrong type, is not finite, or lies outside the limits.
        """
        return _CHECKS[self.kind](self, name, value)

    def parse(self, name: str, text: str) -> Value:
        """Read a value from the text of a command line or a link; see `check` for what is refused."""
        if self.kind == "switch":
            word = text.strip().lower()
            return self.check(name, word in _TRUE if word in _TRUE | _FALSE else text)
        if self.kind in ("integer", "number"):
            return self.check(name, _number(text))
        if self.kind == "choices":
            return self.check(name, [part for part in text.split(",") if part])
        return self.check(name, text)

    def text(self, value: Value) -> str:
        """The text that `parse` reads back."""
        if isinstance(value, tuple):
            return ",".join(value)
        return (
            str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
        )

    def plain(self, value: Value) -> object:
        """The JSON value that `check` reads back."""
        return list(value) if isinstance(value, tuple) else value


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _check_switch(spec: Spec, name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{name}: expected true or false, got {value!r}")
    return value


def _check_number(spec: Spec, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{name}: expected a number from {spec.low:g} to {spec.high:g}, got {value!r}")
    if not spec.low <= value <= spec.high:  # NaN is not either; a whole number may be too large for a float
        raise InputError(f"{name}: expected a number from {spec.low:g} to {spec.high:g}, got {value!s:.20}")
    return float(value)


def _check_integer(spec: Spec, name: str, value: object) -> int:
    number = _check_number(spec, name, value)
    if number != int(number):
        raise InputError(f"{name}: expected a whole number, got {number:g}")
    return int(number)


def _check_choice(spec: Spec, name: str, value: object) -> str:
    if not isinstance(value, str) or value not in spec.options:
        raise InputError(f"{name}: expected one of {', '.join(spec.options)}; got {value!r}")
    return value


def _check_choices(spec: Spec, name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise InputError(f"{name}: expected a list out of {', '.join(spec.options)}; got {value!r}")
    return tuple(dict.fromkeys(_check_choice(spec, name, item) for item in value))


def _check_colour(spec: Spec, name: str, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise InputError(f"{name}: expected a colour like #1e90ff, got {value!r}")
    return value.lower()


_CHECKS: dict[str, Callable[[Spec, str, object], Value]] = {
    "switch": _check_switch,
    "integer": _check_integer,
    "number": _check_number,
    "choice": _check_choice,
    "choices": _check_choices,
    "colour": _check_colour,
}


def switch(default: bool, label: str, help: str, topic: str = "") -> bool:
    """An on/off field."""
    return _field(default, Spec("switch", label, help, topic))


def integer(default: int, low: int, high: int, label: str, help: str, topic: str = "", step: int = 1) -> int:
    """A whole number between two limits."""
    return _field(default, Spec("integer", label, help, topic, low, high, step))


def number(
    default: float, low: float, high: float, label: str, help: str, topic: str = "", step: float = 0.05
) -> float:
    """A number between two limits."""
    return _field(default, Spec("number", label, help, topic, low, high, step))


def choice(default: str, options: tuple[str, ...], label: str, help: str, topic: str = "") -> str:
    """One text out of several."""
    return _field(default, Spec("choice", label, help, topic, options=options))


def choices(
    default: tuple[str, ...], options: tuple[str, ...], label: str, help: str, topic: str = ""
) -> tuple[str, ...]:
    """Any number of texts out of several, in the order they were chosen."""
    return _field(default, Spec("choices", label, help, topic, options=options))


def colour(default: str, label: str, help: str, topic: str = "") -> str:
    """A colour written #rrggbb."""
    return _field(default, Spec("colour", label, help, topic))


def rgb(text: str) -> tuple[int, int, int]:
    """(red, green, blue), each 0..255, of a colour written #rrggbb."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def group(cls: type[T]) -> T:
    """A field that holds the options of another dataclass; their names get the field's name and a dot before them."""
    result: T = dataclasses.field(default=cls(), metadata={"group": cls})
    return result


def option(default: T, spec: Spec) -> T:
    """A field of a kind of its own: ``spec`` checks, reads and writes it."""
    return _field(default, spec)


def _field(default: T, spec: Spec) -> T:
    result: T = dataclasses.field(default=default, metadata={"spec": spec})
    return result


def specs(cls: type) -> dict[str, Spec]:
    """The options of a dataclass, in their order: name -> Spec. Those of a group are named ``group.option``."""
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
    """The options that do not have their defaults: name -> value."""
    defaults = values(type(options)())
    return {name: value for name, value in values(options).items() if value != defaults[name]}


def checked(cls: type[T], given: Mapping[str, object]) -> T:
    """Make a ``cls`` from plain values; what is not named keeps its default.

    Raises:
        InputError: an option is unknown or its value is refused.
    """
    known = specs(cls)
    unknown = [name for name in given if name not in known]
    if unknown:
        meant = difflib.get_close_matches(unknown[0], known)
        hint = f"did you mean {' or '.join(meant)}?" if meant else f"the options are {', '.join(known)}"
        raise InputError(f"unknown option {unknown[0]!r}; {hint}")
    return _made(cls, {name: known[name].check(name, value) for name, value in given.items()})


def _made(cls: type[T], clean: Mapping[str, Value]) -> T:
    own: dict[str, Any] = {name: value for name, value in clean.items() if "." not in name}
    for f in dataclasses.fields(cls):  # type: ignore[arg-type]
        if "group" in f.metadata:
            inner = {name.partition(".")[2]: v for name, v in clean.items() if name.startswith(f"{f.name}.")}
            own[f.name] = _made(f.metadata["group"], inner)
    return cls(**own)
