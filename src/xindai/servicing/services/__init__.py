"""What can be done to a loan.  Each verb locks the loan, replays it, appends an event, posts, and tells."""

from xindai.servicing.checking import LARGEST_AMOUNT_MINOR
from xindai.servicing.closing import PartClosed, close_part
from xindai.servicing.services.disbursement import disburse, refuse_disbursement, request_disbursement
from xindai.servicing.services.own_payment import prepare_payment, send_payment
from xindai.servicing.services.repayment import Payment, prepay, record_repayment, record_repayments, settle_early
from xindai.servicing.services.reversal import reverse_repayment
from xindai.servicing.services.write_off import record_recovery, write_off

__all__ = [
    "LARGEST_AMOUNT_MINOR",
    "PartClosed",
    "Payment",
    "close_part",
    "disburse",
    "prepare_payment",
    "prepay",
    "record_recovery",
    "record_repayment",
    "record_repayments",
    "refuse_disbursement",
    "request_disbursement",
    "reverse_repayment",
    "send_payment",
    "settle_early",
    "write_off",
]
