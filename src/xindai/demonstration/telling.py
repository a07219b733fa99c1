"""The summary as people read it in the terminal, and as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from xindai.demonstration.stopwatch import Stopwatch
from xindai.reporting.summary import Borrowers, Lending, Summary, share_ppm

MILLION = 1_000_000
PPB_PER_PERCENT = 10_000_000
TIERS = ("premium", "standard", "prospective")
OUTCOMES = ("approve", "refer", "refuse")
CLASSES = {1: "normal", 2: "special_mention", 3: "substandard", 4: "doubtful", 5: "loss"}


def as_json(told: Summary, seconds: float, stages: Mapping[str, float]) -> str:
    """The summary for machines: amounts in minor units, shares from 0 to 1, rates in percent a year."""
    return json.dumps(_plain(told, seconds, stages), ensure_ascii=False, indent=2)


def _plain(told: Summary, seconds: float, stages: Mapping[str, float]) -> dict[str, Any]:
    decisions, performance = told.decisions, told.performance
    return {
        "as_of": told.as_of.isoformat(),
        "applications": {"persons": decisions.persons, "companies": decisions.companies},
        "approved": decisions.ruled("approve"),
        "referred": decisions.ruled("refer"),
        "refused": decisions.ruled("refuse"),
        "by_people": {
            "approved": decisions.by_people.get("approve", 0),
            "refused": decisions.by_people.get("refuse", 0),
        },
        "by_tier_and_decision": {
            tier: {outcome: decisions.by_tier.get((tier, outcome), 0) for outcome in OUTCOMES} for tier in TIERS
        },
        "time_to_decision": {
            "automatic": told.speed.automatic,
            "by_people": told.speed.by_people,
            "median_minutes_by_people": told.speed.median_minutes,
            "longest_minutes_by_people": told.speed.longest_minutes,
            "promises_kept": told.speed.kept,
            "promises": told.speed.promised,
        },
        "disbursed_loans": told.disbursed_loans,
        "volume_minor": told.volume_minor,
        "lending_by_tier": {tier: _lending(lending) for tier, lending in told.by_tier.items()},
        "lending_by_product": {product: _lending(lending) for product, lending in told.by_product.items()},
        "by_kind": {kind: _borrowers(borrowers) for kind, borrowers in told.by_kind.items()},
        "running_loans": told.loans_by_state["active"],
        "closed_loans": told.loans_by_state["closed"],
        "written_off_loans": told.loans_by_state["written_off"],
        "days_closed": told.days_closed,
        "trial_balance_minor": told.trial_balance_minor,
        "outstanding_minor": told.book.principal_minor,
        "by_class": {
            name: {
                "loans": told.book.of_class(number).loans,
                "principal_minor": told.book.of_class(number).principal_minor,
                "allowance_minor": told.book.of_class(number).allowance_minor,
            }
            for number, name in CLASSES.items()
        },
        "par30": _share(told.par30_ppm),
        "par90": _share(told.par90_ppm),
        "npl_ratio": _share(told.npl_ppm),
        "coverage": _share(told.coverage_ppm),
        "income_minor": dict(told.money.income),
        "impairment_loss_minor": told.money.impairment_loss_minor,
        "written_off_minor": told.money.written_off_minor,
        "recovered_minor": told.money.recovered_minor,
        "auc_unseen_half": None if performance.auc_per_10000 is None else performance.auc_per_10000 / 10_000,
        "unseen_half_n": performance.persons,
        "bad_rate_unseen_half": _bad_rates(performance.bad_rates),
        "bad_rate_unseen_half_final": _bad_rates(performance.final_bad_rates),
        "auc_without_protected": told.protected.without_per_10000 / 10_000 if told.protected else None,
        "auc_with_protected": told.protected.with_per_10000 / 10_000 if told.protected else None,
        "seconds": round(seconds, 1),
        "seconds_by_stage": {stage: round(took, 1) for stage, took in stages.items()},
    }


def _share(ppm: int) -> float:
    return ppm / MILLION


def _borrowers(borrowers: Borrowers) -> dict[str, Any]:
    book = borrowers.book
    return {
        **_lending(borrowers.lending),
        "running_loans": book.loans,
        "outstanding_minor": book.principal_minor,
        "par30": _share(share_ppm(book.over_30_minor, book.principal_minor)),
        "par90": _share(share_ppm(book.over_90_minor, book.principal_minor)),
        "npl_ratio": _share(share_ppm(book.non_performing_minor, book.principal_minor)),
    }


def _lending(lending: Lending) -> dict[str, Any]:
    return {
        "loans": lending.loans,
        "volume_minor": lending.volume_minor,
        "average_rate_percent": round(lending.average_rate_ppb / PPB_PER_PERCENT, 4),
    }


def _bad_rates(rates: Mapping[str, tuple[int, int]]) -> dict[str, dict[str, Any]]:
    return {
        outcome: {"bad": bad, "n": every, "rate": _share(share_ppm(bad, every))}
        for outcome, (bad, every) in sorted(rates.items())
    }


def print_summary(console: Console, told: Summary, watch: Stopwatch) -> None:
    """Print the summary as tables."""
    for table in (
        _decisions(told),
        _lending_table(told),
        _classes(told),
        _kinds(told),
        _key_figures(told, watch),
    ):
        console.print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table


def _decisions(told: Summary) -> Table:
    table = _table(
        _("Applications by tier and decision of the rules"),
        _("tier"), _("approved"), _("referred"), _("refused"),
    )  # fmt: skip
    for tier in TIERS:
        table.add_row(tier_name(tier), *(f"{told.decisions.by_tier.get((tier, said), 0):,}" for said in OUTCOMES))
    table.add_section()
    table.add_row(_("all"), *(f"{told.decisions.ruled(said):,}" for said in OUTCOMES))
    rates = told.performance.bad_rates
    shares = (_percent(share_ppm(*rates[said])) if said in rates else "-" for said in OUTCOMES)
    table.add_row(_("really bad, unseen half"), *shares)
    return table


def _lending_table(told: Summary) -> Table:
    table = _table(_("Lending by tier"), _("tier"), _("loans"), _("volume, CNY"), _("average rate"))
    for tier in TIERS:
        if tier in told.by_tier:
            lending = told.by_tier[tier]
            table.add_row(
                tier_name(tier), f"{lending.loans:,}", money(lending.volume_minor), _rate(lending.average_rate_ppb)
            )
    table.add_section()
    every = Lending.sum(told.by_tier.values())
    table.add_row(_("all"), f"{every.loans:,}", money(every.volume_minor), _rate(every.average_rate_ppb))
    return table


def _classes(told: Summary) -> Table:
    table = _table(
        _("Portfolio by class at the close of {date}").format(date=told.as_of.isoformat()),
        _("class"), _("loans"), _("principal, CNY"), _("allowance, CNY"),
    )  # fmt: skip
    for number, name in class_names().items():
        book = told.book.of_class(number)
        table.add_row(name, f"{book.loans:,}", money(book.principal_minor), money(book.allowance_minor))
    table.add_section()
    book = told.book
    table.add_row(_("all"), f"{book.loans:,}", money(book.principal_minor), money(book.allowance_minor))
    return table


def _kinds(told: Summary) -> Table:
    table = _table(
        _("Persons and companies"),
        _("borrowers"), _("loans"), _("volume, CNY"), _("outstanding, CNY"), "PAR30", _("non-performing"),
    )  # fmt: skip
    names = {"person": _("natural persons"), "company": _("companies")}
    for kind, borrowers in told.by_kind.items():
        book = borrowers.book
        table.add_row(
            names[kind],
            f"{borrowers.lending.loans:,}",
            money(borrowers.lending.volume_minor),
            money(book.principal_minor),
            _percent(share_ppm(book.over_30_minor, book.principal_minor)),
            _percent(share_ppm(book.non_performing_minor, book.principal_minor)),
        )
    return table


def _key_figures(told: Summary, watch: Stopwatch) -> Table:
    table = _table(_("Key figures"), _("figure"), _("value"))
    for name, value in _figures(told):
        table.add_row(name, value)
    table.add_section()
    names = stage_names()
    for stage, took in sorted(watch.stages.items(), key=lambda item: -item[1]):
        table.add_row(names[stage], f"{took:.1f} s")
    table.add_row(_("whole job"), f"{watch.seconds:.1f} s")
    return table


def _figures(told: Summary) -> list[tuple[str, str]]:
    speed, performance = told.speed, told.performance
    auc = "-" if performance.auc_per_10000 is None else f"{performance.auc_per_10000 / 10_000:.4f}"
    figures = [
        (_("applications of persons / companies"), f"{told.decisions.persons:,} / {told.decisions.companies:,}"),
        (_("decided by the rules / by people"), f"{speed.automatic:,} / {speed.by_people:,}"),
        (
            _("people: approved / refused"),
            f"{told.decisions.by_people.get('approve', 0):,} / {told.decisions.by_people.get('refuse', 0):,}",
        ),
        (_("people: median time to decision"), f"{speed.median_minutes / 60:.1f} h"),
        (_("promises of time kept"), f"{speed.kept:,} / {speed.promised:,}"),
        (
            _("loans running / closed / written off"),
            " / ".join(f"{count:,}" for count in told.loans_by_state.values()),
        ),
        ("PAR30 / PAR90", f"{_percent(told.par30_ppm)} / {_percent(told.par90_ppm)}"),
        (_("non-performing / coverage"), f"{_percent(told.npl_ppm)} / {_percent(told.coverage_ppm)}"),
        (_("income, CNY"), money(sum(told.money.income.values()))),
        (_("impairment loss, CNY"), money(told.money.impairment_loss_minor)),
        (
            _("written off / recovered, CNY"),
            f"{money(told.money.written_off_minor)} / {money(told.money.recovered_minor)}",
        ),
        (_("AUC of the score, unseen half (n)"), f"{auc} ({performance.persons:,})"),
        (_("days closed / trial balance"), f"{told.days_closed:,} / {told.trial_balance_minor}"),
    ]
    if told.protected is not None:
        figures.insert(
            -1, (_("AUC with protected attributes, not used"), f"{told.protected.with_per_10000 / 10_000:.4f}")
        )
    return figures


def tier_name(tier: str) -> str:
    """The tier as people read it."""
    return {"premium": _("premium"), "standard": _("standard"), "prospective": _("prospective")}[tier]


def stage_names() -> dict[str, str]:
    """The stages of the main job as people read them."""
    return {
        "founding": _("founding"),
        "applications": _("applications, decided"),
        "decisions by people": _("decisions by people"),
        "contracts and disbursement": _("contracts and disbursement"),
        "single payments": _("single payments"),
        "mandate run": _("mandate run"),
        "collections": _("collections"),
        "write-off and recovery": _("write-off and recovery"),
        "end of day": _("end of day"),
        "events": _("events"),
        "check of the chain": _("check of the chain"),
    }


def class_names() -> dict[int, str]:
    """The five classes as people read them, by their numbers."""
    return {
        1: _("normal"),
        2: _("special mention"),
        3: _("substandard"),
        4: _("doubtful"),
        5: _("loss"),
    }


def money(amount_minor: int) -> str:
    """An amount of CNY with two decimals and separators."""
    sign, amount_minor = ("-", -amount_minor) if amount_minor < 0 else ("", amount_minor)
    return f"{sign}{amount_minor // 100:,}.{amount_minor % 100:02d}"


def _percent(ppm: int) -> str:
    return f"{ppm / 10_000:.2f} %"


def _rate(ppb: int) -> str:
    return f"{ppb / PPB_PER_PERCENT:.3f} %"
