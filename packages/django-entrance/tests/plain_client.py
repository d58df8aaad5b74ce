"""Django's test client as ``client``, for files of a folder where that is the browser of a parametrised door."""

import pytest
from django.test import Client


@pytest.fixture
def client() -> Client:
    return Client()
