"""Pages that are safe to open: everything is escaped, no script may run, and nothing is loaded from elsewhere."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def render(template: str, **values: object) -> str:
    """Return a page; template: the name of a file beside this one."""
    return _environment().get_template(template).render(**values)
