"""Founding the demonstration bank: branches, people, limits, accounts, policy, products, the first business day.

Everything goes through the verbs of the apps, and everything may be asked for again: what is there stays.
"""

import json
import os
import secrets
from datetime import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

from xindai.demonstration import companies, persons
from xindai.demonstration.arrivals import spread
from xindai.demonstration.bank import Plan, hours_of
from xindai.demonstration.chance import Chance
from xindai.demonstration.intake import announce
from xindai.demonstration.staff import BORROWER, BRANCHES, LIMITS_MINOR, MEMBERS
from xindai.identity import queries as identity
from xindai.identity import services as identity_acts
from xindai.identity.actors import Actor
from xindai.kernel import business_date, clock
from xindai.ledger import services as ledger
from xindai.policies import services as policies
from xindai.policies.models import PolicyState
from xindai.products import files as product_files
from xindai.products import services as products
from xindai.products.models import ProductState

CODE = "XDDEMO"
NAME = {"zh": "信贷演示银行", "en": "Xindai Demonstration Bank"}
CURRENCY = "CNY"
PARTS = 1
BEFORE_OPENING = time(8)
SYSTEM = Actor.system("founding")
PACK = Path(__file__).resolve().parents[3] / "policies" / "cn"
"""The policy pack that is shipped with the product."""


def found(plan: Plan) -> None:
    """Found the bank with all that its first day needs, unless it is there already."""
    with clock.simulated(clock.at_bank(plan.first_day, BEFORE_OPENING)), transaction.atomic():
        identity_acts.found_bank(
            SYSTEM,
            code=CODE,
            name=NAME,
            currency=CURRENCY,
            founded_on=plan.first_day,
            parts=PARTS,
            is_demonstration=True,
        )
        _hire()
        _set_limits()
        _open_accounts()
        _put_policy_in_force(plan)
        _put_products_on_sale(plan)
        if business_date.current_or_none() is None and business_date.last_closed() is None:
            business_date.open_day(plan.first_day)
        _announce_applications(plan)


def _hire() -> None:
    """Branches and people.  All people of the demonstration share one password, made for this bank."""
    for code, name in BRANCHES.items():
        identity_acts.open_branch(SYSTEM, code=code, name=name)
    known = identity.usernames()
    for member in MEMBERS:
        if member.username not in known:
            identity_acts.register_user(
                SYSTEM, username=member.username, password=password(), display_name=member.display_name
            )
            identity_acts.grant_role(SYSTEM, username=member.username, role=member.role, branch_code=member.branch_code)


def password() -> str:
    """The password of the demonstration's people, kept in the data folder for nobody else to read."""
    path = Path(settings.DATA) / "demonstration" / "logins.json"
    if path.exists():
        return str(json.loads(path.read_text(encoding="utf-8"))["password"])
    made = secrets.token_urlsafe(12)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"password": made}, file)
    return made


def logins() -> list[tuple[str, str, str]]:
    """Role, user name and password of everybody who may sign in."""
    known = identity.usernames()
    people = [member for member in (*MEMBERS, BORROWER) if member.username in known]
    return [(str(member.role.label), member.username, password()) for member in people]


def _set_limits() -> None:
    for kind, limits in LIMITS_MINOR.items():
        for role, amount_minor in limits.items():
            identity_acts.set_authority_limit(SYSTEM, role=role, kind=kind, amount_minor=amount_minor)


def _open_accounts() -> None:
    ledger.open_accounts(SYSTEM)


def _put_policy_in_force(plan: Plan) -> None:
    """The policy manager imports, the risk manager reviews."""
    maker, checker = _person("policy"), _person("risk")
    version = policies.import_pack(maker, folder=PACK)
    if version.state == PolicyState.DRAFT:
        version = policies.review(checker, version_id=version.pk)
    if version.state == PolicyState.REVIEWED:
        policies.go_live(checker, version_id=version.pk, live_from=plan.first_day)


def _put_products_on_sale(plan: Plan) -> None:
    maker, checker = _person("policy"), _person("risk")
    for content in product_files.read_folder(PACK / "products"):
        product = products.draft_product(maker, content=content)
        if product.state == ProductState.DRAFT:
            product = products.review_product(checker, code=product.code, number=product.number)
        if product.state == ProductState.REVIEWED:
            products.put_live(maker, code=product.code, number=product.number, live_from=plan.first_day)


def _person(username: str) -> Actor:
    return Actor.of(identity.user(username))


def _announce_applications(plan: Plan) -> None:
    """Give every generated application its instant."""
    chance, hours = Chance(plan.seed), hours_of(plan.first_day)
    keys = [persons.key_of(number) for number in range(1, plan.persons + 1)]
    keys += [companies.key_of(number) for number in range(1, plan.companies + 1)]
    at = spread(keys, hours.days(plan.first_day, plan.last_arrival_day), hours, chance)
    days = {key: instant.astimezone(clock.bank_zone()).date() for key, instant in at.items()}
    announce(persons.records(days, chance), at)
    announce(companies.records(days, chance, plan.companies), at)


__all__ = ["found", "logins", "password"]
