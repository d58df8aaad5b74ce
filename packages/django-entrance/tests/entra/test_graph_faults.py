"""A fault of Microsoft Graph is an outage, or about one person, or neither."""

import pytest
from django_entrance.entra.graph_faults import GraphFault, is_of_all, is_outage, may_be_of_token
from django_entrance.entra.http_client import WrongHost
from requests.exceptions import ConnectTimeout

OUTAGE, PERSON, NEITHER = (True, False), (False, True), (False, False)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (ConnectTimeout(), OUTAGE),
        (OSError("hung up"), OUTAGE),
        (GraphFault("503", status=503), OUTAGE),
        (GraphFault("too late", is_late=True), OUTAGE),
        (GraphFault("403", status=403), PERSON),
        (GraphFault("404", status=404), PERSON),
        (GraphFault("another shape"), PERSON),
        (GraphFault("429", status=429), NEITHER),
        (GraphFault("no token", is_of_all=True), NEITHER),
        (WrongHost(), NEITHER),
        (FileNotFoundError(), NEITHER),
        (ValueError("MSAL's"), NEITHER),
    ],
)
def test_what_a_fault_concerns(fault: Exception, kind: tuple[bool, bool]) -> None:
    assert (is_outage(fault), not is_of_all(fault)) == kind


@pytest.mark.parametrize(("status", "is_of_token"), [(401, True), (403, True), (404, False), (503, True)])
def test_a_token_that_may_be_at_fault_is_asked_for_anew(status: int, is_of_token: bool) -> None:
    assert may_be_of_token(GraphFault("told", status=status)) == is_of_token
