"""Who may do what: each verb of the product and the roles that have the right to it.

A verb that is not listed here cannot be called.  Grouped by app, sorted within the group.
"""

from collections.abc import Mapping
from typing import Final

from xindai.identity.roles import STAFF, Role

ACCOUNTANT: Final = Role.ACCOUNTANT
ADMINISTRATOR: Final = Role.ADMINISTRATOR
APPROVER: Final = Role.APPROVER
AUDITOR: Final = Role.AUDITOR
BORROWER: Final = Role.BORROWER
COLLECTOR: Final = Role.COLLECTOR
LOAN_OFFICER: Final = Role.LOAN_OFFICER
POLICY_MANAGER: Final = Role.POLICY_MANAGER
RISK_MANAGER: Final = Role.RISK_MANAGER
SYSTEM: Final = Role.SYSTEM
WORKING: Final = STAFF - {Role.AUDITOR}
"""Everybody of the lender who changes anything."""
PEOPLE: Final = frozenset(Role) - {Role.SYSTEM}
"""Everybody who signs in."""


def _to(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


PERMISSIONS: Final[Mapping[str, frozenset[Role]]] = {
    # audit
    "audit.reveal": _to(AUDITOR),
    # applications
    "application.apply_online": _to(BORROWER),
    "application.discard_draft": _to(BORROWER),
    "application.request_offer": _to(LOAN_OFFICER, SYSTEM),
    "application.save_draft": _to(BORROWER),
    "application.start": _to(BORROWER, LOAN_OFFICER, SYSTEM),
    "application.submit": _to(BORROWER, LOAN_OFFICER, SYSTEM),
    "application.withdraw": _to(BORROWER, LOAN_OFFICER, SYSTEM),
    # classification
    "customer.classify": _to(LOAN_OFFICER, RISK_MANAGER, SYSTEM),
    # collateral
    "collateral.record_asset": _to(LOAN_OFFICER, SYSTEM),
    "collateral.register_lien": _to(LOAN_OFFICER, SYSTEM),
    "collateral.release_lien": _to(LOAN_OFFICER, SYSTEM),
    "collateral.revalue": _to(LOAN_OFFICER, RISK_MANAGER),
    # contracts
    "contract.cancel": _to(LOAN_OFFICER, SYSTEM),
    "contract.draw_up": _to(BORROWER, LOAN_OFFICER, SYSTEM),
    "contract.satisfy_conditions": _to(LOAN_OFFICER, SYSTEM),
    "contract.sign": _to(BORROWER, LOAN_OFFICER, SYSTEM),
    # customers
    "customer.change_own_mobile": _to(BORROWER),
    "customer.end_portal_access": _to(LOAN_OFFICER, SYSTEM),
    "customer.give_consents": _to(BORROWER, LOAN_OFFICER, SYSTEM),
    "customer.give_portal_access": _to(LOAN_OFFICER, SYSTEM),
    "customer.record_export": _to(BORROWER),
    "customer.open_own_pages": _to(SYSTEM),
    "customer.record_company": _to(LOAN_OFFICER, SYSTEM),
    "customer.record_mobile": _to(LOAN_OFFICER, SYSTEM),
    "customer.record_person": _to(LOAN_OFFICER, SYSTEM),
    "customer.state_facts": _to(BORROWER, LOAN_OFFICER, SYSTEM),
    "customer.withdraw_consent": _to(BORROWER, LOAN_OFFICER),
    # the end of day
    "day.retry_step": _to(ACCOUNTANT),
    # events
    "event.retry": _to(ADMINISTRATOR),
    # documents
    "document.hand_in": _to(BORROWER),
    # enquiries
    "enquiry.answer": _to(COLLECTOR, LOAN_OFFICER),
    "enquiry.ask": _to(BORROWER),
    # figures
    "figures.keep": _to(SYSTEM),
    # identity
    "authority.set_limit": _to(ADMINISTRATOR, SYSTEM),
    "bank.found": _to(SYSTEM),
    "branch.open": _to(ADMINISTRATOR, SYSTEM),
    "client.end": _to(ADMINISTRATOR, SYSTEM),
    "client.issue_token": STAFF - {ADMINISTRATOR},
    "client.register": _to(ADMINISTRATOR, SYSTEM),
    "client.rotate_secret": _to(ADMINISTRATOR, SYSTEM),
    "passkey.add": PEOPLE,
    "passkey.remove": PEOPLE,
    "passkey.rename": PEOPLE,
    "passkey.sign_in": _to(SYSTEM),
    "role.grant": _to(ADMINISTRATOR, SYSTEM),
    "role.revoke": _to(ADMINISTRATOR, SYSTEM),
    "second_factor.begin": STAFF,
    "second_factor.check": _to(SYSTEM),
    "second_factor.confirm": STAFF,
    "second_factor.end": STAFF,
    "second_factor.new_codes": STAFF,
    "second_factor.reset": _to(ADMINISTRATOR, SYSTEM),
    "second_factor.set_duty": _to(ADMINISTRATOR, SYSTEM),
    "sign_in.ask_code": _to(SYSTEM),
    "sign_in.begin": PEOPLE,
    "sign_in.check_code": _to(SYSTEM),
    "sign_in.end": PEOPLE,
    "sign_in.set_code": _to(SYSTEM),
    "user.deactivate": _to(ADMINISTRATOR, SYSTEM),
    "user.register": _to(ADMINISTRATOR, SYSTEM),
    "user.register_borrower": _to(SYSTEM),
    "user.set_language": PEOPLE,
    # impairment
    "write_off.approve": _to(APPROVER, RISK_MANAGER),
    "write_off.refuse": _to(APPROVER, RISK_MANAGER),
    "write_off.request": _to(COLLECTOR, RISK_MANAGER),
    # ledger
    "ledger.check_chain": _to(ACCOUNTANT, AUDITOR, RISK_MANAGER, SYSTEM),
    "ledger.open_accounts": _to(ACCOUNTANT, SYSTEM),
    "ledger.reverse": _to(ACCOUNTANT, SYSTEM),
    "ledger.seal_day": _to(SYSTEM),
    # lists
    "list.delete_view": STAFF,
    "list.export": STAFF - {Role.ADMINISTRATOR},
    "list.save_view": STAFF,
    "list.set_columns": STAFF,
    "list.update_view": STAFF,
    # notices
    "notice.carry": _to(SYSTEM),
    "notice.send": _to(SYSTEM),
    # offers
    "offer.make": _to(LOAN_OFFICER, SYSTEM),
    # payments
    "payment.create_debit_orders": _to(SYSTEM),
    "payment.end_mandate": _to(LOAN_OFFICER, SYSTEM),
    "payment.give_mandate": _to(LOAN_OFFICER, SYSTEM),
    "payment.record_debit_outcomes": _to(SYSTEM),
    "payment.record_pay_in": _to(SYSTEM),
    "payment.settle_receipts": _to(SYSTEM),
    # products
    "product.draft": _to(POLICY_MANAGER),
    "product.put_live": _to(POLICY_MANAGER),
    "product.review": _to(POLICY_MANAGER, RISK_MANAGER),
    "product.withdraw": _to(POLICY_MANAGER),
    # policies
    "policy.go_live": _to(POLICY_MANAGER, RISK_MANAGER),
    "policy.import": _to(POLICY_MANAGER, SYSTEM),
    "policy.review": _to(POLICY_MANAGER, RISK_MANAGER),
    # recovery
    "collection.claim_case": _to(COLLECTOR),
    "collection.close_case": _to(SYSTEM),
    "collection.open_case": _to(SYSTEM),
    "collection.plan_steps": _to(SYSTEM),
    "collection.record_step_outcome": _to(COLLECTOR, SYSTEM),
    # reporting
    "reporting.record_known_outcome": _to(SYSTEM),
    # servicing
    "loan.close_part": _to(SYSTEM),
    "loan.disburse": _to(ACCOUNTANT, APPROVER),
    "loan.prepare_payment": _to(BORROWER),
    "loan.prepay": _to(ACCOUNTANT, LOAN_OFFICER, SYSTEM),
    "loan.record_recovery": _to(ACCOUNTANT, COLLECTOR, SYSTEM),
    "loan.record_repayment": _to(ACCOUNTANT, LOAN_OFFICER, SYSTEM),
    "loan.record_repayments": _to(ACCOUNTANT, SYSTEM),
    "loan.refuse_disbursement": _to(ACCOUNTANT, APPROVER),
    "loan.request_disbursement": _to(LOAN_OFFICER),
    "loan.reverse_repayment": _to(ACCOUNTANT),
    "loan.send_payment": _to(BORROWER),
    "loan.settle_early": _to(ACCOUNTANT, LOAN_OFFICER, SYSTEM),
    "loan.write_off": _to(APPROVER, RISK_MANAGER),
    # underwriting
    "underwriting.answer_online": _to(SYSTEM),
    "underwriting.confirm": _to(APPROVER, RISK_MANAGER),
    "underwriting.decide": _to(LOAN_OFFICER, SYSTEM),
    "underwriting.make_offer": _to(LOAN_OFFICER, SYSTEM),
    "underwriting.recommend": _to(LOAN_OFFICER),
    "underwriting.review_refusal": _to(LOAN_OFFICER),
    # uploads; each row asks for the right of its own act besides
    "upload.confirm": _to(ACCOUNTANT, LOAN_OFFICER),
    "upload.discard": _to(ACCOUNTANT, LOAN_OFFICER),
    "upload.drop_held": _to(SYSTEM),
    "upload.hold": _to(ACCOUNTANT, LOAN_OFFICER),
    "upload.settle_row": _to(SYSTEM),
    "upload.settle_state": _to(SYSTEM),
    "upload.take": _to(ACCOUNTANT, LOAN_OFFICER),
    # webhooks; a program for itself, the administrator for every program: the verbs ask which
    "webhook.allow_host": _to(ADMINISTRATOR),
    "webhook.change": WORKING,
    "webhook.deliver": _to(SYSTEM),
    "webhook.disable": WORKING,
    "webhook.disallow_host": _to(ADMINISTRATOR),
    "webhook.enable": WORKING,
    "webhook.end": WORKING,
    "webhook.plan": _to(SYSTEM),
    "webhook.purge": _to(SYSTEM),
    "webhook.register": WORKING,
    "webhook.resend": WORKING,
    "webhook.resend_range": WORKING,
    "webhook.rotate_secret": WORKING,
    # workbench; the right to the item itself is checked besides
    "work.assign": WORKING,
    "work.claim": WORKING,
    "work.release": WORKING,
    "work.snooze": WORKING,
    "work.wake": WORKING,
}
