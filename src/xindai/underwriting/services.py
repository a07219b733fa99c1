"""The offer of somebody who is classified for it, and decisions: by the rules, or - where the rules refer - by two people with authority."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xindai.applications import services as applications
from xindai.applications.models import Application, State
from xindai.classification import services as classification
from xindai.identity import checks
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.models import Check
from xindai.identity.verbs import verb
from xindai.kernel import clock
from xindai.kernel.errors import InvalidInput, StateConflict
from xindai.offers.models import Offer
from xindai.policies import queries as policies
from xindai.policies.packs import Pack
from xindai.products import queries as products
from xindai.underwriting import queries
from xindai.underwriting.assembly import case_of
from xindai.underwriting.models import Decision, DecisionKind
from xindai.underwriting.offering import request_facts
from xindai.underwriting.policy import decision_policy
from xindai.underwriting.rules import Outcome, Verdict, decide

CHECK_KIND = "credit_decision"
"""The kind of check, and of authority limit, by which referred applications are decided."""

PEOPLE_DECIDE = (Outcome.APPROVE, Outcome.REFUSE)


@verb("underwriting.make_offer")
def make_offer(actor: Actor, *, application_no: str, on: date) -> Offer:
    """Answer a submitted application: the customer is classified by the facts on record and by this request, then offered.

    Raises NotFound, WrongState, InvalidInput for a need that the product can no longer answer.
    """
    application = applications.locked(actor, application_no, State.SUBMITTED)
    classification.classify(
        actor, customer_id=application.customer_id, on=on, request_facts=request_facts(application, on)
    )
    return applications.request_offer(actor, application_no=application_no, on=on)


@verb("underwriting.decide")
def decide_automatically(actor: Actor, *, application_no: str, on: date) -> Decision:
    """Let the rules decide a submitted application that has an offer.

    Raises NotFound, WrongState, StateConflict without an offer.
    """
    application = applications.locked(actor, application_no, State.SUBMITTED)
    if application.offer is None:
        raise StateConflict(
            _("Application {no} has no offer to decide on."),
            field="application_no",
            remedy=_("Make the offer first."),
            no=application_no,
        )
    pack = policies.pack_as_of(on)
    product = products.product_by_id(application.offer.product_version_id)
    case = case_of(application, application.offer, product.spec, pack)
    verdict = decide(case, decision_policy(pack))
    decision = _store_automatic(application, case.to_json(), verdict, pack, on)
    applications.note_decision(application, verdict.outcome, on)
    return decision


def _store_automatic(
    application: Application, inputs: dict[str, Any], verdict: Verdict, pack: Pack, on: date
) -> Decision:
    assert application.offer is not None
    return Decision.objects.create(
        application=application,
        kind=DecisionKind.AUTOMATIC,
        outcome=verdict.outcome,
        inputs=inputs,
        findings=verdict.to_json()["findings"],
        reason_codes=[finding.rule for finding in verdict.reasons],
        score=inputs["standing"]["score"],
        policy_version=pack.version,
        product_version_id=application.offer.product_version_id,
        decided_on=on,
        decided_at=clock.now(),
    )


@verb("underwriting.recommend")
def recommend(
    actor: Actor, *, application_no: str, outcome: str, reason_codes: Sequence[str], words: str, on: date
) -> Check:
    """Say, as the maker, what should become of a referred application; a checker decides.

    Raises NotFound, WrongState, InvalidInput for an outcome that people cannot give, missing
    reasons, or an approval of an offer of nothing, NotPermitted for a program.
    """
    checks.require_person(actor, "underwriting.recommend")
    application = applications.locked(actor, application_no, State.REFERRED)
    offer = application.offer
    if offer is None:
        raise StateConflict(_("Application {no} has no offer to decide on."), no=application_no)
    _check_recommendation(outcome, reason_codes, words, offer.amount_minor)
    return checks.request(
        actor,
        kind=CHECK_KIND,
        subject_kind="application",
        subject_no=application_no,
        payload={"outcome": outcome, "reason_codes": list(reason_codes), "words": words},
        amount_minor=offer.amount_minor,
        currency=offer.currency,
        branch_id=application.branch_id,
        basis=queries.basis_of(application, on),
    )


def _check_recommendation(outcome: str, reason_codes: Sequence[str], words: str, amount_minor: int) -> None:
    if outcome not in PEOPLE_DECIDE:
        raise InvalidInput("outcome", _("“{outcome}” is no decision."), _("Choose approve or refuse."), outcome=outcome)
    if not reason_codes or not words.strip():
        raise InvalidInput(
            "reason_codes" if not reason_codes else "words",
            _("A recommendation needs reasons."),
            _("Name at least one reason and say in your own words why."),
        )
    if outcome == Outcome.APPROVE and not amount_minor:
        raise InvalidInput("outcome", _("Nothing can be lent on this offer."), _("Refuse, or make a new offer first."))


@verb("underwriting.confirm")
def confirm(actor: Actor, *, check_id: int, approve: bool, reason: str, on: date) -> Decision | None:
    """Decide, as the checker, on a recommendation: confirm it, or return it to the maker.

    Returns the decision, or None when the recommendation was returned; the application then stays
    referred.  Raises NotFound, WrongState, StaleCheck, NotPermitted for the maker or above one's authority
    (naming whose authority is needed).
    """
    proposed = identity.check(check_id)

    def basis() -> dict[str, Any]:
        return queries.basis_of(applications.locked(actor, proposed.subject_no, State.REFERRED), on)

    check = checks.decide(actor, check_id, approve, reason, basis)
    application = applications.locked(actor, check.subject_no, State.REFERRED)
    if not approve:
        return None
    automatic = queries.latest(application.pk)
    assert automatic is not None
    decision = Decision.objects.create(
        application=application,
        kind=DecisionKind.CONFIRMED,
        outcome=check.payload["outcome"],
        inputs=automatic.inputs,
        findings=automatic.findings,
        reason_codes=check.payload["reason_codes"],
        words=check.payload["words"],
        score=automatic.score,
        policy_version=automatic.policy_version,
        product_version_id=automatic.product_version_id,
        check_id=check.pk,
        maker_id=check.maker_id,
        checker_id=actor.user_id,
        decided_on=on,
        decided_at=clock.now(),
    )
    applications.note_decision(application, decision.outcome, on)
    return decision


@verb("underwriting.review_refusal")
def review_refusal(actor: Actor, *, application_no: str, on: date) -> Application:
    """Bring an automatic refusal before people, as every customer may ask.

    Raises NotFound, WrongState, StateConflict when people have decided already.
    """
    application = applications.locked(actor, application_no, State.REFUSED)
    latest = queries.latest(application.pk)
    if latest is None or not latest.is_automatic:
        raise StateConflict(
            _("People have already decided on application {no}."),
            field="application_no",
            remedy=_("The customer may apply again with new facts."),
            no=application_no,
        )
    applications.note_decision(application, Outcome.REFER, on)
    return application
