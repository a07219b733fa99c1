"""Rows are written by their owner alone."""

import pytest
from django.apps import apps

from tests.architecture import ownership
from tests.architecture.kinds import Schema
from tests.architecture.source import Source, product, told

LOAN = "xindai.servicing.models.Loan"
CASE = "xindai.recovery.models.Case"
SCHEMA = Schema(frozenset({LOAN, CASE}), {(CASE, "loan"): LOAN})
OWNERS = [
    Source("xindai/servicing/models.py", "class Loan: ...\n"),
    Source("xindai/recovery/models.py", "class Case: ...\n"),
    Source(
        "xindai/servicing/queries.py",
        "from xindai.servicing.models import Loan\n"
        "class Found:\n    loan: Loan\n    days: int\n"
        "def loan(no: str) -> Loan: ...\n"
        "def loans() -> 'QuerySet[Loan]': ...\n"
        "def found(no: str) -> Found | None: ...\n",
    ),
]
HEAD = (
    "from xindai.kernel import sql\n"
    "from xindai.recovery.models import Case\n"
    "from xindai.servicing import queries as servicing\n"
    "from xindai.servicing.models import Loan\n"
    "from xindai.servicing.queries import loans\n"
    "def act(given: Loan, case: Case, some: list[Loan]) -> None:\n"
)
LINE = HEAD.count("\n") + 1


def test_every_app_writes_its_own_rows_and_only_reporting_queries_those_of_others() -> None:
    found = ownership.trespasses(product(), Schema.of(apps.get_models()))
    assert not found, told(found)


@pytest.mark.parametrize(
    "statement",
    [
        "Loan.objects.create(no=1)",
        "Loan.objects.filter(no=1).update(state=2)",
        "Loan.objects.get(no=1)",
        "Loan._base_manager.all().delete()",
        "Loan(no=1)",
        "sql.insert_once(Loan(no=1), 'no')",
        "sql.copy_in(Loan, columns)",
        "given.save()",
        "servicing.loan('1').save(update_fields=['state'])",
        "row = servicing.loan('1'); row.delete()",
        "servicing.loans().filter(state=1).update(state=2)",
        "loans().exclude(state=1).delete()",
        "for row in servicing.loans().order_by('no'): row.save()",
        "for number, row in enumerate(sorted(some)): row.save_versioned()",
        "[row.save() for row in some if row.no]",
        "(row := servicing.loan('1')).save()",
        "case.loan.save()",
        "servicing.found('1').loan.save()",
        "first, second = case, case.loan; second.save()",
        "some[0].save()",
        "rows = [servicing.loan('1')]; rows[0].refresh(); rows[0].save()",
        "row = given if case else servicing.loan('1'); row.save()",
        "apps.get_model('servicing', 'Loan')",
        "unknown().save()",
        "unknown.bulk_create(rows)",
    ],
)
def test_a_trespass_is_found(statement: str) -> None:
    planted = Source("xindai/recovery/services.py", f"{HEAD}    {statement}\n")

    found = ownership.trespasses([*OWNERS, planted], SCHEMA)

    assert {(finding.path, finding.line) for finding in found} == {("src/xindai/recovery/services.py", LINE)}


@pytest.mark.parametrize(
    "statement",
    [
        "Case.objects.create(loan=given)",
        "Case(loan=given).save()",
        "sql.insert_once(Case(loan=given), 'loan')",
        "case.save()",
        "case.state = Loan.State.ACTIVE; case.save()",
        "for case in Case.objects.filter(loan=given): case.delete()",
        "words = {}; words.update(no=given.no)",
        "rows = servicing.loans().filter(state=Loan.State.ACTIVE).values_list('no')",
        "given.no",
    ],
)
def test_what_an_app_may_do_is_free(statement: str) -> None:
    planted = Source("xindai/recovery/services.py", f"{HEAD}    {statement}\n")
    assert ownership.trespasses([*OWNERS, planted], SCHEMA) == []


def test_reporting_may_query_the_rows_of_others_but_not_write_them() -> None:
    head = "from xindai.servicing.models import Loan\n"
    reads = Source("xindai/reporting/loans.py", f"{head}rows = Loan.objects.filter(no=1).values()\n")
    writes = Source("xindai/reporting/marks.py", f"{head}Loan.objects.filter(no=1).update(no=2)\n")

    assert [finding.path for finding in ownership.trespasses([*OWNERS, reads, writes], SCHEMA)] == [
        "src/xindai/reporting/marks.py"
    ]


def test_a_model_saves_itself_and_nobody_elses_rows() -> None:
    text = (
        "from xindai.servicing.models import Loan\n"
        "class Case:\n"
        "    def save(self):\n        super().save()\n        self.loan.save()\n"
    )
    planted = [OWNERS[0], OWNERS[2], Source("xindai/recovery/models.py", text)]

    assert [finding.line for finding in ownership.trespasses(planted, SCHEMA)] == [5]
