"""What is known of customers, and how they are shown: masked by the server."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xindai.customers import mobiles, traces
from xindai.customers.facts import read_value
from xindai.customers.identity_numbers import IDENTITY_HASH_KIND, person_number
from xindai.customers.models import Consent, Customer, CustomerFact, CustomerKind, DataExport, PortalAccess, SearchTrace
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.kernel import standing, vault
from xindai.kernel.errors import InvalidInput, NotFound
from xindai.kernel.facts import as_of
from xindai.kernel.masking import mask_identity_number, mask_mobile, mask_name
from xindai.kernel.transactions import held

MONTHS_IN_YEAR = 12
_MOST_CANDIDATES = 50
"""So many customers are looked at more closely by one search."""
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Shown:
    """A customer as staff see one: names and numbers masked."""

    id: int
    no: str
    kind: str
    branch_id: int
    name: str
    identity_number: str
    mobile: str
    since: date


@dataclass(frozen=True)
class KnownFact:
    """A fact with where it comes from and since when."""

    name: str
    value: Any
    source: str
    valid_from: date
    known_at: datetime


def facts_as_of(customer_id: int, valid_on: date, known_at: datetime | None = None) -> dict[str, Any]:
    """Every fact that held on a date, as known at a moment (default: now), by name.

    ``kind``, ``relationship_months`` and a person's ``age_years`` are added; the age comes from the
    identity number.  Raises NotFound.
    """
    customer = _customer(customer_id)
    rows = as_of(CustomerFact.objects.filter(customer=customer), valid_on, known_at)
    facts = {row.name: read_value(row.value, customer.subject_id) for row in rows}
    facts["kind"] = customer.kind
    facts["relationship_months"] = _full_months(customer.since, valid_on)
    if customer.kind == CustomerKind.PERSON:
        number = vault.unseal(customer.subject_id, customer.sealed_identity_number)
        facts["age_years"] = person_number(number).age_years(valid_on)
    return facts


def known_facts(customer_id: int, valid_on: date, known_at: datetime | None = None) -> list[KnownFact]:
    """The facts of a customer's page, with source and dates, by name.  Raises NotFound."""
    rows = list(as_of(CustomerFact.objects.filter(customer=customer_id), valid_on, known_at).select_related("customer"))
    if not rows:
        _customer(customer_id)
    return [
        KnownFact(row.name, read_value(row.value, row.customer.subject_id), row.source, row.valid_from, row.known_at)
        for row in rows
    ]


def _customer(customer_id: int) -> Customer:
    customer: Customer | None = held(("customer", customer_id)) or Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise NotFound(_("customer"), customer_id)
    return customer


def _full_months(since: date, on: date) -> int:
    months = (on.year - since.year) * MONTHS_IN_YEAR + on.month - since.month
    return max(0, months - (on.day < since.day))


def visible(actor: Actor) -> "QuerySet[Customer]":
    """The customers of the actor's branches, the newest first."""
    return scope.rows(actor, Customer.objects.order_by("-pk"), field="branch_id")


def served(actor: Actor, customer_id: int) -> Customer:
    """One customer of the actor's branches.  Raises NotFound, for another branch's customers too."""
    customer: Customer | None = held(("customer", customer_id)) or visible(actor).filter(pk=customer_id).first()
    if customer is None or not scope.covers(actor, customer.branch_id):
        raise NotFound(_("customer"), customer_id)
    return customer


def display(actor: Actor, ids: Iterable[int]) -> dict[int, Shown]:
    """Customers by id, masked; those of other branches are left out.  A page asks once for each of them."""
    wanted, seen = set(ids), standing.learnt("customers")
    missing = {key for key in wanted if (actor, key) not in seen}
    found = {key: seen[actor, key] for key in wanted - missing}
    if missing:
        found |= {row.pk: learn(actor, row) for row in visible(actor).filter(pk__in=missing)}
    return found


def learn(actor: Actor, customer: Customer) -> Shown:
    """A customer of the actor's branches, masked, whom other parts of the same page then need not read again."""
    found: Shown = standing.learnt("customers").setdefault((actor, customer.pk), shown(customer))
    return found


def by_number(actor: Actor, no: str) -> Shown:
    """One customer, masked.  Raises NotFound, for another branch's customers too."""
    customer = visible(actor).filter(no=no).first()
    if customer is None:
        raise NotFound(_("customer"), no)
    return learn(actor, customer)


def by_identity_number(actor: Actor, identity_number: str) -> Shown | None:
    """The customer with an identity number or social credit code, found by its keyed hash."""
    identity_hash = vault.lookup_hash(IDENTITY_HASH_KIND, identity_number.strip().upper())
    customer = visible(actor).filter(identity_hash=identity_hash).first()
    return None if customer is None else shown(customer)


def is_served_elsewhere(actor: Actor, identity_number: str) -> bool:
    """Whether the number is that of a customer of a branch in which the actor sees no rows; who it is stays untold."""
    identity_hash = vault.lookup_hash(IDENTITY_HASH_KIND, identity_number.strip().upper())
    branch_id = Customer.objects.filter(identity_hash=identity_hash).values_list("branch", flat=True).first()
    return branch_id is not None and not scope.covers(actor, branch_id)


def known_by(actor: Actor, text: str, most: int) -> tuple[list[Shown], int]:
    """Customers whom the text names - a name, an identity number or its last four characters, a mobile number -, masked.

    At most so many, the newest first, and how many there are.  A company is found by a part of its name.
    """
    found = list(visible(actor).filter(_named(text))[:_MOST_CANDIDATES])
    part = traces.plain_name(text)
    hit = [one for one in found if one.kind == CustomerKind.PERSON or _company_is(one, text, part)]
    return [shown(one) for one in hit[:most]], len(hit)


def _named(text: str) -> Q:
    """The condition that a customer is whom the text names."""
    having = SearchTrace.objects.filter(customer=OuterRef("pk"))
    condition = Q(identity_hash=vault.lookup_hash(IDENTITY_HASH_KIND, text.strip().upper()))
    condition |= Q(Exists(having.filter(hash=traces.of_person(text))))
    ending, pairs = traces.of_ending(text), traces.of_company(text)
    if ending:
        condition |= Q(Exists(having.filter(hash=ending)))
    if pairs:
        condition |= Q(*(Q(Exists(having.filter(hash=one))) for one in pairs))
    try:
        condition |= Q(mobile_hash=mobiles.hash_of(mobiles.mobile_number(text)))
    except InvalidInput:
        return condition
    return condition


def _company_is(customer: Customer, text: str, part: str) -> bool:
    """Whether a company's name holds the part, in this order; its code may be meant as well."""
    try:
        name, number, _mobile = _personal(customer)
    except NotFound:
        return False
    return part in traces.plain_name(name) or number.endswith(text.strip().upper())


def shown(customer: Customer) -> Shown:
    """A customer masked for a page.  A company's name and code are public and stay readable.

    Of a customer whose personal data have been deleted only the number and the dates are left.
    """
    try:
        name, number, mobile = _personal(customer)
    except NotFound:
        name, number, mobile = gettext("deleted"), "", ""
    return Shown(
        id=customer.pk,
        no=customer.no,
        kind=customer.kind,
        branch_id=customer.branch_id,
        name=name,
        identity_number=number,
        mobile=mobile,
        since=customer.since,
    )


def _personal(customer: Customer) -> tuple[str, str, str]:
    """Name, number and mobile as they may be shown.  Raises NotFound when they have been deleted."""
    name = vault.unseal(customer.subject_id, customer.sealed_name)
    number = vault.unseal(customer.subject_id, customer.sealed_identity_number)
    mobile = vault.unseal(customer.subject_id, customer.sealed_mobile) if customer.sealed_mobile else ""
    if customer.kind != CustomerKind.PERSON:
        return name, number, mobile and mask_mobile(mobile)
    return mask_name(name), mask_identity_number(number), mobile and mask_mobile(mobile)


def consents(customer_id: int, on: date) -> Mapping[str, date]:
    """The consents standing on a date, with the day each was given."""
    standing = Consent.objects.filter(customer_id=customer_id, given_on__lte=on).exclude(withdrawn_on__lte=on)
    return dict(standing.values_list("kind", "given_on"))


def exports_of(customer_id: int) -> "QuerySet[DataExport]":
    """When a customer's data were taken away as a file, the latest first."""
    return DataExport.objects.filter(customer_id=customer_id).order_by("-pk")


def is_own(actor: Actor, customer_id: int) -> bool:
    """Whether the actor is a borrower and the customer is the one to whom their login leads."""
    return Role.BORROWER in actor.roles and customer_of_user(actor.user_id) == customer_id


def reachable(actor: Actor, queryset: "QuerySet[Row]", field: str = "customer_id") -> "QuerySet[Row]":
    """Rows of the actor's branches; for a borrower the rows of their own customer.  ``field`` leads to the customer."""
    if Role.BORROWER not in actor.roles:
        return scope.rows(actor, queryset)
    own_customer: dict[str, Any] = {field: customer_of_user(actor.user_id) or 0}
    return queryset.filter(**own_customer)


def reached(actor: Actor, customer_id: int) -> Customer:
    """A customer of the actor's branches, or the borrower's own self.  Raises NotFound."""
    if not is_own(actor, customer_id):
        return served(actor, customer_id)
    return _customer(customer_id)


def customer_of_user(user_id: int | None) -> int | None:
    """The customer to whom a login of the portal leads, if it leads to one."""
    return PortalAccess.objects.filter(user=user_id, ended_at=None).values_list("customer", flat=True).first()


def customer_of_mobile(mobile_hash: str) -> int | None:
    """The person who may sign in by codes sent to the number with this keyed hash.

    Nobody, where the person's way to their own pages was ended and not given again.
    """
    found = Customer.objects.filter(mobile_hash=mobile_hash, kind=CustomerKind.PERSON).values_list("pk", flat=True)
    customer_id = found.first() if mobile_hash else None
    if customer_id is None:
        return None
    endings = list(PortalAccess.objects.filter(customer_id=customer_id).values_list("ended_at", flat=True))
    return customer_id if not endings or None in endings else None


def subject_of(customer_id: int) -> UUID:
    """The name of the key under which a customer's personal data are sealed.  Raises NotFound."""
    return _customer(customer_id).subject_id


@dataclass(frozen=True)
class Reach:
    """Where a person is reached: the key of their data, their branch, and the number unmasked - for a carrier, not for pages."""

    subject_id: UUID
    branch_id: int
    mobile: str


def reach(customer_id: int) -> Reach | None:
    """Where a customer is reached by text message; None without a number.  Raises NotFound for deleted data."""
    customer = _customer(customer_id)
    if not customer.sealed_mobile:
        return None
    mobile = vault.unseal(customer.subject_id, customer.sealed_mobile)
    return Reach(customer.subject_id, customer.branch_id, mobile)


def own(user_id: int | None) -> Shown:
    """The customer behind a login of the portal, masked as everywhere.  Raises NotFound for a login without one."""
    customer_id = customer_of_user(user_id)
    if customer_id is None:
        raise NotFound(
            _("customer"),
            "-",
            _("This login does not lead to a customer yet."),
            _("Ask your branch to link it to you."),
        )
    return shown(_customer(customer_id))
