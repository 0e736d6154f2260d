"""What to sweep: lists of values for some settings, single values for others."""

from __future__ import annotations

import difflib
import itertools
import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pose_demo.fields import specs
from pose_demo.legacy_names import setting_name, translate_settings
from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.user_text import value_text

THREADS = "threads"  # a parameter of the networks that is no setting of the page
MAX_THREADS = 64
MAX_POINTS = 50_000
_TABLES = ("sweep", "fixed")
_MAX_LEVELS = 3  # a group and an option are two
T = TypeVar("T")
_EXAMPLE = '[sweep]\nmodel = ["movenet-lightning", "movenet-thunder"]\nconfidence = [0.2, 0.3, 0.4]'


@dataclass(frozen=True)
class Point:
    """One combination of values.

    Attributes:
        values: the swept parameters as JSON values, in the order of the spec.
        settings: all settings.
        threads: CPU threads of each network.
    """

    values: dict[str, object] = field(compare=False)
    settings: Settings
    threads: int = 1


@dataclass(frozen=True)
class SweepSpec:
    """The parameters of a sweep.

    Attributes:
        sweep: parameter -> its values, as JSON values.
        fixed: parameter -> its one value; parameters in neither have their defaults.
    """

    sweep: Mapping[str, Sequence[object]]
    fixed: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, sweep: Mapping[str, object], fixed: Mapping[str, object] | None = None) -> SweepSpec:
        """Validate the values.

        Args:
            sweep: parameter -> list of values, each as in a settings file; ``threads`` is allowed too.
            fixed: parameter -> value.

        Raises:
            InputError: an unknown parameter, a wrong value, no value, or too many points.
        """
        for name in (*sweep, *(fixed or {})):
            _check_name(name)
        lists = {name: _list(name, values) for name, values in sweep.items()}
        valid = {name: [_valid(name, value) for value in values] for name, values in lists.items()}
        spec = cls(
            _by_current_name({name: _unique(pairs) for name, pairs in valid.items()}),
            _by_current_name({name: _valid(name, value)[1] for name, value in (fixed or {}).items()}),
        )
        both = [name for name in spec.sweep if name in spec.fixed]
        if both:
            raise InputError(f"{both[0]}: is in [sweep] and in [fixed]; remove it from one of them")
        if spec.count > MAX_POINTS:
            raise InputError(
                message(
                    "the sweep has {count:,} points; expected at most {limit:,}: use fewer values",
                    count=spec.count,
                    limit=MAX_POINTS,
                )
            )
        return spec

    @classmethod
    def from_toml(cls, text: str | bytes) -> SweepSpec:
        """Read a spec with the tables ``[sweep]`` and ``[fixed]``; see `from_dict` for the errors."""
        try:
            data = tomllib.loads(text.decode() if isinstance(text, bytes) else text)
        except (ValueError, RecursionError) as error:
            reason = "too many levels" if isinstance(error, RecursionError) else error
            raise InputError(f"sweep spec: not TOML ({reason}); expected for example\n{_EXAMPLE}") from None
        unknown = [name for name in data if name not in _TABLES]
        if unknown or not all(isinstance(table, dict) for table in data.values()):
            raise InputError(f"sweep spec: expected the tables [sweep] and [fixed], got {', '.join(data)}")
        if not data.get("sweep"):
            raise InputError(
                f"sweep spec: expected a table [sweep] with at least one parameter, for example\n{_EXAMPLE}"
            )
        return cls.from_dict(_flat(data["sweep"]), _flat(data.get("fixed", {})))

    @property
    def count(self) -> int:
        """Number of points."""
        return math.prod(len(values) for values in self.sweep.values())

    def points(self) -> Iterator[Point]:
        """Every combination of the values; the last parameter varies fastest."""
        for combination in itertools.product(*self.sweep.values()):
            values = dict(zip(self.sweep, combination, strict=True))
            given = {**self.fixed, **values}
            threads = given.pop(THREADS, 1)
            yield Point(values, Settings.from_dict(given), int(str(threads)))


def _flat(table: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Names with dots need no quotes: TOML reads them as tables in tables."""
    if prefix.count(".") > _MAX_LEVELS:
        raise InputError(f"sweep spec: expected parameters, got tables in tables: {value_text(prefix)}")
    flat: dict[str, object] = {}
    for name, value in table.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat


def _list(name: str, values: object) -> list[object]:
    if not isinstance(values, list | tuple):
        raise InputError(
            f"{name}: expected a list of values in [sweep], got {value_text(values)}; single values go into [fixed]"
        )
    if not values:
        raise InputError(message("{name}: expected at least one value, got an empty list", name=name))
    return list(values)


def _by_current_name(given: Mapping[str, T]) -> dict[str, T]:
    current: dict[str, T] = {}
    for name, value in given.items():
        if setting_name(name) in current:
            raise InputError(f"{name}: is an earlier name of {setting_name(name)}, which is given too; remove one")
        current[setting_name(name)] = value
    return current


def _unique(pairs: Sequence[tuple[str, object]]) -> list[object]:
    values: list[object] = []
    for _, value in pairs:
        if value not in values:
            values.append(value)
    return values


def _check_name(name: str) -> None:
    known = (*specs(Settings), THREADS)
    if setting_name(name) not in known:
        similar = difflib.get_close_matches(name, known)
        hint = f"did you mean {' or '.join(similar)}?" if similar else f"the parameters are {', '.join(known)}"
        raise InputError(f"unknown parameter {value_text(name)}; {hint}")


def _valid(name: str, value: object) -> tuple[str, object]:
    """Name and value in their current form."""
    if name == THREADS:
        return name, _valid_threads(value)
    known = specs(Settings)
    ((current, translated),) = translate_settings({name: value}).items()
    if isinstance(translated, str) and current == "effects":
        return current, known[current].to_json(known[current].from_text(current, translated))
    return current, known[current].to_json(known[current].validate(current, translated))


def _valid_threads(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_THREADS:
        raise InputError(
            message(
                "{name}: expected an integer from {low} to {high}, got {value}",
                name=THREADS,
                low=1,
                high=MAX_THREADS,
                value=value_text(value),
            )
        )
    return value
