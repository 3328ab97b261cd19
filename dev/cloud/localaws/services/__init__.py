"""A folder (or a file) for each AWS service, found by looking: a new service is a new folder here, and nothing elsewhere.

Its `__init__.py` has the record, `SERVICE`; its first lines say what is modelled beyond moto, and from what source. Other
files have what the record cannot say, and register it (see `localaws.rules`): what moto lacks or does not refuse (`@on`,
`@settles`), what lives in the account (`@lists`), and `asks.py` what a call asks IAM for (`@asks`).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules, walk_packages

from localaws.service import JSON, Service, Words


@cache
def known() -> dict[str, Service]:
    """The services that are parsed and checked, by botocore's names. Any other request goes to moto as it came."""
    records = (import_module(f"{__name__}.{it.name}").SERVICE for it in iter_modules(__path__))
    return {record.name: record for record in records}


def words(service: str) -> Words:
    """In which words a service refuses; one without a record is taken for one that speaks JSON."""
    record = known().get(service)
    return record.words if record else JSON


def load() -> None:
    """Everything that the services register."""
    for module in walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
