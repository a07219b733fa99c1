"""Everything that is kept of a person, as one file: each table with the rows that are theirs, personal values readable.

What is only a key of the house - hashes, row ids of others, sealed bytes - is left out; nothing of other persons is in it.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import models

from xindai.applications.models import Application, Draft
from xindai.classification.models import CustomerClass
from xindai.contracts.models import Contract
from xindai.customers.facts import read_value
from xindai.customers.models import Consent, Customer, CustomerFact, DataExport, PortalAccess
from xindai.documents.models import Document
from xindai.enquiries.models import Enquiry
from xindai.identity.models import SignIn
from xindai.kernel import vault
from xindai.notices.models import Message
from xindai.offers.models import Offer
from xindai.payments.models import DebitOrder, Mandate, PayIn, Receipt
from xindai.recovery.models import Case, Step
from xindai.servicing import queries as servicing
from xindai.servicing.models import Loan, LoanEvent
from xindai.underwriting.models import Decision

SEALED: Final = "sealed_"
LEFT_OUT: Final = frozenset(
    {"identity_hash", "mobile_hash", "session_key", "version", "made_by", "given_by", "answered_by"}
)
"""Keys of the house, and names of the staff."""
README: Final = (
    "data.json 是我们保存的关于您的全部数据（UTF-8 编码）；documents 文件夹内是您上传的文件。金额以最小货币单位（分）表示，利率以十亿分之一表示。\n"
    "data.json holds everything that we keep of you (UTF-8); the folder documents holds what you handed in. "
    "Amounts are in the smallest unit of the currency, rates in parts per billion.\n"
)


def file_of(customer_id: int, contents: Mapping[str, bytes]) -> tuple[bytes, str]:
    """The file as ZIP and its SHA-256; ``contents`` are the handed-in documents by their name in it.  Raises NotFound."""
    whole = json.dumps(everything(customer_id), ensure_ascii=False, indent=2, default=_plain)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("README.txt", README)
        zipped.writestr("data.json", whole)
        for name, content in contents.items():
            zipped.writestr(f"documents/{name}", content)
    return written.getvalue(), hashlib.sha256(written.getvalue()).hexdigest()


def everything(customer_id: int) -> dict[str, Any]:
    """All rows of a customer by what they are.  Raises NotFound when the data have been deleted."""
    customer = Customer.objects.get(pk=customer_id)
    subject = customer.subject_id
    of_customer = {"customer_id": customer_id}
    loans = list(Loan.objects.filter(**of_customer).order_by("pk"))
    numbers = [loan.no for loan in loans]
    users = PortalAccess.objects.filter(**of_customer).values_list("user", flat=True)
    tables: dict[str, Iterable[models.Model]] = {
        "customer": [customer],
        "consents": Consent.objects.filter(**of_customer),
        "classes": CustomerClass.objects.filter(**of_customer),
        "logins": PortalAccess.objects.filter(**of_customer),
        "sessions": SignIn.objects.filter(user__in=users),
        "drafts": Draft.objects.filter(**of_customer),
        "applications": Application.objects.filter(**of_customer),
        "offers": Offer.objects.filter(**of_customer),
        "decisions": Decision.objects.filter(application__customer=customer_id),
        "contracts": Contract.objects.filter(**of_customer),
        "loans": loans,
        "loan_events": LoanEvent.objects.filter(loan__in=loans),
        "mandates": Mandate.objects.filter(loan_no__in=numbers),
        "debit_orders": DebitOrder.objects.filter(loan_no__in=numbers),
        "own_payments": PayIn.objects.filter(loan_no__in=numbers),
        "receipts": Receipt.objects.filter(loan_no__in=numbers),
        "collection_cases": Case.objects.filter(loan__in=loans),
        "collection_steps": Step.objects.filter(case__loan__in=loans),
        "messages": Message.objects.filter(subject_id=subject),
        "questions": Enquiry.objects.filter(**of_customer),
        "documents": Document.objects.filter(**of_customer),
        "exports": DataExport.objects.filter(**of_customer),
    }
    found: dict[str, Any] = {name: [_row(row, subject) for row in rows] for name, rows in tables.items()}
    found["facts"] = [
        {**_row(row, subject), "value": read_value(row.value, subject)}
        for row in CustomerFact.objects.filter(**of_customer).order_by("pk")
    ]
    found["schedules"] = {loan.no: [_plain_row(row) for row in servicing.schedule(loan)] for loan in loans}
    return found


def _plain_row(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).__slots__}


def _row(row: models.Model, subject: UUID) -> dict[str, Any]:
    """A row as plain values: what is sealed is opened, what leads to other rows is left out but for its own id."""
    found: dict[str, Any] = {}
    for field in row._meta.concrete_fields:  # noqa: SLF001 - Django's own, documented way to a model's fields
        if field.is_relation or field.name in LEFT_OUT:
            continue
        value = getattr(row, field.attname)
        if isinstance(field, models.BinaryField):
            found[field.name.removeprefix(SEALED)] = None if value is None else vault.unseal(subject, value)
        else:
            found[field.name] = value
    return found


def _plain(value: Any) -> Any:
    """What JSON does not know, as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
