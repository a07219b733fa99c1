"""Recording customers: the same identity number is always the same customer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xindai.customers.facts import Stated, check_facts, kept_value, read_value
from xindai.customers.identity_numbers import check_agrees, company_number, person_number
from xindai.customers.models import Consent, Customer, CustomerFact, CustomerKind
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import clock, numbering, sql, vault
from xindai.kernel.errors import InvalidInput
from xindai.kernel.facts import as_of
from xindai.kernel.ids import uuid7
from xindai.policies.packs import Pack
from xindai.policies.queries import pack_as_of

IDENTITY_HASH_KIND = "identity_number"


@dataclass(frozen=True)
class Recorded:
    """The customer that was recorded, or found again."""

    id: int
    no: str
    subject_id: UUID
    is_new: bool


@verb("customers.record_person")
def record_person(
    actor: Actor,
    *,
    branch_id: int,
    name: str,
    identity_number: str,
    facts: Mapping[str, Stated],
    on: date,
    consents: Iterable[str] = (),
    mobile: str | None = None,
) -> Recorded:
    """Record a natural person with facts that hold from ``on``, or add news to the one already known.

    Facts are ``name -> (value, source)`` with the names of the policy.  Birth date and gender, where
    stated, must agree with the identity number.  Raises InvalidInput, NotPermitted.
    """
    number = person_number(identity_number)
    check_agrees(number, birth_date=_stated(facts, "birth_date"), gender=_stated(facts, "gender"))
    return _record(
        actor,
        kind=CustomerKind.PERSON,
        branch_id=branch_id,
        name=name,
        number=number.number,
        mobile=mobile,
        facts=facts,
        consents=consents,
        on=on,
    )


@verb("customers.record_company")
def record_company(
    actor: Actor,
    *,
    branch_id: int,
    name: str,
    identity_number: str,
    facts: Mapping[str, Stated],
    on: date,
    consents: Iterable[str] = (),
    mobile: str | None = None,
) -> Recorded:
    """Record a company by its unified social credit code, or add news to the one already known.

    Raises InvalidInput, NotPermitted.
    """
    return _record(
        actor,
        kind=CustomerKind.COMPANY,
        branch_id=branch_id,
        name=name,
        number=company_number(identity_number),
        mobile=mobile,
        facts=facts,
        consents=consents,
        on=on,
    )


@verb("customers.state_facts")
def state_facts(actor: Actor, *, customer_id: int, facts: Mapping[str, Stated], on: date) -> int:
    """Add facts that hold from ``on``; how many were news.  Raises InvalidInput, NotPermitted."""
    customer = Customer.objects.get(pk=customer_id)
    scope.require(actor, customer.branch_id)
    pack = pack_as_of(on)
    check_facts(facts, customer.kind, pack)
    return _add_facts(customer, facts, on, pack, is_new=False)


def _stated(facts: Mapping[str, Stated], name: str) -> str | None:
    return str(facts[name][0]) if name in facts else None


def _record(
    actor: Actor,
    *,
    kind: str,
    branch_id: int,
    name: str,
    number: str,
    mobile: str | None,
    facts: Mapping[str, Stated],
    consents: Iterable[str],
    on: date,
) -> Recorded:
    scope.require(actor, branch_id)
    if not name.strip():
        raise InvalidInput("name", _("A customer needs a name."), _("State the name as in the identity document."))
    pack = pack_as_of(on)
    check_facts(facts, kind, pack)
    customer, is_new = _found_or_made(kind, branch_id, name.strip(), number, mobile, on)
    _add_facts(customer, facts, on, pack, is_new=is_new)
    _add_consents(customer, consents, on, is_new=is_new)
    return Recorded(customer.pk, customer.no, customer.subject_id, is_new)


def _found_or_made(
    kind: str, branch_id: int, name: str, number: str, mobile: str | None, on: date
) -> tuple[Customer, bool]:
    """The customer with this identity number, made when there is none; a later name does not replace the first."""
    identity_hash = vault.lookup_hash(IDENTITY_HASH_KIND, number)
    sql.lock(f"customer {identity_hash}")  # two officers may record the same person at once
    known = Customer.objects.filter(identity_hash=identity_hash).first()
    if known is not None:
        return known, False
    subject_id = uuid7()
    made = Customer(
        no=numbering.next_number(numbering.CUSTOMER, on.year),
        kind=kind,
        branch_id=branch_id,
        subject_id=subject_id,
        sealed_name=vault.seal(subject_id, name),
        sealed_identity_number=vault.seal(subject_id, number),
        sealed_mobile=vault.seal(subject_id, mobile) if mobile else None,
        identity_hash=identity_hash,
        since=on,
        recorded_at=clock.now(),
    )
    made.save()
    return made, True


def _add_facts(customer: Customer, facts: Mapping[str, Stated], on: date, pack: Pack, *, is_new: bool) -> int:
    """Keep the facts that say something new."""
    known = {} if is_new else _held(customer, on)
    news = [
        CustomerFact(
            customer=customer,
            name=name,
            value=kept_value(name, value, customer.subject_id, pack),
            source=source,
            valid_from=on,
            known_at=clock.now(),
        )
        for name, (value, source) in facts.items()
        if name not in known or known[name] != (value, source)
    ]
    CustomerFact.objects.bulk_create(news)
    return len(news)


def _held(customer: Customer, on: date) -> dict[str, Stated]:
    rows = as_of(CustomerFact.objects.filter(customer=customer), on)
    return {row.name: (read_value(row.value, customer.subject_id), row.source) for row in rows}


def _add_consents(customer: Customer, consents: Iterable[str], on: date, *, is_new: bool) -> None:
    standing = (
        set()
        if is_new
        else set(Consent.objects.filter(customer=customer, withdrawn_on=None).values_list("kind", flat=True))
    )
    Consent.objects.bulk_create(
        Consent(customer=customer, kind=kind, given_on=on, source="application")
        for kind in dict.fromkeys(consents)
        if kind not in standing
    )
