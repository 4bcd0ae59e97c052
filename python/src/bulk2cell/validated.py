"""What people and other programs write, validated by pydantic, and what is wrong with it in one line."""

import re
from typing import Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator

from bulk2cell.forms import Form
from bulk2cell.printable import shown

WORDS = {  # by pydantic's type of error; other errors keep pydantic's own words
    "bool_type": "is neither true nor false",
    "dict_type": "is not a table of `key: value` lines",
    "finite_number": "is not a finite number",
    "float_type": "is not a number",
    "greater_than_equal": "is below {ge}",
    "int_type": "is not a whole number",
    "literal_error": "is not one of {expected}",
    "model_type": "is not a table of `key: value` lines",
    "string_type": "is not text; put it in quotes",
    "tuple_type": "is not a list; write [...]",
}


class Strict(BaseModel):
    """Fields of these names and types, no more and no fewer; numbers are finite, and text does not count as a number."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Entry(Strict):
    """A table that a person writes, as `key: value` lines; a line without a value counts as absent."""

    @model_validator(mode="before")
    @classmethod
    def _known_and_given(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        for key in table:
            if key not in cls.model_fields:
                raise ValueError(f"unknown key {shown(key)}; the keys are {', '.join(cls.model_fields)}")
        return {key: value for key, value in table.items() if value is not None}


def of_form(form: Form) -> AfterValidator:
    """Return the validator of texts that must look like this as a whole."""

    def check(text: str) -> str:
        if not re.fullmatch(form.pattern, text):
            raise ValueError(f"is not {form.words}")
        return text

    return AfterValidator(check)


def first_fault(error: ValidationError) -> str:
    """Return the first thing that is wrong: where, the value, and what is wrong with it."""
    fault = error.errors(include_url=False)[0]
    kind, value, facts = fault["type"], fault["input"], fault.get("ctx", {})
    place = [part for part in fault["loc"] if isinstance(part, str)]
    if place[-1:] == ["[key]"]:
        del place[-2:]
    if kind in ("missing", "string_too_short", "too_short"):
        return ": ".join([*place[:-1], f"no {place[-1]}; it is required"])
    if kind == "value_error" and isinstance(value, dict):
        return ": ".join([*place, str(facts["error"])])
    facts["expected"] = str(facts.get("expected")).replace("'", "").replace(" or ", ", ")
    said = str(facts["error"]) if kind == "value_error" else WORDS.get(kind, fault["msg"]).format(**facts)
    return ": ".join([*place, f"{shown(value)} {said}"])
