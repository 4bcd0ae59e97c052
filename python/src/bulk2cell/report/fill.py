"""Fill a template into one self-contained page."""

import base64
import hashlib
import itertools
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bulk2cell.report.svg import Panel, prefix_ids
from bulk2cell.report.tables import format_value


def fill(template: str, **facts: Any) -> str:
    """Return the page as text, with its style and script inside: the same for the same facts.

    Parameters
    ----------
    template
        File in `report/` or `grid/` that extends base.html.j2.
    facts
        What the template shows; base.html.j2 wants kicker, title, lead and failures.
    """
    numbers = itertools.count(1)

    def inline(panel: Panel) -> Markup:
        return Markup(prefix_ids(panel.svg, f"f{next(numbers)}-"))

    environment = Environment(
        loader=ChoiceLoader([PackageLoader("bulk2cell", folder) for folder in ("report", "grid")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = inline
    environment.filters["format_value"] = format_value
    script = (files("bulk2cell.report") / "sort.js").read_text(encoding="utf-8")
    return environment.get_template(template).render(
        **facts,
        script=Markup(script),
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        style=Markup((files("bulk2cell.report") / "style.css").read_text(encoding="utf-8")),
    )
