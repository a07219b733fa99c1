"""Documents of an application: told by their bytes, kept sealed under their hash, for their owner and staff alone."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xindai.applications.models import Application
from xindai.applications.testing import answered
from xindai.documents import services
from xindai.documents.kinds import LARGEST_BYTES
from xindai.documents.models import Document
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch, make_user
from xindai.kernel import business_date, vault
from xindai.kernel.errors import NotFound, NotPermitted, StateConflict
from xindai.offers.testing import Scene, make_scene, person
from xindai.portal.tests.people import borrower_of, browser_of
from xindai.products.testing import ON

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\npay slip of March\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0pixels\xff\xd9"


@pytest.fixture
def scene(db: None, settings: Any, tmp_path: Path) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    made = make_scene()
    business_date.open_day(ON)
    return made


@pytest.fixture
def application(scene: Scene) -> Application:
    return answered(scene)


@pytest.fixture
def user(application: Application) -> User:
    return borrower_of(application.customer_id)


@pytest.fixture
def client(user: User) -> Client:
    return browser_of(user)


def hand_in(client: Client, no: str, content: bytes, name: str = "slip.pdf", kind: str = "identity") -> int:
    file = SimpleUploadedFile(name, content, content_type="text/html")
    return client.post(f"/me/applications/{no}/documents/", {"kind": kind, "file": file}).status_code


def test_a_document_is_told_by_its_bytes_kept_sealed_and_given_back_as_it_was(
    client: Client, application: Application, tmp_path: Path
) -> None:
    for content, media_type in ((PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")):
        assert hand_in(client, application.no, content, name="anything.exe") == 302
        kept = Document.objects.latest("pk")
        assert (kept.media_type, kept.size) == (media_type, len(content))
        answer = client.get(f"/me/documents/{kept.key}/")
        assert (answer.content, answer["Content-Type"]) == (content, media_type)
        assert answer["Content-Disposition"].startswith("attachment")
        assert "no-store" in answer["Cache-Control"]
        (file,) = [path for path in tmp_path.rglob("*") if path.name == kept.stored]
        assert content not in file.read_bytes()
    shown = client.get(f"/me/applications/{application.no}/documents/").content.decode()
    assert shown.count("anything.exe") == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<script>alert(1)</script>", "no PDF, JPEG or PNG"),
        (PDF[:12], "the file is not whole"),
        (b"%PDF-1.7" + b"x" * (LARGEST_BYTES + 1) + b"%%EOF", "The file is too large."),
        (b"", "The file is empty."),
    ],
)
def test_what_is_none_of_these_or_too_large_is_refused_and_nothing_is_kept(
    client: Client, application: Application, tmp_path: Path, content: bytes, words: str
) -> None:
    file = SimpleUploadedFile("slip.pdf", content, content_type="application/pdf")
    answer = client.post(f"/me/applications/{application.no}/documents/", {"kind": "identity", "file": file})
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Document.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_same_file_is_kept_once_and_there_is_a_most(client: Client, user: User, application: Application) -> None:
    assert [hand_in(client, application.no, PDF) for _time in range(2)] == [302, 302]
    assert Document.objects.count() == 1
    for number in range(services.MOST - 1):
        services.hand_in(
            Actor.of(user), application_no=application.no, kind="x", name="x", content=PDF + b"%d%%%%EOF" % number
        )
    with pytest.raises(StateConflict):
        services.hand_in(Actor.of(user), application_no=application.no, kind="x", name="x", content=PNG)


def test_only_its_owner_and_the_staff_of_the_branch_open_it(
    client: Client, scene: Scene, application: Application
) -> None:
    hand_in(client, application.no, PDF)
    kept = Document.objects.get()
    stranger_user = borrower_of(person(scene).id)
    stranger = browser_of(stranger_user)
    assert stranger.get(f"/me/documents/{kept.key}/").status_code == 404
    assert hand_in(stranger, application.no, PNG) == 404
    assert stranger.get(f"/documents/{kept.key}/").status_code == 403
    with pytest.raises(NotFound):
        services.hand_in(Actor.of(stranger_user), application_no=application.no, kind="x", name="x", content=PNG)
    with pytest.raises(NotPermitted):
        services.hand_in(scene.officer, application_no=application.no, kind="x", name="x", content=PNG)
    staff = browser_of(User.objects.get(username=scene.officer.name))
    assert staff.get(f"/documents/{kept.key}/").content == PDF
    basis = staff.get(f"/applications/{application.no}/basis/").content.decode()
    assert f"/documents/{kept.key}/" in basis
    elsewhere = browser_of(make_user(Role.LOAN_OFFICER, make_branch("B99")))
    assert elsewhere.get(f"/documents/{kept.key}/").status_code == 404
    collector = browser_of(make_user(Role.COLLECTOR, scene.branch))
    assert collector.get(f"/documents/{kept.key}/").status_code == 403


def test_a_file_that_was_altered_or_whose_key_was_destroyed_is_not_given_out(
    client: Client, application: Application, tmp_path: Path
) -> None:
    hand_in(client, application.no, PDF)
    kept = Document.objects.select_related("customer").get()
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    sealed = file.read_bytes()
    file.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert client.get(f"/me/documents/{kept.key}/").status_code == 404
    file.write_bytes(sealed)
    assert client.get(f"/me/documents/{kept.key}/").status_code == 200
    vault.destroy(kept.customer.subject_id)
    assert client.get(f"/me/documents/{kept.key}/").status_code == 404
