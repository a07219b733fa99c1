"""The bank, its branches, its people, their roles and limits, and what waits for a second person."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.aggregates import JSONBAgg
from django.db import models
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from xindai.identity.roles import Role
from xindai.kernel import clock
from xindai.kernel.fields import AmountMinorField, CurrencyField
from xindai.kernel.ids import uuid7
from xindai.kernel.models import Versioned, append_only, audited


@audited
class Bank(Versioned):
    """The one lender of this database.

    ``parts`` is the number of parts of its end of day, fixed at founding for ever;
    ``is_demonstration`` marks a bank without real money.
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.JSONField()
    currency = CurrencyField()
    parts = models.PositiveSmallIntegerField(default=1)
    is_demonstration = models.BooleanField(default=False)
    founded_on = models.DateField()
    only = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("bank")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["only"], name="identity_one_bank"),
            models.CheckConstraint(condition=models.Q(only=True), name="identity_only_bank"),
            models.CheckConstraint(condition=models.Q(parts__gte=1), name="identity_bank_has_a_part"),
        ]

    def __str__(self) -> str:
        return self.code


@audited
class Branch(Versioned):
    """An office of the lender; every business row belongs to one.  ``name`` is a {zh, en} map."""

    code = models.CharField(max_length=20, unique=True)
    name = models.JSONField()

    class Meta:
        verbose_name = _("branch")

    def __str__(self) -> str:
        return self.code


class UserManager(BaseUserManager["User"]):
    """Finds and makes people who can sign in."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user; without a password they cannot sign in."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save()
        return user


class SignedInManager(UserManager):
    """Finds who has signed in together with what they may do, as ``granted``: one statement of every page."""

    def get_queryset(self) -> "models.QuerySet[User]":
        """Add the roles and their branches."""
        grants = RoleGrant.objects.filter(user=models.OuterRef("pk")).order_by()
        granted = JSONBAgg(JSONObject(role="role", branch_id="branch_id"))
        whole = grants.values("user").annotate(granted=granted).values("granted")
        return super().get_queryset().annotate(granted=models.Subquery(whole))


@audited(exclude=["password"])
class User(AbstractBaseUser, Versioned):
    """Somebody who can sign in.  What they may do stands in their role grants."""

    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    registered_at = models.DateTimeField(default=clock.now)

    # Sign-ins stand in the access log, not on the row: signing in is no change of the user.
    last_login = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    signed_in = SignedInManager()
    """The first one is the one that Django asks for who has signed in."""
    objects = UserManager()

    class Meta:
        verbose_name = _("user")

    def __str__(self) -> str:
        return self.username


@audited
class RoleGrant(models.Model):
    """One role of one person, in one branch or - without a branch - in all of them."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("role")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role", "branch"], name="identity_role_once", nulls_distinct=False),
            models.CheckConstraint(condition=~models.Q(role=Role.SYSTEM), name="identity_no_person_is_the_system"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


@audited
class AuthorityLimit(Versioned):
    """The largest amount that a role may decide on, by kind of check."""

    role = models.CharField(max_length=20, choices=Role)
    kind = models.CharField(max_length=40)
    currency = CurrencyField()
    amount_minor = AmountMinorField()

    class Meta:
        verbose_name = _("limit of authority")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "kind", "currency"], name="identity_limit_once"),
            models.CheckConstraint(condition=models.Q(amount_minor__gte=0), name="identity_limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.kind} {self.amount_minor}"


class CheckState(models.TextChoices):
    """Where a proposal stands."""

    WAITING = "waiting", _("waiting")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")


@audited
class Check(Versioned):
    """A proposal that a second person must confirm: the maker is never the checker.

    Without a maker the system itself has made the proposal, or the program named by ``maker_client``.
    ``payload`` holds codes, dates and amounts, nothing personal.
    """

    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_no = models.CharField(max_length=80)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", null=True)
    payload = models.JSONField(default=dict)
    currency = CurrencyField()
    amount_minor = AmountMinorField(default=0)
    maker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    maker_client = models.ForeignKey("ApiClient", on_delete=models.PROTECT, related_name="+", null=True)
    checker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=CheckState, default=CheckState.WAITING)
    reason = models.CharField(max_length=400, blank=True)
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("check")
        indexes: ClassVar = [
            models.Index(
                fields=["kind", "requested_at"], condition=models.Q(state="waiting"), name="identity_checks_waiting"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(maker=None) | models.Q(checker=None) | ~models.Q(maker=models.F("checker")),
                name="identity_maker_is_not_checker",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", checker=None, decided_at=None)
                | models.Q(checker__isnull=False, decided_at__isnull=False),
                name="identity_decided_has_checker",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_no"],
                condition=models.Q(state="waiting"),
                name="identity_one_waiting_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_no}"


class SignInCode(models.Model):
    """A code of six digits that was asked for under a mobile number, whether or not anybody has that number.

    The number and the address from which it was asked for are kept as keyed hashes, the code as a keyed hash of the
    code with the row's own identity; a row without ``code_hash`` has no code that could be right.
    """

    code_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    number_hash = models.CharField(max_length=64)
    address_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-in code")
        indexes: ClassVar = [
            models.Index(fields=["number_hash", "asked_at"], name="identity_codes_of_number"),
            models.Index(fields=["address_hash", "asked_at"], name="identity_codes_of_address"),
        ]

    def __str__(self) -> str:
        return str(self.code_id)


class SignIn(models.Model):
    """One session of one person, from signing in until it is ended; ``device`` is a few words on the browser."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    way = models.CharField(max_length=10)
    device = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-in")
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=models.Q(ended_at=None), name="identity_sign_ins_standing"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.way} {self.began_at.isoformat()}"


@audited(exclude=["sealed_secret", "last_step", "wrong", "locked_until"])
class CodeApp(models.Model):
    """The app of one person that shows a new code every 30 seconds; it counts once ``confirmed_at`` is set.

    The secret is sealed under a key of the person's own.  ``last_step`` is the latest span of 30 seconds whose code was
    taken: that code and all before it open nothing again.  ``wrong`` tries in a row lock it until ``locked_until``.
    """

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    sealed_secret = models.BinaryField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    wrong = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("authenticator app")

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at.isoformat()}"


@audited(exclude=["code_hash"])
class RecoveryCode(models.Model):
    """A code that opens once in place of the app's, kept as a keyed hash only."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at.isoformat()}"


@audited(exclude=["public_key", "sign_count", "last_used_at"])
class Passkey(models.Model):
    """A key pair whose private half a device of one person keeps: it signs in without a password.

    ``credential_id`` and ``transports`` are the device's own words, in base64url; ``sign_count`` is the counter that it
    told last; ``is_synced`` says that copies of it may lie on other devices of the person.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    transports = models.JSONField(default=list)
    is_synced = models.BooleanField(default=False)
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("passkey")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(sign_count__gte=0), name="identity_passkey_counts_up"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.name}"


@audited
class FactorDuty(Versioned):
    """From which date on whoever has a role needs a second factor; without a date nobody with the role does."""

    role = models.CharField(max_length=20, choices=Role, unique=True)
    since = models.DateField(null=True)
    reason = models.CharField(max_length=400)

    class Meta:
        verbose_name = _("duty of a second factor")

    def __str__(self) -> str:
        return f"{self.role} {self.since}"


@append_only
class FactorReset(models.Model):
    """That somebody's second factor was taken away so that they can set up another; ``by`` is the actor's label."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    reason = models.CharField(max_length=400)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reset of a second factor")

    def __str__(self) -> str:
        return f"{self.user_id} {self.at.isoformat()}"


@audited
class ApiClient(Versioned):
    """A program that may call the interface: what it may ask for (scopes) and with which rights it acts (roles).

    It acts in one branch or - without a branch - in all.  It is never a second person under four eyes.
    """

    client_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", null=True)
    roles = models.JSONField()
    scopes = models.JSONField()
    requests_a_minute = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("client of the interface")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(requests_a_minute__gte=1), name="identity_client_may_ask_once_a_minute"
            ),
        ]

    def __str__(self) -> str:
        return self.client_id


@audited(exclude=["secret_hash"])
class ApiSecret(Versioned):
    """A secret of a client, kept only as a keyed hash; after ``ends_at`` it opens nothing."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("secret of a client")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client"], condition=models.Q(ends_at=None), name="identity_one_secret_without_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.made_at.isoformat()}"


class ApiToken(models.Model):
    """A short-lived token by which a client calls the interface, kept only as a keyed hash."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    issued_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("token of a client")
        indexes: ClassVar = [models.Index(fields=["client", "ends_at"], name="identity_tokens_of_client")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.ends_at.isoformat()}"
