"""What moto finds out anew in every request, although it never changes: found out once.

moto lists the folder of its own modules to know whose a host is, walks over all members of a class to know its operations,
and looks at each character of each element's name before it writes it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import moto.core.responses
import xmltodict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

moto.core.responses.method_names_from_class = cache(moto.core.responses.method_names_from_class)
# Refusals are exceptions, which no cache keeps.
xmltodict._validate_name = cache(xmltodict._validate_name)


class Application(DomainDispatcherApplication):
    """moto's application, which remembers whose each host is."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._backends: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        if host not in self._backends:
            self._backends[host] = super().get_backend_for_host(host)
        return self._backends[host]
