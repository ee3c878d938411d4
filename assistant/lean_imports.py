"""Keeps libraries out of the serving process that Rasa imports and our pipeline never calls: TensorFlow, JAX, Keras.

Rasa imports TensorFlow wherever it declares its neural components, which costs seconds at every start and a third of
the memory. Their classes become empty stand-ins here; calling one raises. Training and the `rasa` command are untouched.
"""
from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any, Optional, Sequence

ABSENT = ("tensorflow", "tensorflow_addons", "tensorflow_text", "tensorflow_hub", "keras", "jax")


class NotLoaded(RuntimeError):
    """A component asked for a library that is not loaded; `rasa run` starts Rasa with all of them."""


class _StandInType(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(name)


class StandIn(metaclass=_StandInType):
    """May be subclassed, named in a type and used as a decorator, so that modules that declare things can load."""

    def __new__(cls, *given: Any, **named: Any) -> Any:
        if len(given) == 1 and not named and callable(given[0]):
            return given[0]  # used as a decorator: @tf.function
        if not given and named:
            return lambda decorated: decorated  # @tf.function(input_signature=…)
        raise NotLoaded(f"{cls.__name__} is not loaded in the lean server")


def _stand_in(name: str) -> Any:
    return _StandInType(name, (StandIn,), {})


class _AbsentModule(ModuleType):
    __path__: list[str] = []
    __version__ = "2.12.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname.split(".")[0] in ABSENT:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        return None


def install() -> None:
    """Must run before the first import of Rasa. spaCy, which uses TensorFlow where it finds it, is told that it is absent."""
    for name in ABSENT:
        sys.modules[name] = None  # type: ignore[assignment]
    importlib.import_module("spacy")
    for name in ABSENT:
        del sys.modules[name]
    sys.meta_path.insert(0, _Finder())
