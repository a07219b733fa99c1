"""One day of the demonstration bank, from its opening to its close.

Every step finds in the database what is still to be done: after a kill the day is simply lived again, and what
had been done stays done once.
"""

from datetime import date, time

from xindai.demonstration import collectors, desk, intake, losses, money
from xindai.demonstration.bank import Bank
from xindai.demonstration.stopwatch import Stopwatch
from xindai.jobs import daily, end_of_day
from xindai.kernel import business_date, clock, memo

COUNTER_CLOSES = time(16, 30)
MANDATE_RUN = time(18)
END_OF_DAY = time(23, 30)


def take_up() -> None:
    """Let follow on the latest close what a kill has left undone; done before the next day is lived."""
    closed = business_date.last_closed()
    if closed is not None:
        with clock.simulated(clock.at_bank(closed, END_OF_DAY)):
            daily.catch_up()


def live(bank: Bank, on: date, watch: Stopwatch) -> None:
    """Live a business date that is open, and close it; one whose end of day had begun is only closed."""
    with memo.standing_still():
        if not business_date.is_cut_off(on):
            _work(bank, on, watch)
        with clock.simulated(clock.at_bank(on, END_OF_DAY)):
            _close(on, watch)


def _work(bank: Bank, on: date, watch: Stopwatch) -> None:
    """What happens on a day before its end, in the order of its hours."""
    evening = clock.at_bank(on, END_OF_DAY)
    with watch.stage("applications"):
        for arrival in intake.to_come(evening):
            intake.take_in(bank, arrival)
    if bank.calendar.is_business_day(on):
        with watch.stage("decisions by people"):
            desk.decide_referred(bank, evening)
        with watch.stage("contracts and disbursement"):
            desk.conclude_approved(bank, evening)
    with watch.stage("collections"):
        collectors.work_the_queue(bank, on)
    with watch.stage("write-off and recovery"), clock.simulated(clock.at_bank(on, COUNTER_CLOSES)):
        losses.write_off_what_is_lost(bank, on)
        losses.record_recoveries(bank, on)
    with watch.stage("single payments"), clock.simulated(clock.at_bank(on, COUNTER_CLOSES)):
        money.receive_single_payments(bank, on)
        money.repay_early(bank, on)
    with watch.stage("mandate run"), clock.simulated(clock.at_bank(on, MANDATE_RUN)):
        money.draw_by_mandate(bank, on)


def _close(on: date, watch: Stopwatch) -> None:
    """The close of the day, and what the day and its close have caused."""
    with watch.stage("end of day"):
        end_of_day.close_date(on)
    with watch.stage("events"):
        daily.catch_up()
