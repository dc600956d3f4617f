"""`dfsync.frozen` makes what `dataclasses` makes, apart from what only mypy checks."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import field

import pytest

from dfsync.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    file: str
    line: int = 1
    seen: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    file: str
    line: int = 1


@dataclass(frozen=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Secret:
    text: str

    def __repr__(self) -> str:
        return "(secret)"


@dataclass(slots=True)
class Counter:
    count: int = 0


def test_equality_hash_and_repr_are_those_of_a_data_class():
    assert Spot("a", 2, "x") == Spot("a", line=2)
    assert Spot("a") != Spot("b")
    assert Spot("a") != Elsewhere("a")
    assert Nothing() == Nothing()
    assert len({Spot("a", seen="x"), Spot("a"), Spot("b"), Nothing(), Nothing()}) == 3
    assert repr(Spot("a", 2)) == "Spot(file='a', line=2)"


def test_a_class_keeps_the_methods_that_it_has():
    assert repr(Secret("x")) == "(secret)"
    assert Secret("x") == Secret("x")


def test_what_takes_data_classes_takes_these():
    spot = Spot("a", 2)
    assert dataclasses.replace(spot, line=3) == Spot("a", 3)
    assert dataclasses.asdict(spot) == {"file": "a", "line": 2, "seen": ""}
    assert copy.deepcopy(spot) == pickle.loads(pickle.dumps(spot)) == spot
    assert not hasattr(spot, "__dict__")


def test_only_a_frozen_one_is_a_key():
    with pytest.raises(TypeError, match="unhashable"):
        hash(Counter())
