# SPDX-License-Identifier: Apache-2.0
"""Which documents AWS refuses: refused or not, without a diagnosis.
Pages: Grammar of the IAM JSON policy language; the pages of each element; for what the pages leave open, the answers of AWS that
moto collected (tests/test_iam/test_iam_policies.py in getmoto/moto)."""

import calendar
import re

from .conditions import take_apart
from .operators import ALL, instant
from .text import as_text

IDENTITY, RESOURCE, BOUNDARY, SESSION, SCP, RCP, ENDPOINT, ACCESS = (
    "identity", "resource", "permission_boundary", "session", "service_control", "resource_control", "endpoint",
    "access_request")
WITH_PRINCIPAL = (RESOURCE, RCP, ENDPOINT)
WITHOUT_PRINCIPAL = (IDENTITY, BOUNDARY, SESSION, SCP)
PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc", "*")
IAM_RESOURCES = ("user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
                 "sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/", "assumed-role/",
                 "delegation-request/", "role-template/", "contextProvider/")
STATEMENT_MEMBERS = {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
                     "Condition"}


class Refused(Exception):
    """AWS would refuse the document."""


def _need(good, why):
    if not good:
        raise Refused(why)


def check(document, kind):
    """Raises Refused. "Individual elements must not contain multiple instances of the same key": whoever reads the JSON sees that."""
    _need(isinstance(document, dict), "a policy is an object")
    _need(set(document) <= {"Version", "Id", "Statement"}, "an unknown member")
    _need(document.get("Version", "2008-10-17") in ("2008-10-17", "2012-10-17"), "Version")
    _need(isinstance(document.get("Id", ""), str), "Id")
    _need("Statement" in document, "Statement is required")
    statements = as_list(document["Statement"])
    _need(len(statements) > 0, "Statement is empty")
    for statement in statements:
        _need(isinstance(statement, dict), "a statement is an object")
        _statement(statement, kind, variables=document.get("Version") == "2012-10-17")
    sids = [statement["Sid"] for statement in statements if statement.get("Sid")]
    _need(len(sids) == len(set(sids)), "Sids in a single policy must be unique")


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements_of(document):
    return as_list(document["Statement"])


def _statement(statement, kind, variables):
    _need(set(statement) <= STATEMENT_MEMBERS, "an unknown member")
    _need(isinstance(statement.get("Sid", ""), str), "Sid")  # which characters it may have differs from service to service
    _need(statement.get("Effect") in ("Allow", "Deny"), "Effect is required, and case-sensitive")
    _principal(statement, kind)
    if kind == RCP:
        _resource_control(statement)
    _one_of(statement, "Action", "NotAction")
    for action in _strings(statement, "Action", "NotAction"):
        _action(action)
    if kind == RESOURCE and not {"Resource", "NotResource"} & set(statement):
        pass  # a role trust policy has none
    else:
        _one_of(statement, "Resource", "NotResource")
        for resource in _strings(statement, "Resource", "NotResource"):
            _resource(resource)
            _variables(resource, variables)
    _condition(statement.get("Condition", {}), variables)


def _one_of(statement, positive, negative):
    _need((positive in statement) != (negative in statement), f"exactly one of {positive} and {negative}")


def _strings(statement, *names):
    """The values of the one member that is there: a string, or strings of which there is at least one."""
    values = [value for name in names if name in statement for value in as_list(statement[name])]
    if names[0] == "Resource":  # moto's collection has a null in a list of resources as a document that AWS takes
        values = [value for value in values if value is not None]
    _need(values, f"{names[0]} is empty")
    _need(all(isinstance(value, str) for value in values), f"{names[0]} is made of strings")
    return values


def _principal(statement, kind):
    there = [name for name in ("Principal", "NotPrincipal") if name in statement]
    _need(len(there) < 2, "Principal and NotPrincipal exclude each other")
    _need(not there or kind not in WITHOUT_PRINCIPAL, "no Principal here")
    _need(there or kind not in WITH_PRINCIPAL, "Principal is required")
    if not there:
        return
    element = statement[there[0]]
    if kind == RCP:  # "RCP syntax" (AWS Organizations User Guide): "you can only specify "*""
        _need(there == ["Principal"] and element in ("*", {"AWS": "*"}), "an RCP's Principal is *")
    if element == "*":
        return
    _need(isinstance(element, dict) and element, "Principal")
    _need(set(element) <= {"AWS", "Service", "Federated", "CanonicalUser"}, "an unknown kind of principal")
    for type_name, entries in element.items():
        for entry in as_list(entries):
            _need(isinstance(entry, str) and entry, "a principal is a string")
            _need(entry == "*" or not set("*?") & set(entry), "a wildcard cannot match part of a principal")
            _need(type_name != "AWS" or entry == "*" or re.fullmatch(
                r"[0-9]{12}|arn:[^:]+:(iam|sts)::[0-9]{12}:.+|arn:aws:askiam:::user/.+|[A-Z0-9]{16,128}", entry), "a principal")


def _resource_control(statement):
    """RCP syntax (AWS Organizations User Guide): NotAction is not supported, and "the effect of Allow is only supported for the
    RCPFullAWSAccess policy"."""
    _need("NotAction" not in statement, "an RCP has no NotAction")
    full = (statement.get("Action") in ("*", ["*"]) and statement.get("Resource") in ("*", ["*"])
            and not statement.get("Condition"))
    _need(statement["Effect"] == "Deny" or full, "an RCP denies")


def _action(action):
    if action == "*":
        return
    vendor, colon, name = action.partition(":")
    _need(colon, "an action is prefaced by a vendor")
    _need(":" not in name, "an action has one colon")
    _need(re.fullmatch(r"[A-Za-z0-9.-]+", vendor), "the vendor is not valid")


def _resource(resource):
    if resource == "*":
        return
    parts = resource.split(":", 5)
    _need(len(parts) >= 3 and parts[0] == "arn", "a resource is an ARN or *")
    _need(parts[1] in PARTITIONS, "the partition is not valid")
    _need(parts[2] and not set("*?") & set(parts[2]), "the vendor must be fully qualified")
    _need(len(parts) == 6 or "::" not in resource, "too few parts")
    if parts[2] == "s3" and len(parts) == 6:
        _need(parts[3] == "" or parts[4] != "", "an S3 bucket has no region (an access point has one, and an account)")
    if parts[2] == "iam" and len(parts) == 6:
        _need(parts[3] == "", "an IAM resource has no region")
        _need(parts[5] in ("*", "root") or parts[5].startswith(IAM_RESOURCES), "an IAM resource path")


def _condition(block, variables):
    _need(isinstance(block, dict), "Condition is an object")
    for operator, keys in block.items():
        _need(isinstance(keys, dict), "an operator's value is an object")
        quantifier, name, if_exists = take_apart(operator)
        known = name in ALL and not (name == "Null" and (if_exists or quantifier))
        _need(known or not keys, "an unknown operator")
        for values in keys.values():
            for value in as_list(values):
                _need(isinstance(value, (str, bool, int, float)), "a value is a string, a number or a boolean")
                _need(not name.startswith("Date") or _date(as_text(value)), "a date")
                if "String" in name or "Arn" in name or name == "Bool":
                    _variables(as_text(value), variables)


def _variables(text, variables):
    """IAM policy elements: Variables and tags: ${key}, ${key, 'default'}, ${*}, ${?}, ${$}."""
    for inside in [] if not variables else re.findall(r"\$\{([^}]*)(?:\}|$)", text):
        _need(f"${{{inside}}}" in text, "a variable is closed")
        _need(inside in ("*", "?", "$") or re.fullmatch(r"[^*?$'{,]+(, *'[^']*')?", inside), "a variable is a key")


def _date(text):
    """More than the W3C's forms is taken (moto's collection); what is no W3C date then matches nothing."""
    if re.fullmatch(r"-?[0-9]+", text):
        return -2**63 <= int(text) < 2**63
    form = re.fullmatch(r"(-?[0-9]+)(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?(?:[Tt](.*))?", text)
    if form is None:
        return instant(text) is not None
    year, month, day, time = form.groups()
    last = calendar.mdays[int(month)] if month and 1 <= int(month) <= 12 else 31
    last += 1 if month and int(month) == 2 and calendar.isleap(int(year)) else 0
    return (-292275054 <= int(year) <= 292278993 and 1 <= int(month or 1) <= 12 and 1 <= int(day or 1) <= last
            and re.fullmatch(r"([0-9]{1,2}(:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?)?([Zz]|[+-][0-9]{2}(:[0-9]{2})?)?", time or ""))
