"""Forms of the console; they check shape and give hints, the services check every rule again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from xindai.console.templatetags.xd import local
from xindai.console.words import CHANNELS, CHECKS, DELIVERY_STATES, EVENTS, STEP_OUTCOMES
from xindai.identity.clients import ROLES
from xindai.identity.passkeys import LONGEST_ANSWER, LONGEST_NAME
from xindai.identity.roles import STAFF, Role
from xindai.identity.scopes import Scope
from xindai.kernel import clock
from xindai.kernel.forms import AmountField, field_attrs


class SignInForm(AuthenticationForm):
    """Name and password of a member of staff."""

    error_messages = {  # noqa: RUF012 - Django's own way of overriding texts
        "invalid_login": _("Name or password is wrong. Check both; after several wrong tries signing in is locked."),
        "inactive": _("This account is closed. An administrator can open it again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "xd-input"
            field.error_messages["required"] = {
                "username": _("Enter your user name."),
                "password": _("Enter your password."),
            }[name]


class StepForm(forms.Form):
    """The code of an app or, where it is lost, a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        help_text=_("The 6 digits that your app shows now, or one of your recovery codes."),
        error_messages={"required": _("Enter the code.")},
        widget=forms.TextInput(field_attrs("code", inputmode="text", autocomplete="one-time-code")),
    )

    def refuse(self) -> None:
        """Say that the code does not open, for whatever reason."""
        self.add_error(
            "code", _("This code does not open. Wait for the next one: each code opens once, and is short-lived.")
        )


class AppCodeForm(StepForm):
    """The code that an app shows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The 6 digits that your app shows now.")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class PasskeyForm(forms.Form):
    """What a browser says about a passkey; a script writes it into the page."""

    credential = forms.CharField(
        required=False, max_length=LONGEST_ANSWER, widget=forms.HiddenInput({"data-xd-credential": ""})
    )

    def clean_credential(self) -> str:
        """Refuse a form that was sent without the browser's answer."""
        answer: str = self.cleaned_data["credential"]
        if not answer:
            raise forms.ValidationError(_("Your browser has not used a passkey. It needs JavaScript for that."))
        return answer


class NewPasskeyForm(PasskeyForm):
    """A new passkey and how its owner calls it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        help_text=_("So that you know it again, for example “Phone” or “Blue key”."),
        error_messages={"required": _("Give the passkey a name.")},
        widget=forms.TextInput(field_attrs(autocomplete="off")),
    )
    field_order = ("name", "credential")


class ResetForm(forms.Form):
    """Why somebody's second factor is taken away."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("How you know that it is really them, and what has happened to the device."),
        error_messages={"required": _("Say why.")},
        widget=forms.Textarea(field_attrs(rows="3")),
    )


class DutyForm(forms.Form):
    """From when on a role needs a second factor."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in Role if role in STAFF],
        widget=forms.Select({"class": "xd-select"}),
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        help_text=_("Without a date the role needs none."),
        widget=forms.DateInput(field_attrs("date", type="date"), format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        error_messages={"required": _("Say why.")},
        widget=forms.Textarea(field_attrs("wide", rows="3")),
    )


class MobileForm(forms.Form):
    """The number under which a person is reached."""

    mobile = forms.CharField(
        label=_("New number"),
        help_text=_("Codes for signing in are sent to it. Record it only when the person has shown that it is theirs."),
        widget=forms.TextInput(field_attrs("phone", type="tel", autocomplete="off")),
    )


class AnswerForm(forms.Form):
    """What somebody says to a customer."""

    text = forms.CharField(
        label=_("Answer"),
        help_text=_("The customer reads it on their own pages; a text message tells only that it is there."),
        error_messages={"required": _("Write the answer.")},
        widget=forms.Textarea({"class": "xd-input", "rows": 6}),
    )


class RepaymentForm(forms.Form):
    """Money that came for a loan."""

    amount = AmountField(
        label=_("Amount"),
        help_text=_("What was received, in the currency of the loan."),
        error_messages={"required": _("Enter the amount that was received.")},
    )
    source = forms.ChoiceField(
        label=_("Way"),
        choices=(("counter", CHANNELS["counter"]), ("transfer", CHANNELS["transfer"])),
        widget=forms.Select({"class": "xd-select"}),
    )
    receipt = forms.CharField(
        label=_("Number of the receipt"),
        max_length=80,
        help_text=_("The same number is recorded only once."),
        error_messages={"required": _("Enter the number of the receipt.")},
        widget=forms.TextInput(field_attrs(autocomplete="off")),
    )

    def __init__(self, currency: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]


class CheckForm(forms.Form):
    """What the second person says; the verdict comes from the button, and returning needs a reason."""

    verdict = forms.ChoiceField(
        label=_("Your decision"),
        choices=(("approve", _("Approve")), ("return", _("Return"))),
        error_messages={
            "required": _("Choose approve or return."),
            "invalid_choice": _("Choose approve or return."),
        },
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        required=False,
        help_text=_("Needed when you return it; the maker reads it."),
        widget=forms.Textarea(field_attrs(rows="3")),
    )


class RecommendationForm(forms.Form):
    """What an officer recommends on a referred application."""

    outcome = forms.ChoiceField(
        label=_("Recommendation"),
        choices=(("approve", _("Approve")), ("refuse", _("Refuse"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose approve or refuse.")},
    )
    reason_codes = forms.MultipleChoiceField(
        label=_("Reasons"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Findings of the rules that you weighed."),
        error_messages={"required": _("Choose at least one reason.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        max_length=2000,
        widget=forms.Textarea(field_attrs(rows="4")),
        error_messages={"required": _("Say in your own words why.")},
    )

    def __init__(self, findings: Iterable[Mapping[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(finding["rule"], local(finding["text"])) for finding in findings]
        self.fields["reason_codes"].choices = choices  # type: ignore[attr-defined]


class ConditionsForm(forms.Form):
    """The evidence of open conditions; those left empty stay open."""

    def __init__(self, conditions: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = {f"condition_{place}": code for place, (code, _label) in enumerate(conditions)}
        for name, (_code, label) in zip(self.codes, conditions, strict=True):
            self.fields[name] = forms.CharField(
                label=label, max_length=200, required=False, widget=forms.TextInput(field_attrs(autocomplete="off"))
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a form in which nothing is given."""
        cleaned = super().clean() or {}
        if not any(cleaned.values()):
            raise forms.ValidationError(_("Give the reference of at least one document or entry."))
        return cleaned

    def evidence(self) -> dict[str, str]:
        """Return the references given, by condition."""
        return {self.codes[name]: text for name, text in self.cleaned_data.items() if text}


class WriteOffForm(forms.Form):
    """Why a claim is lost; the evidence is what collections have recorded."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("Why the claim is lost. Whoever decides reads it beside the recorded steps."),
        error_messages={"required": _("Say why the claim is lost.")},
        widget=forms.Textarea(field_attrs(rows="4")),
    )


class OutcomeForm(forms.Form):
    """What came of a collection step; a promise needs its amount and date."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    promised = AmountField(label=_("Promised amount"), required=False)
    pay_by = forms.DateField(
        label=_("To be paid by"),
        required=False,
        widget=forms.DateInput(field_attrs("date", type="date"), format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("Note"), max_length=400, required=False, widget=forms.Textarea(field_attrs(rows="3"))
    )

    def __init__(self, outcomes: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {code: word for code, word in STEP_OUTCOMES.items() if code in outcomes}
        self.fields["outcome"].choices = list(known.items())  # type: ignore[attr-defined]
        if "promised" not in known:
            del self.fields["promised"], self.fields["pay_by"]


class IntegrationForm(forms.Form):
    """What a program that calls the interface may do."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("The program that will call, for example “Core banking”. The audit trail names it so."),
        error_messages={"required": _("Name the program that will call.")},
        widget=forms.TextInput(field_attrs(autocomplete="off")),
    )
    branch_code = forms.ChoiceField(
        label=_("Branch"),
        required=False,
        help_text=_("Rows of other branches do not exist for it."),
        widget=forms.Select({"class": "xd-select"}),
    )
    roles = forms.MultipleChoiceField(
        label=_("Acts as"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It has the rights of these roles, but is never the second person of a check."),
        error_messages={"required": _("Choose at least one role.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What it may ask for. Give it no more than it needs."),
        error_messages={"required": _("Choose at least one scope.")},
    )
    requests_a_minute = forms.IntegerField(
        label=_("Requests a minute"),
        initial=600,
        min_value=1,
        max_value=100_000,
        error_messages={"required": _("Enter how many requests it may send in a minute.")},
        widget=forms.TextInput(field_attrs("count", inputmode="numeric", autocomplete="off")),
    )

    def __init__(self, branches: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All branches")), *((one.code, local(one.name)) for one in branches)]
        self.fields["branch_code"].choices = every  # type: ignore[attr-defined]
        roles = [(role.value, role.label) for role in Role if role in ROLES]
        self.fields["roles"].choices = roles  # type: ignore[attr-defined]


class RotationForm(forms.Form):
    """How long the old secret of a client stays valid beside the new one."""

    overlap = forms.ChoiceField(
        label=_("The old secret stays valid"),
        choices=(("0", _("not at all")), ("1", _("for an hour")), ("24", _("for a day")), ("168", _("for a week"))),
        initial="24",
        widget=forms.Select({"class": "xd-select"}),
    )


class HostForm(forms.Form):
    """A host to which events may be sent."""

    host = forms.CharField(
        label=_("Host"),
        max_length=253,
        help_text=_("The name alone, for example hooks.example.com."),
        error_messages={"required": _("Enter the name of the host.")},
        widget=forms.TextInput(field_attrs(autocomplete="off", spellcheck="false")),
    )


class EndpointForm(forms.Form):
    """Where a client wants to be told of which events."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Whole, and with https, for example https://hooks.example.com/xindai."),
        error_messages={"required": _("Enter the address.")},
        widget=forms.TextInput(field_attrs(autocomplete="off", spellcheck="false", inputmode="url")),
    )
    event_names = forms.MultipleChoiceField(
        label=_("Events"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the client's scopes let it read."),
        error_messages={"required": _("Choose at least one event.")},
    )

    def __init__(self, names: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event_names"].choices = [(name, EVENTS.get(name, name)) for name in names]  # type: ignore[attr-defined]


class ResendForm(forms.Form):
    """Deliveries of which span and state are sent once more; the moments are those of the bank's clocks."""

    since = forms.DateTimeField(
        label=_("Events from"),
        error_messages={"required": _("Enter when the span begins."), "invalid": _("Enter a date and a time.")},
        widget=forms.DateTimeInput(field_attrs("date", type="datetime-local"), format="%Y-%m-%dT%H:%M"),
    )
    until = forms.DateTimeField(
        label=_("Until before"),
        error_messages={"required": _("Enter when the span ends."), "invalid": _("Enter a date and a time.")},
        widget=forms.DateTimeInput(field_attrs("date", type="datetime-local"), format="%Y-%m-%dT%H:%M"),
    )
    states = forms.MultipleChoiceField(
        label=_("Of these"),
        choices=tuple(DELIVERY_STATES.items()),
        initial=["failed"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one state.")},
    )

    def clean_since(self) -> datetime:
        """The moment at the bank."""
        return _at_bank(self.cleaned_data["since"])

    def clean_until(self) -> datetime:
        """The moment at the bank."""
        return _at_bank(self.cleaned_data["until"])


def _at_bank(written: datetime) -> datetime:
    """The moment at which the bank's clocks show what was written."""
    return clock.at_bank(written.date(), written.time())


class AssignForm(forms.Form):
    """To whom an item of work goes."""

    username = forms.ChoiceField(
        label=_("Colleague"),
        widget=forms.Select({"class": "xd-select"}),
        error_messages={
            "required": _("Choose a colleague."),
            "invalid_choice": _("Choose one of the colleagues listed: they have the right to it in this branch."),
        },
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=400,
        required=False,
        help_text=_("Needed when a colleague has it already; they can read it."),
        widget=forms.TextInput(field_attrs(autocomplete="off")),
    )

    def __init__(self, people: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].choices = list(people)  # type: ignore[attr-defined]


class SnoozeForm(forms.Form):
    """Until when an item of work is put off, and why."""

    until = forms.DateField(
        label=_("Put off until"),
        widget=forms.DateInput(field_attrs("date", type="date"), format="%Y-%m-%d"),
        error_messages={"required": _("Choose a date."), "invalid": _("Write the date as 2026-06-30.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("What is being waited for. The promise of time runs on."),
        error_messages={"required": _("Say what is being waited for.")},
        widget=forms.TextInput(field_attrs(autocomplete="off")),
    )


class RevealForm(forms.Form):
    """Which sealed value is read, and what for."""

    field = forms.CharField(max_length=60, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("What it is needed for. Reason, name and time are kept."),
        error_messages={"required": _("Say what it is needed for.")},
        widget=forms.TextInput(field_attrs(autocomplete="off")),
    )


class UploadForm(forms.Form):
    """A file of many acts."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or JSON lines in UTF-8, at most 5 MB."),
        widget=forms.FileInput({"class": "xd-input", "accept": ".csv,.jsonl,.ndjson", "data-kind": "wide"}),
        error_messages={
            "required": _("Choose the file."),
            "missing": _("Choose the file."),
            "empty": _("The file is empty. Choose another one."),
        },
    )


ROLE_CHOICES = [(role.value, role.label) for role in Role if role is not Role.SYSTEM]


class RegisterForm(forms.Form):
    """Somebody who is to sign in."""

    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        widget=forms.TextInput(field_attrs(autocomplete="off")),
        error_messages={"required": _("Enter a user name.")},
    )
    display_name = forms.CharField(
        label=_("Name"),
        max_length=80,
        widget=forms.TextInput(field_attrs(autocomplete="off")),
        error_messages={"required": _("Enter the name that colleagues read.")},
    )
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        widget=forms.PasswordInput(field_attrs(autocomplete="new-password")),
        error_messages={"required": _("Enter a first password.")},
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=(("zh-hans", "中文"), ("en", "English")),
        widget=forms.Select({"class": "xd-select"}),
    )


class GrantForm(forms.Form):
    """A role in a branch or in all of them."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES, widget=forms.Select({"class": "xd-select"}))
    branch = forms.ChoiceField(label=_("Branch"), required=False, widget=forms.Select({"class": "xd-select"}))

    def __init__(self, branches: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].choices = [("", _("All branches")), *branches]  # type: ignore[attr-defined]


class LimitForm(forms.Form):
    """The largest amount that a role may decide on."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES, widget=forms.Select({"class": "xd-select"}))
    kind = forms.ChoiceField(label=_("Kind"), choices=list(CHECKS.items()), widget=forms.Select({"class": "xd-select"}))
    amount_minor = AmountField(
        label=_("Up to"), error_messages={"required": _("Enter the largest amount; zero for none.")}
    )
