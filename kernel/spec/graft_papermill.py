"""Go for papermill: parameters of notebooks that run in graft.

papermill asks packages for engines and, in doing so, imports this module, which adds what papermill has no
other door for: a translator. The engine itself is papermill's own.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators


class GoTranslator(Translator):
    """Assigns to the variables of the cell tagged "parameters", so that they keep their types; declares others."""

    declared = frozenset()  # by the parameters cell that papermill looked at last

    @classmethod
    def translate_str(cls, val):
        # JSON's escapes are Go's, but for the pairs of characters above U+FFFF.
        return json.dumps(val, ensure_ascii=False).replace("\x7f", "\\x7f")

    translate_escaped_str = translate_str

    @classmethod
    def translate_none(cls, val):
        return "nil"

    @classmethod
    def translate_float(cls, val):
        if not math.isfinite(val):
            raise PapermillException(f"graft: {val} is no constant in Go (give the notebook a number)")
        return repr(val)

    @classmethod
    def translate_list(cls, val):
        return f"[]{element(val)}{{{', '.join(cls.translate(v) for v in val)}}}"

    @classmethod
    def translate_dict(cls, val):
        pairs = ", ".join(f"{cls.translate_str(str(k))}: {cls.translate(v)}" for k, v in val.items())
        return f"map[string]{element(val.values())}{{{pairs}}}"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        if name in cls.declared:
            return f"{name} = {str_val}"
        return f"var {name} any = nil" if str_val == "nil" else f"{name} := {str_val}"

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        try:
            return super().codify(parameters, comment)
        finally:
            cls.declared = frozenset()

    @classmethod
    def inspect(cls, parameters_cell):
        found = []
        for line in parameters_cell["source"].splitlines():
            m = DECLARATION.match(line)
            if m:
                found.append(Parameter(m["short"] or m["name"], (m["type"] or "").strip() or "None", (m["value"] or "").strip(), m["help"] or ""))
        cls.declared = frozenset(p.name for p in found)
        return found


DECLARATION = re.compile(
    r"\s*(?:(?P<short>[^\W\d]\w*)\s*:=|var\s+(?P<name>[^\W\d]\w*)(?P<type>[^=/]*)(?:=|(?=//|$)))"
    r"(?P<value>(?:\"(?:\\.|[^\"\\])*\"|`[^`]*`|[^/]|/(?!/))*)(?://\s*(?P<help>.*))?$"
)


def element(values):
    """The type of elements that all of values fit."""
    values = list(values)
    for kind, name in ((bool, "bool"), (int, "int"), ((int, float), "float64"), (str, "string")):
        if values and all(isinstance(v, kind) and (kind is bool or not isinstance(v, bool)) for v in values):
            return name
    return "any"


if "go" not in papermill_translators._translators:
    papermill_translators.register("go", GoTranslator)


class Engine(NBClientEngine):
    """What papermill uses anyway."""
