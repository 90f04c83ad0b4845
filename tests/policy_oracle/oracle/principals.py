# SPDX-License-Identifier: Apache-2.0
"""Who asks, and whom Principal and NotPrincipal name.
Pages: AWS JSON policy elements: Principal; AWS JSON policy elements: NotPrincipal."""

import re

# How closely a Principal element names the one who asks.
EXACTLY, AS_ROLE, BY_ACCOUNT, ANYONE = "exactly", "as role", "by account", "anyone"


class Principal:
    """kind is user, role, role session, federated user, root, identity provider, service or anonymous."""

    def __init__(self, text):
        self.text = text
        self.account = self.role = self.name = None
        self.partition = "aws"
        self.service_linked = False
        if not text.startswith("arn:"):
            self.kind = "anonymous" if text == "anonymous" else "service"
            return
        _, self.partition, service, _, account, resource = text.split(":", 5)
        self.account = account or None
        kind, _, rest = resource.partition("/")
        self.kind = {("iam", "root"): "root", ("iam", "user"): "user", ("iam", "role"): "role",
                     ("sts", "assumed-role"): "role session", ("sts", "federated-user"): "federated user",
                     ("iam", "saml-provider"): "identity provider", ("iam", "oidc-provider"): "identity provider",
                     ("askiam", "user"): "user"}[(service, kind)]
        if self.kind == "role":
            self.role = rest.rpartition("/")[2]
            self.service_linked = rest.startswith("aws-service-role/")
        if self.kind == "role session":
            self.role = rest.partition("/")[0]  # whether it is a service-linked one only the role's own ARN tells

    @property
    def identity(self):
        """Whether identity-based policies can be attached to it, or to what it is a session of."""
        return self.kind in ("user", "role", "role session", "federated user")

    def is_role(self, arn):
        """Whether this is a role's ARN, and the role is the one that asks or that the session is of. The session's ARN does not
        tell the role's path; a role's name is unique in its account."""
        form = re.fullmatch(r"arn:([^:]*):iam::([0-9]*):role/(?:.*/)?([^/]+)", arn)
        if form is None or self.role is None or self.kind == "role":
            return self.kind == "role" and arn == self.text
        return form.groups() == (self.partition, self.account, self.role)

    def is_account(self, entry):
        """An account's ARN and its number behave the same way."""
        if self.account is None:
            return False
        return entry == self.account or entry == f"arn:{self.partition}:iam::{self.account}:root"


def _entries(element):
    if element == "*":
        return [("AWS", "*")]
    return [(kind, one) for kind, listed in element.items() for one in (listed if isinstance(listed, list) else [listed])]


def how_named(element, who, effect):
    """The closest way in which a Principal element names `who`; None where it does not."""
    found = {_how(kind, entry, who) for kind, entry in _entries(element)}
    if effect == "Deny" and who.kind == "federated user":
        # "This session's ARN is based on the original identity that was federated", but its name is whatever that user chose: to be safe
        # a Deny of a user is one of federated sessions of that name too, and an Allow is none.
        user = who.text.replace(":sts:", ":iam:").replace(":federated-user/", ":user/")
        if ("AWS", user) in _entries(element):
            return EXACTLY
    return next((way for way in (EXACTLY, ANYONE, AS_ROLE, BY_ACCOUNT) if way in found), None)


def _how(kind, entry, who):
    if kind == "AWS":
        if entry == "*":  # also anonymous callers: "Principal": "*" and {"AWS": "*"} are the same
            return ANYONE
        if who.is_role(entry):
            return AS_ROLE
        if entry == who.text:
            return EXACTLY
        if who.is_account(entry):
            return EXACTLY if who.kind == "root" else BY_ACCOUNT
        return None
    if kind == "Service":
        return EXACTLY if who.kind == "service" and entry == who.text else None
    if kind == "Federated":
        return EXACTLY if entry == who.text else None
    return None  # a canonical user id says nothing that the request does


def named_by_not_principal(element, who, effect, has_boundary):
    """Whether a statement with NotPrincipal is about `who`."""
    if effect == "Allow":
        # "Doing so allows all principals except the one named": neither the one, nor whose account or role is named.
        return how_named(element, who, effect) is None
    if has_boundary and who.kind in ("user", "role", "role session"):
        # "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a permissions boundary policy
        # attached, regardless of the values specified in the NotPrincipal element."
        return True
    # It denies "to all principals except the principal specified": the very one. That its account or its role stands beside it, as the
    # page recommends (services may look at those first), excepts nobody else: "all principals except the user named Bob".
    entries = _entries(element)
    return not any(entry == "*" or entry == who.text or (who.kind == "root" and who.is_account(entry)) for _, entry in entries)
