# SPDX-License-Identifier: Apache-2.0
"""Condition operators: whether one value of the request matches one value of the policy.
Page: IAM JSON policy elements: Condition operators."""

import base64
import binascii
import datetime
import decimal
import ipaddress
import re

from .text import expand, like, literal, split_at_colons


def _string_equals(policy, value, scope):
    return literal(scope.expand(policy, wildcards=False)) == value


def _string_equals_ignore_case(policy, value, scope):
    text = literal(scope.expand(policy, wildcards=False))
    return text is not None and text.lower() == value.lower()


def _string_like(policy, value, scope):
    return like(scope.expand(policy, wildcards=True), value)


def number(text):
    """An integer or decimal value; None for anything else."""
    return decimal.Decimal(text) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) else None


def instant(text):
    """Seconds since 1970 of "one of the W3C implementations of the ISO 8601 date formats" or of "epoch (UNIX) time"; None for
    anything else. W3C's note "Date and Time Formats" lists YYYY, YYYY-MM, YYYY-MM-DD, and with a time a zone is required."""
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) and not re.fullmatch(r"[0-9]{4}", text):
        return decimal.Decimal(text)
    form = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?", text)
    if form is None:
        return None
    year, month, day, hour, minute, second = (int(part or least) for part, least in
                                              zip(form.groups()[:6], (1, 1, 1, 0, 0, 0)))
    try:
        days = datetime.date(year, month, day).toordinal() - datetime.date(1970, 1, 1).toordinal()
    except ValueError:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    zone = form.group(8) or "Z"
    offset = 0
    if zone != "Z":
        if int(zone[1:3]) > 23 or int(zone[4:]) > 59:
            return None
        offset = (int(zone[1:3]) * 60 + int(zone[4:])) * 60 * (-1 if zone[0] == "-" else 1)
    return days * 86400 + hour * 3600 + minute * 60 + second - offset + decimal.Decimal(form.group(7) or 0)


def _compares(read, test):
    def matches(policy, value, _scope):
        left, right = read(value), read(policy)
        return left is not None and right is not None and test(left, right)
    return matches


def _bool(policy, value, scope):
    text = literal(scope.expand(policy, wildcards=False))
    return text is not None and text.lower() in ("true", "false") and text.lower() == value.lower()


def _binary_equals(policy, value, _scope):
    """Byte for byte, both written in base64 as the page's table shows them."""
    try:
        return base64.b64decode(policy, validate=True) == base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False


def _ip_address(policy, value, _scope):
    """A range in CIDR format; without a prefix it is the whole address ("IAM uses the default prefix value of /32")."""
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(policy, strict=False)
    except ValueError:
        return False


def _arn(policy, value, scope):
    """Each of the six colon-delimited components of the ARN is checked separately; * alone stands for any ARN."""
    if policy == "*":
        policy = "*:*:*:*:*:*"
    wanted = split_at_colons(scope.expand(policy, wildcards=True), 6)
    given = value.split(":", 5)
    return len(wanted) == len(given) == 6 and all(like(pattern, text) for pattern, text in zip(wanted, given))


_NUMERIC = {"Equals": lambda a, b: a == b, "LessThan": lambda a, b: a < b, "LessThanEquals": lambda a, b: a <= b,
            "GreaterThan": lambda a, b: a > b, "GreaterThanEquals": lambda a, b: a >= b}

# The positive operators.
MATCHES = {"StringEquals": _string_equals, "StringEqualsIgnoreCase": _string_equals_ignore_case, "StringLike": _string_like,
           "Bool": _bool, "BinaryEquals": _binary_equals, "IpAddress": _ip_address, "ArnEquals": _arn, "ArnLike": _arn,
           **{f"Numeric{name}": _compares(number, test) for name, test in _NUMERIC.items()},
           **{f"Date{name}": _compares(instant, test) for name, test in _NUMERIC.items()}}
# The negated ones, each with what it negates.
NEGATES = {"StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
           "StringNotLike": "StringLike", "NumericNotEquals": "NumericEquals", "DateNotEquals": "DateEquals",
           "NotIpAddress": "IpAddress", "ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike"}
ALL = (*MATCHES, *NEGATES, "Null")


class Scope:
    """What a policy's texts are read with: the request's context, and whether ${...} means something in this document."""

    def __init__(self, context, variables):
        self.context = context
        self.variables = variables

    def expand(self, text, wildcards):
        return expand(text, self.context, wildcards, self.variables)
