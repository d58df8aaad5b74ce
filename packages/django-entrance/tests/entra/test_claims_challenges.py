import base64
import json
import time

import pytest
from django_entrance.entra.claims_challenges import LONGEST, claims_of_challenge, read_claims

CLAIMS = {"access_token": {"nbf": {"essential": True, "value": "1635527790"}}}
JSON = json.dumps(CLAIMS, separators=(",", ":"))
BASE64 = base64.b64encode(JSON.encode()).decode()
MICROSOFTS = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize",'
    f' client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="{BASE64}"'
)


@pytest.mark.parametrize(
    "header", [MICROSOFTS, f'Basic realm="x", {MICROSOFTS}', MICROSOFTS.replace("Bearer", "bearer")]
)
def test_the_claims_of_a_challenge_are_read(header: str) -> None:
    assert claims_of_challenge({"www-authenticate": header}) == JSON


@pytest.mark.parametrize(
    "header",
    [
        "",
        MICROSOFTS.replace("insufficient_claims", "invalid_token"),
        MICROSOFTS.replace("Bearer", "PoP"),
        MICROSOFTS.replace(BASE64, "bm8gSlNPTg=="),
        MICROSOFTS.replace(BASE64, ""),
        MICROSOFTS.replace(BASE64, base64.b64encode(b"[1]").decode()),
        MICROSOFTS + " " * LONGEST,
    ],
)
def test_all_else_is_no_challenge(header: str) -> None:
    assert claims_of_challenge({"WWW-Authenticate": header}) is None
    assert claims_of_challenge({"Content-Type": MICROSOFTS}) is None


def test_a_long_header_costs_nothing() -> None:
    """It is the other API's: each letter is looked at once."""
    began = time.process_time()
    assert claims_of_challenge({"WWW-Authenticate": "Bearer " + "a" * (LONGEST - 100)}) is None
    assert time.process_time() - began < 0.1


def test_claims_may_be_json_or_base64_of_either_alphabet() -> None:
    wide = json.dumps({"a": "ÿÿÿ>>>???"}, ensure_ascii=False)
    url_safe = base64.urlsafe_b64encode(wide.encode()).decode().rstrip("=")
    assert read_claims(JSON) == read_claims(BASE64) == read_claims(BASE64.rstrip("=")) == JSON
    assert json.loads(read_claims(url_safe)) == {"a": "ÿÿÿ>>>???"}


@pytest.mark.parametrize("text", ["", "no", "{", "[]", "/w==", "{" + " " * LONGEST + "}", "[" * 9])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="claims of a challenge"):
        read_claims(text)
