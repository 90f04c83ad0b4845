# SPDX-License-Identifier: Apache-2.0
"""Texts with wildcards and policy variables. Page: IAM policy elements: Variables and tags."""

import re

# What a text is made of: what its author wrote, what a variable stands for, wildcards, and a variable that has no value.
LITERAL, VALUE, STAR, ANY_ONE, NOTHING = "literal", "value", "star", "any one", "nothing"
NO_VALUE = (NOTHING, "")


class Context:
    """The request's context keys. Their names are not case-sensitive ("IAM JSON policy elements: Condition")."""

    def __init__(self, members):
        self.values = {}
        for name, value in members.items():
            listed = value if isinstance(value, list) else [value]
            self.values.setdefault(name.lower(), []).extend(as_text(one) for one in listed)

    def get(self, name):
        """The values of a key; [] where it is missing or has none."""
        return self.values.get(name.lower(), [])


def as_text(value):
    """A boolean or a number in JSON is as good as its text ("Grammar of the IAM JSON policy language": "Quotation marks are
    optional for numeric and Boolean values")."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    return value if isinstance(value, str) else str(value)


def expand(text, context, wildcards, variables):
    """The text as a list of parts (kind, text). `NO_VALUE` among them: a variable that has no value, so nothing is like it
    ("Policy variables with no value": "There is no equal or like value")."""
    special = r"\$\{[^}]*\}" if variables else r"(?!)"
    tokens = re.split(rf"({special}|[*?])" if wildcards else rf"({special})", text)
    return [_part(token, place % 2 == 1, context) for place, token in enumerate(tokens) if token]


def _part(token, is_special, context):
    if not is_special:
        return (LITERAL, token)
    if token in "*?":
        return (STAR if token == "*" else ANY_ONE, "")
    return _variable(token[2:-1], context)


def _variable(inside, context):
    if inside in ("*", "?", "$"):  # "Special characters"
        return (VALUE, inside)
    name, default = inside, None
    given = re.fullmatch(r"(.*?), *'(.*)'", inside, re.DOTALL)  # "Specifying default values"
    if given:
        name, default = given.groups()
    values = context.get(name)
    if not values:
        return NO_VALUE if default is None else (VALUE, default)
    return (VALUE, values[0]) if len(values) == 1 else NO_VALUE  # "You can't use a multivalued condition key as a variable"


def like(parts, value):
    """Whether the whole value fits the parts: * is any run of characters, ? any single one, a variable's value is literal."""
    if NO_VALUE in parts:
        return False
    if all(kind in (LITERAL, VALUE) for kind, _ in parts):
        return literal(parts) == value
    pattern = "".join(".*" if kind == STAR else "." if kind == ANY_ONE else re.escape(text)
                      for kind, text in _merge_stars(parts))
    return re.fullmatch(pattern, value, re.DOTALL) is not None


def _merge_stars(parts):
    """** means what * means, and costs a regular expression less."""
    return [part for at, part in enumerate(parts) if not (part[0] == STAR and at > 0 and parts[at - 1][0] == STAR)]


def literal(parts):
    """The text of parts without wildcards; None where a variable has no value."""
    return None if NO_VALUE in parts else "".join(text for _, text in parts)


def split_at_colons(parts, most):
    """Parts cut at the colons that the policy's author wrote (a colon within a variable's value cuts nothing)."""
    pieces = [[]]
    for kind, text in parts:
        cut = text.split(":", most - len(pieces)) if kind == LITERAL else [text]
        for place, piece in enumerate(cut):
            if place > 0:
                pieces.append([])
            if piece or kind != LITERAL:
                pieces[-1].append((kind, piece))
    return pieces
