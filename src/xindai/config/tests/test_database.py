"""DATABASE_URL, read."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from xindai.config import database


def test_every_part_of_the_address_is_taken() -> None:
    found = database.from_url("postgres://loan%40bank:p%40ss%2Fword@db.example:5433/xin%20dai?sslmode=require")
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"]) == ("loan@bank", "p@ss/word")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "xin dai")
    assert found["OPTIONS"]["sslmode"] == "require"


def test_a_socket_is_named_as_an_option() -> None:
    found = database.from_url("postgresql://xindai:secret@/xindai?host=/run/folder&port=5432")
    assert found["HOST"] == "/run/folder"
    assert "host" not in found["OPTIONS"]


@pytest.mark.parametrize("url", ["mysql://root@localhost/bank", "postgres://localhost:5432/", "bank"])
def test_what_is_no_postgresql_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="only PostgreSQL"):
        database.from_url(url.replace("//", "//user:secret@"))


def test_without_an_address_there_is_no_database() -> None:
    assert database.from_url(None) == {"ENGINE": "django.db.backends.dummy"}
