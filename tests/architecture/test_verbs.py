"""Services and the permission table name the same acts."""

from tests.architecture import verbs
from tests.architecture.source import Source, product, told
from xindai.identity.permissions import PERMISSIONS

HEAD = "from xindai.identity.verbs import verb\n"


def test_every_verb_has_a_line_in_the_permission_table_and_every_line_a_verb() -> None:
    found = verbs.table_faults(verbs.declared(product()), PERMISSIONS.keys())
    assert not found, told(found)


def test_every_public_act_of_a_service_is_a_verb() -> None:
    found = verbs.unguarded(product())
    assert not found, told(found)


def test_building_blocks_and_steps_are_called_by_services_alone() -> None:
    found = verbs.stray_calls(product())
    assert not found, told(found)


def test_pages_and_the_interface_change_rows_by_verbs_alone() -> None:
    found = verbs.past_verbs(product())
    assert not found, told(found)


def test_a_page_that_writes_past_the_verbs_is_found() -> None:
    checks = Source("xindai/identity/checks.py", "def decide(check):\n    check.save()\ndef waiting(): ...\n")
    text = "from xindai.identity import checks\nchecks.waiting()\nchecks.decide(row)\n"
    page = Source("xindai/console/views/planted.py", text)
    service = Source("xindai/servicing/services.py", text)

    found = verbs.past_verbs([checks, page, service])

    assert [(finding.path, finding.line) for finding in found] == [("src/xindai/console/views/planted.py", 3)]


def test_a_verb_without_a_line_a_line_without_a_verb_and_a_name_used_twice_are_found() -> None:
    planted = Source(
        "xindai/payments/services.py",
        HEAD
        + "@verb('payment.send')\ndef send(actor): ...\n"
        + "@verb('payment.stop')\ndef stop(actor): ...\n"
        + "@verb('payment.stop')\ndef halt(actor): ...\n",
    )

    found = verbs.table_faults(verbs.declared([planted]), {"payment.stop", "payment.return"})

    assert [(finding.line, finding.what) for finding in found] == [
        (3, "nobody may payment.send"),
        (7, "payment.stop is also in xindai/payments/services.py"),
        (1, "payment.return permits no verb"),
    ]


def test_acts_without_a_right_are_found() -> None:
    planted = Source(
        "xindai/payments/services/sending.py",
        HEAD
        + "def send(actor, order): ...\n"
        + "def stop(*, actor): ...\n"
        + "def forget(order):\n    order.delete()\n"
        + "@transaction.atomic\ndef halt(actor): ...\n",
    )

    assert [finding.what.split()[0] for finding in verbs.unguarded([planted])] == ["send", "stop", "forget", "halt"]


def test_verbs_helpers_and_pure_functions_are_free() -> None:
    planted = Source(
        "xindai/payments/services.py",
        HEAD
        + "@verb('payment.send')\ndef send(actor, order):\n    order.save()\n"
        + "def _checked(actor, order): ...\n"
        + "def key_of(order): ...\n"
        + "def locked(actor, no): ...\n"
        + "def note_sent(order):\n    order.save()\n",
    )
    queries = Source("xindai/payments/queries.py", "def orders(actor): ...\n")

    assert verbs.unguarded([planted, queries]) == []


def test_a_step_that_a_page_calls_is_found_and_one_that_a_verb_calls_is_free() -> None:
    text = "from xindai.applications import services as acts\nfrom xindai.contracts.services import locked\n"
    page = Source("xindai/console/views/planted.py", text + "acts.note_decision(row)\nrow = locked(actor, 1)\n")
    service = Source("xindai/underwriting/services.py", page.text)

    assert [finding.line for finding in verbs.stray_calls([page, service])] == [3, 4]
