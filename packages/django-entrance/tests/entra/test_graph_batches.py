import pytest
from django_entrance.entra.graph_batches import BatchAnswer, batches_of


def test_twenty_requests_are_in_one_batch() -> None:
    batches = batches_of(f"/users/{number}" for number in range(41))
    assert [len(batch) for batch in batches] == [20, 20, 1]
    assert [batch[0]["id"] for batch in batches] == ["1", "21", "41"]
    assert batches[0][0] == {"method": "GET", "url": "/users/0", "id": "1"}


def test_a_query_may_have_all_that_a_path_may_not() -> None:
    [[request]] = batches_of(["/users/x..y/messages?$filter=startswith(subject,'../?')"])
    assert request["url"].endswith("'../?')")


def test_a_body_is_json() -> None:
    [[request]] = batches_of([{"method": "POST", "url": "/me/x", "body": {"a": 1}, "headers": {"Prefer": "x"}}])
    assert request["headers"] == {"Content-Type": "application/json", "Prefer": "x"}


@pytest.mark.parametrize(
    "request_",
    [
        "me",
        "//evil.example/",
        {"method": "GET"},
        {"url": "https://evil.example/"},
        "/users/../me",
        "/users/%2E%2e/me?$top=1",
    ],
)
def test_only_paths_are_sent(request_: object) -> None:
    with pytest.raises(ValueError, match="Expected a path"):
        batches_of([request_])  # type: ignore[list-item]  # on purpose


@pytest.mark.parametrize("value", [object(), float("nan")])
def test_what_is_no_json_is_told_before_there_is_a_token(value: object) -> None:
    with pytest.raises((TypeError, ValueError), match="JSON"):
        batches_of([{"method": "POST", "url": "/me/x", "body": {"a": value}}])
    assert batches_of([{"method": "POST", "url": "/me/x", "body": {"a": 1.5}}])


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("soon", 10), ("", 10)])
def test_each_answer_says_when_to_come_back(header: str, seconds: int) -> None:
    assert BatchAnswer(429, None, {"retry-after": header}).retry_after == seconds
