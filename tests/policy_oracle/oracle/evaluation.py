# SPDX-License-Identifier: Apache-2.0
"""From statements that match to a decision.
Pages: How AWS enforcement code logic evaluates requests to allow or deny access; Cross-account policy evaluation logic; Policies and
permissions in IAM; Permissions boundaries for IAM entities; SCP evaluation and RCP evaluation (AWS Organizations User Guide)."""

import re

from . import grammar
from .conditions import holds
from .grammar import ACCESS, BOUNDARY, ENDPOINT, IDENTITY, RCP, RESOURCE, SCP, SESSION, as_list, statements_of
from .operators import Scope
from .principals import ANYONE, AS_ROLE, BY_ACCOUNT, EXACTLY, Principal, how_named, named_by_not_principal
from .text import Context, expand, like

ALLOWED, IMPLICITLY, EXPLICITLY = "Allowed", "ImplicitlyDenied", "ExplicitlyDenied"


class Match:
    """A statement that matches the request. `way`: how its Principal names the one who asks; None where it has none."""

    def __init__(self, kind, level, policy, statement, body, way):
        self.kind, self.level, self.policy, self.statement = kind, level, policy, statement
        self.effect, self.sid, self.way = body["Effect"], body.get("Sid"), way

    def as_json(self):
        return {"kind": self.kind, "level": self.level, "policy": self.policy, "statement": self.statement,
                "sid": self.sid, "effect": self.effect}


class Request:
    """Who asks for what, with which context."""

    def __init__(self, body, has_boundary=False):
        self.who = Principal(body["principal"])
        self.action = body["action"]
        self.resource = body["resource"]
        self.context = Context(body.get("context", {}))
        self.has_boundary = has_boundary
        parts = self.resource.split(":", 5)
        in_arn = parts[4] if len(parts) == 6 else ""
        self.resource_account = body.get("resourceAccount") or in_arn or self.who.account


def _matches_action(statement, request):
    """Page: IAM JSON policy elements: Action ("The prefix and the action name are case insensitive"); and NotAction."""
    wanted = statement.get("Action", statement.get("NotAction"))
    found = any(like(expand(one.lower(), None, True, False), request.action.lower()) for one in as_list(wanted))
    return found if "Action" in statement else not found


def _matches_resource(statement, request, variables):
    """Pages: IAM JSON policy elements: Resource; and NotResource. A pattern whose variable has no value matches no resource."""
    wanted = statement.get("Resource", statement.get("NotResource"))
    if wanted is None:  # a role trust policy
        return True
    found = any(like(expand(_whole(one), request.context, True, variables), request.resource)
                for one in as_list(wanted) if one is not None)
    return found if "NotResource" not in statement else not found


def _whole(pattern):
    """What an ARN lacks at its end is *: AWS itself calls arn:b:c by arn:b:c:*:*:* (moto's collection)."""
    parts = pattern.split(":", 5)
    return pattern if pattern == "*" else ":".join(parts + ["*"] * (6 - len(parts)))


def match_document(document, kind, level, number, request):
    """The statements of one document that match."""
    variables = document.get("Version") == "2012-10-17"  # earlier, variables "are treated as literal strings"
    found = []
    for place, statement in enumerate(statements_of(document)):
        way = None
        if "Principal" in statement:
            way = how_named(statement["Principal"], request.who, statement["Effect"])
            if way is None:
                continue
        if "NotPrincipal" in statement:
            way = ANYONE
            boundary = request.has_boundary and kind == RESOURCE
            if not named_by_not_principal(statement["NotPrincipal"], request.who, statement["Effect"], boundary):
                continue
        if (_matches_action(statement, request) and _matches_resource(statement, request, variables)
                and holds(statement.get("Condition", {}), Scope(request.context, variables))):
            found.append(Match(kind, level, number, place, statement, way))
    return found


class Policies:
    """The documents of one case, and which of their statements match."""

    LISTS = {IDENTITY: "identityPolicies", BOUNDARY: "permissionBoundaries", ENDPOINT: "endpointPolicies"}
    SINGLE = {RESOURCE: "resourcePolicy", SESSION: "sessionPolicy"}
    LEVELS = {SCP: "serviceControlPolicies", RCP: "resourceControlPolicies"}

    def __init__(self, case):
        self.documents = []  # (kind, level, place, document)
        self.present = {}  # kind -> number of levels
        for kind, name in self.LISTS.items():
            self._take(kind, [case[name]] if case.get(name) else [])
        for kind, name in self.SINGLE.items():
            self._take(kind, [[case[name]]] if name in case else [])
        for kind, name in self.LEVELS.items():
            self._take(kind, case.get(name, []))

    def _take(self, kind, levels):
        self.present[kind] = len(levels)
        for level, documents in enumerate(levels):
            self.documents += [(kind, level, place, document) for place, document in enumerate(documents)]

    def check(self):
        for kind, _, _, document in self.documents:
            grammar.check(document, kind)

    def match(self, request, applies):
        self.matches = [match for kind, level, place, document in self.documents if applies(kind)
                        for match in match_document(document, kind, level, place, request)]

    def allows(self, kind, level=0, ways=None):
        return any(match.kind == kind and match.level == level and match.effect == "Allow"
                   and (ways is None or match.way in ways) for match in self.matches)

    def lets_through(self, kind):
        """Whether a kind that only limits lets the request through: every level of it that there is has to allow."""
        return all(self.allows(kind, level) for level in range(self.present[kind]))


def _applies(kind, who):
    """A service or an anonymous caller has no identity to which policies could be attached. SCPs "apply to principals of the account where the SCPs are attached": and neither SCPs nor
    RCPs restrict service-linked roles. Pages: Service control policies; Resource control policies (AWS Organizations User Guide)."""
    if who.account is None and kind in (IDENTITY, BOUNDARY, SESSION, SCP):
        return False
    return kind not in (SCP, RCP) or not who.service_linked


def evaluate(case):
    """{"decision", "matched"}, or {"error"} for a document that AWS would refuse."""
    policies = Policies(case)
    try:
        policies.check()
    except grammar.Refused as refused:
        return {"error": str(refused)}
    request = Request(case["request"], has_boundary=bool(case.get("permissionBoundaries")))
    policies.match(request, lambda kind: _applies(kind, request.who))
    return {"decision": _decide(policies, request), "matched": [match.as_json() for match in policies.matches]}


def _decide(policies, request):
    if any(match.effect == "Deny" for match in policies.matches):
        return EXPLICITLY  # "If the enforcement code finds even one explicit deny that applies, [...] Deny."
    for kind in (RCP, SCP, ENDPOINT):
        if _applies(kind, request.who) and not policies.lets_through(kind):
            return IMPLICITLY
    if request.who.account is not None and request.resource_account != request.who.account:
        good = policies.allows(RESOURCE) and _own_account_allows(policies, request)
    else:
        good = _single_account(policies, request)
    return ALLOWED if good else IMPLICITLY


def _limited(policies, request, granted):
    """What boundaries and session policies leave of a grant."""
    if request.who.kind == "root":  # no boundary can be set for it
        return granted
    if request.who.kind == "federated user" and not policies.present[SESSION]:
        # GetFederationToken (AWS STS API Reference): "if you do not pass a policy, then the resulting federated user session has
        # no permissions", except by a resource-based policy that names the session.
        return False
    return granted and policies.lets_through(BOUNDARY) and policies.lets_through(SESSION)


def _single_account(policies, request):
    who = request.who
    if policies.allows(RESOURCE, ways=(EXACTLY, ANYONE)):
        # The user, the session, the service, or everybody: "Permissions granted directly to a session are not limited by an implicit
        # deny in an identity-based policy, a permissions boundary, or session policy."
        return who.kind != "role" or _limited(policies, request, True) or policies.allows(RESOURCE, ways=(ANYONE,))
    if who.kind == "root":
        return not _needs_resource_policy(policies, request) or policies.allows(RESOURCE)
    if not who.identity:
        return False
    granted = policies.allows(IDENTITY)
    if _needs_resource_policy(policies, request):
        granted = granted and policies.allows(RESOURCE)
    return _limited(policies, request, granted or policies.allows(RESOURCE, ways=(AS_ROLE,)))


def _own_account_allows(policies, request):
    """The evaluation in the trusted account: the identity's own policies and what limits them. The root user "has all of the permissions
    that are granted to the account" (How IAM roles differ from resource-based policies)."""
    if request.who.kind == "root":
        return True
    return request.who.identity and _limited(policies, request, policies.allows(IDENTITY))


def _needs_resource_policy(policies, request):
    """Role trust policies and KMS key policies "are exceptions to this logic, because they must explicitly allow access". Known only
    where the policy was given."""
    if not policies.present[RESOURCE]:
        return False
    action, resource = request.action.lower(), request.resource
    assumes = action.startswith("sts:assumerole") and re.match(r"arn:[^:]*:iam::[0-9]*:role/", resource)
    uses_key = action.startswith("kms:") and re.match(r"arn:[^:]*:kms:[^:]*:[0-9]*:key/", resource)
    return bool(assumes or uses_key)


def evaluate_access(documents, body, mode):
    """Policies about access requests (docs/policies.md): any explicit Deny wins; in allowlist mode an explicit Allow is needed too.
    A document without Principal is about everybody."""
    request = Request(body)
    matches = [match for number, document in enumerate(documents)
               for match in match_document(document, ACCESS, 0, number, request)]
    effects = {match.effect for match in matches}
    decision = EXPLICITLY if "Deny" in effects else ALLOWED if "Allow" in effects else IMPLICITLY
    return {"decision": decision, "passed": decision == ALLOWED or (decision == IMPLICITLY and mode == "guardrail"),
            "matched": [match.as_json() for match in matches]}
