"""A fetch function for the two documents of the authority."""

import json
from collections.abc import Callable
from typing import Any


def publishing(case: dict[str, Any]) -> Callable[[str], bytes]:
    host = "https://login.microsoftonline.com"
    jwks_uri = f"{host}/{case['tenant']}/discovery/v2.0/keys"
    discovery = {"issuer": f"{host}/{case['tenant']}/v2.0", "jwks_uri": jwks_uri}
    documents = {jwks_uri: case["jwks"]}
    return lambda url: json.dumps(documents.get(url, discovery)).encode()
