"""Recording customers - the same identity number is always the same customer - and their own way to their rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xindai.customers import mobiles, queries, traces
from xindai.customers.facts import SELF_STATED, Stated, check_facts, kept_value, read_value
from xindai.customers.identity_numbers import IDENTITY_HASH_KIND, check_agrees, company_number, person_number
from xindai.customers.models import (
    Consent,
    ConsentKind,
    Customer,
    CustomerFact,
    CustomerKind,
    DataExport,
    PortalAccess,
    SearchTrace,
)
from xindai.identity import queries as identity
from xindai.identity import scope
from xindai.identity import services as identity_acts
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.verbs import verb
from xindai.kernel import clock, numbering, sql, vault
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.kernel.facts import as_of
from xindai.kernel.ids import uuid7
from xindai.kernel.texts import is_line
from xindai.kernel.transactions import hold
from xindai.policies.packs import Pack
from xindai.policies.queries import pack_as_of

LONGEST_NAME = 200
"""Characters; the longest registered name of a company is well below it."""


@dataclass(frozen=True)
class Recorded:
    """The customer that was recorded, or found again."""

    id: int
    no: str
    subject_id: UUID
    is_new: bool


@verb("customer.record_person")
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
    stated, must agree with the identity number.  Raises InvalidInput, NotPermitted (also for whom another branch serves).
    """
    number = person_number(identity_number)
    check_agrees(number, birth_date=_stated(facts, "birth_date"), gender=_stated(facts, "gender"))
    subject = _Subject(CustomerKind.PERSON, number.number, name.strip(), mobile and mobiles.mobile_number(mobile))
    return _record(actor, subject, branch_id=branch_id, facts=facts, consents=list(consents), on=on)


@verb("customer.record_company")
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

    Raises InvalidInput, NotPermitted (also for one that another branch serves).
    """
    subject = _Subject(CustomerKind.COMPANY, company_number(identity_number), name.strip(), mobile)
    return _record(actor, subject, branch_id=branch_id, facts=facts, consents=list(consents), on=on)


@verb("customer.record_mobile")
def record_mobile(actor: Actor, *, customer_id: int, mobile: str) -> Customer:
    """Keep the mobile number under which a person is reached, and to which codes for signing in are sent.

    Raises NotFound, NotPermitted, InvalidInput for what is no number or belongs to a company, StateConflict for a
    number that is another person's.
    """
    customer = _in_scope(actor, customer_id)
    if customer.kind != CustomerKind.PERSON:
        raise InvalidInput(
            "mobile",
            _("A company has no mobile number of its own."),
            _("Give somebody who acts for the company a login."),
        )
    number = mobiles.mobile_number(mobile)
    customer.sealed_mobile = vault.seal(customer.subject_id, number)
    customer.mobile_hash = _own_hash(number, customer.pk)
    customer.save()
    return customer


def _own_hash(number: str, customer_id: int = 0) -> str:
    """The hash of a number that no other person has.  Raises StateConflict."""
    found = mobiles.hash_of(number)
    sql.lock(f"mobile {found}")
    if Customer.objects.filter(mobile_hash=found).exclude(pk=customer_id).exists():
        raise StateConflict(
            _("This mobile number is another customer's."),
            field="mobile",
            remedy=_("Ask for a number of the person's own; a number leads to one person only."),
        )
    return found


@verb("customer.open_own_pages")
def open_own_pages(actor: Actor, *, mobile_hash: str) -> int:
    """The login (by its id) of the person whose mobile number this is; the first time it is made, without a password.

    Raises NotFound when the number is nobody's, or when the person's access was ended and not given again.
    """
    customer_id = queries.customer_of_mobile(mobile_hash)
    if customer_id is None:
        raise NotFound(_("customer"), "-")
    customer = Customer.objects.get(pk=customer_id)
    sql.lock(f"own pages {customer.pk}")
    standing = PortalAccess.objects.filter(customer=customer, ended_at=None).order_by("pk").first()
    if standing is None:
        user = identity_acts.register_borrower(actor, username=customer.no)
        standing = PortalAccess.objects.create(customer=customer, user=user, given_by=actor.label, given_at=clock.now())
    return standing.user_id


@verb("customer.state_facts")
def state_facts(actor: Actor, *, customer_id: int, facts: Mapping[str, Stated], on: date) -> int:
    """Add facts that hold from ``on``; how many were news.  Customers state some of themselves.

    Raises NotFound, InvalidInput, NotPermitted.
    """
    customer = _within_reach(actor, customer_id)
    pack = pack_as_of(on)
    check_facts(facts, customer.kind, pack)
    if queries.is_own(actor, customer.pk):
        _check_self_stated(facts)
    return _add_facts(customer, facts, _held(customer, on), vault.sealer(customer.subject_id), on, pack)


def _check_self_stated(facts: Mapping[str, Stated]) -> None:
    """Refuse what customers do not state of themselves.  Raises InvalidInput."""
    for name in facts:
        if name not in SELF_STATED:
            raise InvalidInput(
                name,
                _("“{name}” is nothing that a customer states."),
                _("Ask your branch to correct it."),
                name=name,
            )


@verb("customer.give_consents")
def give_consents(actor: Actor, *, customer_id: int, kinds: Mapping[str, str], on: date) -> None:
    """Keep consents, each with the version of the text that was agreed to; one that stands already stands on.

    Raises NotFound, NotPermitted, InvalidInput for an unknown consent.
    """
    customer = _within_reach(actor, customer_id)
    _check_consents(kinds)
    Consent.objects.bulk_create(
        (
            Consent(customer=customer, kind=kind, given_on=on, source="online", text_version=text)
            for kind, text in kinds.items()
        ),
        ignore_conflicts=True,
    )


@verb("customer.withdraw_consent")
def withdraw_consent(actor: Actor, *, customer_id: int, kind: str, on: date) -> Consent:
    """End a consent from a day on; what was done with it before stays lawful.

    Raises NotFound, also where no such consent stands, NotPermitted, InvalidInput for an unknown consent.
    """
    customer = _within_reach(actor, customer_id)
    _check_consents([kind])
    standing = Consent.objects.select_for_update().filter(customer=customer, kind=kind, withdrawn_on=None).first()
    if standing is None:
        raise NotFound(_("consent"), kind)
    standing.withdrawn_on = max(on, standing.given_on)
    standing.save(update_fields=["withdrawn_on"])
    return standing


@verb("customer.change_own_mobile")
def change_own_mobile(actor: Actor, *, mobile: str, proven_hash: str) -> Customer:
    """A borrower takes another number of their own; ``proven_hash`` is that of the number to which the code went that they entered.

    Raises NotFound, InvalidInput for what is no number or belongs to a company's login, StateConflict for a number that was
    not proven or is another person's.
    """
    customer = _within_reach(actor, queries.own(actor.user_id).id)
    number = mobiles.mobile_number(mobile)
    if customer.kind != CustomerKind.PERSON:
        raise InvalidInput(
            "mobile", _("A company has no mobile number of its own."), _("Ask your branch to change your login.")
        )
    if mobiles.hash_of(number) != proven_hash:
        raise StateConflict(_("The code was sent to another number."), remedy=_("Ask for a code for this number."))
    customer.mobile_hash = _own_hash(number, customer.pk)
    customer.sealed_mobile = vault.seal(customer.subject_id, number)
    customer.save()
    return customer


@verb("customer.record_export")
def record_export(actor: Actor, *, sha256: str) -> DataExport:
    """Note that a borrower has taken all their data away as a file with this hash.  Raises NotFound."""
    customer = _within_reach(actor, queries.own(actor.user_id).id)
    return DataExport.objects.create(customer=customer, sha256=sha256, made_at=clock.now(), made_by=actor.label)


@verb("customer.give_portal_access")
def give_portal_access(actor: Actor, *, customer_id: int, username: str) -> PortalAccess:
    """Let somebody who signs in under this name see the customer's own rows; giving it again changes nothing.

    Raises NotFound, NotPermitted, InvalidInput for a login that is not a borrower's alone, StateConflict for one
    that leads to another customer.
    """
    customer = _in_scope(actor, customer_id)
    user = identity.user(username)
    if Actor.of(user).roles != {Role.BORROWER}:
        raise InvalidInput(
            "username",
            _("“{value}” is not the login of a borrower."),
            _("Choose a login that has the role of a borrower and no other."),
            value=username,
        )
    sql.lock(f"portal access {user.pk}")
    standing = PortalAccess.objects.filter(user=user, ended_at=None).first()
    if standing is None:
        return PortalAccess.objects.create(customer=customer, user=user, given_by=actor.label, given_at=clock.now())
    if standing.customer_id != customer.pk:
        raise StateConflict(
            _("The login “{name}” leads to another customer."),
            field="username",
            remedy=_("End that access first, or register another login."),
            name=username,
        )
    return standing


@verb("customer.end_portal_access")
def end_portal_access(actor: Actor, *, customer_id: int, username: str) -> None:
    """Close a login's way to the customer's rows; ending it twice changes nothing.  Raises NotFound, NotPermitted."""
    customer = _in_scope(actor, customer_id)
    standing = PortalAccess.objects.select_for_update().filter(
        customer=customer, user=identity.user(username), ended_at=None
    )
    for access in standing:
        access.ended_at = clock.now()
        access.save()


def _within_reach(actor: Actor, customer_id: int) -> Customer:
    """A customer of the actor's branches, or the actor's own self.  Raises NotFound, NotPermitted."""
    if Role.BORROWER not in actor.roles:
        return _in_scope(actor, customer_id)
    if not queries.is_own(actor, customer_id):
        raise NotFound(_("customer"), customer_id)
    return Customer.objects.get(pk=customer_id)


def _in_scope(actor: Actor, customer_id: int) -> Customer:
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise NotFound(_("customer"), customer_id)
    scope.require(actor, customer.branch_id)
    return customer


def _stated(facts: Mapping[str, Stated], name: str) -> str | None:
    return str(facts[name][0]) if name in facts else None


@dataclass(frozen=True)
class _Subject:
    """Who is recorded: the checked identity number and what is kept sealed."""

    kind: str
    number: str
    name: str
    mobile: str | None


def _record(
    actor: Actor,
    subject: _Subject,
    *,
    branch_id: int,
    facts: Mapping[str, Stated],
    consents: Iterable[str],
    on: date,
) -> Recorded:
    scope.require(actor, branch_id)
    pack = pack_as_of(on)
    _check_statement(subject, facts, consents, pack)
    identity_hash = vault.lookup_hash(IDENTITY_HASH_KIND, subject.number)
    sql.lock(f"customer {identity_hash}")  # two officers may record the same person at once
    customer = Customer.objects.filter(identity_hash=identity_hash).first()
    if customer is not None:
        scope.require(actor, customer.branch_id)  # who is another branch's customer is not this officer's to change
    is_new = customer is None
    seal = vault.sealer(uuid7() if customer is None else customer.subject_id, is_new=is_new)
    if customer is None:
        customer = _make(subject, seal, identity_hash, branch_id, on)
    known = {} if is_new else _held(customer, on)
    _add_facts(customer, facts, known, seal, on, pack)
    _add_consents(customer, consents, on)
    return Recorded(customer.pk, customer.no, customer.subject_id, is_new)


def _check_statement(subject: _Subject, facts: Mapping[str, Stated], consents: Iterable[str], pack: Pack) -> None:
    """Refuse a name that is missing or cannot be one, an impossible fact, an unknown consent.  Raises InvalidInput."""
    if not subject.name:
        raise InvalidInput("name", _("A customer needs a name."), _("State the name as in the identity document."))
    if len(subject.name) > LONGEST_NAME or not is_line(subject.name):
        raise InvalidInput(
            "name",
            _("The name is too long or holds a character that cannot be kept."),
            _("State the name as in the identity document, in at most {longest} characters."),
            longest=LONGEST_NAME,
        )
    check_facts(facts, subject.kind, pack)
    _check_consents(consents)


def _check_consents(consents: Iterable[str]) -> None:
    """Refuse an unknown consent.  Raises InvalidInput."""
    for kind in consents:
        if kind not in ConsentKind.values:
            raise InvalidInput(
                "consents",
                _("“{value}” is not a consent."),
                _("Choose one of: {codes}."),
                value=kind,
                codes=", ".join(ConsentKind.values),
            )


def _make(subject: _Subject, seal: vault.Sealer, identity_hash: str, branch_id: int, on: date) -> Customer:
    made = Customer(
        no=numbering.next_number(numbering.CUSTOMER, on.year),
        kind=subject.kind,
        branch_id=branch_id,
        subject_id=seal.subject_id,
        sealed_name=seal(subject.name),
        sealed_identity_number=seal(subject.number),
        sealed_mobile=seal(subject.mobile) if subject.mobile else None,
        identity_hash=identity_hash,
        mobile_hash=_own_hash(subject.mobile) if subject.mobile and subject.kind == CustomerKind.PERSON else "",
        since=on,
        recorded_at=clock.now(),
    )
    made.save()
    hashes = traces.of_customer(subject.kind, subject.name, subject.number)
    SearchTrace.objects.bulk_create(SearchTrace(customer=made, hash=one) for one in hashes)
    return hold(("customer", made.pk), made)


def _add_facts(
    customer: Customer,
    facts: Mapping[str, Stated],
    known: Mapping[str, Stated],
    seal: vault.Sealer,
    on: date,
    pack: Pack,
) -> int:
    """Keep the facts that say something new; how many there were."""
    now = clock.now()
    news = [
        CustomerFact(
            customer=customer,
            name=name,
            value=kept_value(name, value, seal, pack),
            source=source,
            valid_from=on,
            known_at=now,
        )
        for name, (value, source) in facts.items()
        if known.get(name) != (value, source)
    ]
    CustomerFact.objects.bulk_create(news)
    return len(news)


def _held(customer: Customer, on: date) -> dict[str, Stated]:
    """What is known on a date, with its source."""
    rows = as_of(CustomerFact.objects.filter(customer=customer), on)
    return {row.name: (read_value(row.value, customer.subject_id), row.source) for row in rows}


def _add_consents(customer: Customer, consents: Iterable[str], on: date) -> None:
    """Keep the consents given; one that stands already stands on."""
    Consent.objects.bulk_create(
        (Consent(customer=customer, kind=kind, given_on=on, source="application") for kind in dict.fromkeys(consents)),
        ignore_conflicts=True,
    )
