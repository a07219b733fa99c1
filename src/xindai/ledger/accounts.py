"""The chart of accounts, and which account plays which role in postings."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import NotFound
from xindai.ledger.models import Account, AccountKind


@dataclass(frozen=True, slots=True)
class ChartLine:
    """An account as founded: code, role in postings, kind and its name in both languages."""

    code: str
    role: str
    kind: AccountKind
    zh: str
    en: str


CHART: Final = (
    ChartLine("1001", "cash", AccountKind.ASSET, "存放同业及现金", "Cash and balances with banks"),
    ChartLine("1132", "interest_receivable", AccountKind.ASSET, "应收利息", "Interest receivable"),
    ChartLine("1133", "penalty_receivable", AccountKind.ASSET, "应收罚息", "Penalty interest receivable"),
    ChartLine("1134", "fee_receivable", AccountKind.ASSET, "应收手续费", "Fees receivable"),
    ChartLine("1303", "loan_principal", AccountKind.ASSET, "贷款本金", "Loans and advances"),
    ChartLine("1304", "loan_loss_allowance", AccountKind.ASSET, "贷款损失准备", "Allowance for loan losses"),
    ChartLine("2241", "overpayment", AccountKind.LIABILITY, "多收还款", "Overpayments by borrowers"),
    ChartLine("2242", "suspense", AccountKind.LIABILITY, "挂账收款", "Receipts in suspense"),
    ChartLine("2243", "interest_ahead", AccountKind.LIABILITY, "预收利息", "Interest received ahead"),
    ChartLine("6011", "interest_income", AccountKind.INCOME, "利息收入", "Interest income"),
    ChartLine("6012", "penalty_income", AccountKind.INCOME, "罚息收入", "Penalty interest income"),
    ChartLine("6021", "fee_income", AccountKind.INCOME, "手续费收入", "Fee income"),
    ChartLine("6701", "impairment_loss", AccountKind.EXPENSE, "信用减值损失", "Impairment losses"),
    ChartLine("6702", "recovery_income", AccountKind.EXPENSE, "已核销贷款收回", "Recoveries of loans written off"),
    ChartLine("6703", "concession", AccountKind.EXPENSE, "让利与本金减免", "Concessions and principal forgiven"),
    ChartLine("9001", "memo_interest", AccountKind.MEMO, "表外应收利息", "Interest claimed, not recognised"),
    ChartLine("9002", "memo_written_off", AccountKind.MEMO, "已核销贷款", "Loans written off, claim kept"),
    ChartLine("9099", "memo_contra", AccountKind.MEMO, "表外对方科目", "Contra of the memo accounts"),
)
"""After the loan accounts of the accounting standards for enterprises in mainland China (企业会计准则应用指南)."""

_ids: Final[dict[str, int]] = {}


def account_id(role: str) -> int:
    """The account that plays a role.  Raises NotFound when the chart has none.

    Kept in the process once it is committed: an account never changes its role.
    """
    known = _ids.get(role)
    if known is not None:
        return known
    found = Account.objects.filter(role=str(role)).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(_("account for the role"), role, remedy=_("Open the chart of accounts first."))
    transaction.on_commit(lambda: _ids.__setitem__(role, found))
    return found


def forget() -> None:
    """Forget which account plays which role (another database is in use: tests)."""
    _ids.clear()
