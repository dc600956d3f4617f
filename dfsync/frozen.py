"""Data classes that are made quickly, because every command makes a hundred of them when it starts.

`dataclasses.dataclass(frozen=True)` compiles six methods for each class, which takes 0.4 ms. Here only `__init__` is
compiled, and equality, hash and repr read the fields: 0.1 ms. That nothing assigns to a field of a frozen class is
checked by mypy, for which this is `dataclasses.dataclass`; at run time nothing prevents it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    from operator import attrgetter

    def dataclass(*, frozen: bool = False, slots: bool = False) -> Any:
        """Return a decorator that makes a data class; a frozen one can be a key of a mapping."""

        def made(cls: type) -> type:
            return _comparable(dataclasses.dataclass(cls, eq=False, repr=False, slots=slots), is_key=frozen)

        return made

    def _comparable(cls: type, *, is_key: bool) -> type:
        names = [field.name for field in dataclasses.fields(cls) if field.compare]
        get = attrgetter(*names) if names else type

        def equal(self: Any, other: object) -> Any:
            return get(self) == get(other) if other.__class__ is self.__class__ else NotImplemented

        def hashed(self: Any) -> int:
            return hash(get(self))

        methods = {"__repr__": _repr, "__eq__": equal, "__hash__": hashed if is_key else None}
        for name in methods.keys() - vars(cls).keys():
            setattr(cls, name, methods[name])
        return cls

    def _repr(self: Any) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"


__all__ = ["dataclass"]
