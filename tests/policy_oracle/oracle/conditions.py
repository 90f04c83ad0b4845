# SPDX-License-Identifier: Apache-2.0
"""The Condition block.
Pages: IAM JSON policy elements: Condition; Conditions with multiple context keys or values; Single-valued vs. multivalued context
keys; IAM JSON policy elements: Condition operators."""

from .operators import MATCHES, NEGATES
from .text import as_text

QUANTIFIERS = ("ForAllValues:", "ForAnyValue:")


def take_apart(operator):
    """ForAnyValue:StringLikeIfExists is ("ForAnyValue:", "StringLike", True)."""
    quantifier = next((prefix for prefix in QUANTIFIERS if operator.startswith(prefix)), "")
    name = operator[len(quantifier):]
    if_exists = name.endswith("IfExists")
    return quantifier, name[:-len("IfExists")] if if_exists else name, if_exists


def holds(block, scope):
    """Operators are joined by AND, and so are the keys of one operator ("Conditions with multiple context keys or values")."""
    return all(_one(operator, key, values, scope)
               for operator, keys in block.items() for key, values in keys.items())


def _one(operator, key, values, scope):
    quantifier, name, if_exists = take_apart(operator)
    wanted = [as_text(value) for value in (values if isinstance(values, list) else [values])]
    given = scope.context.get(key)
    if name == "Null":  # "true (the key doesn't exist - it is null) or false (the key exists and its value is not null)"
        return any(value.lower() == ("true" if not given else "false") for value in wanted)
    if not given:
        return _when_missing(quantifier, name, if_exists)

    def matches(value):
        """The policy's values are joined by OR; for a negated operator by NOR."""
        if name in NEGATES:
            return not any(MATCHES[NEGATES[name]](one, value, scope) for one in wanted)
        return any(MATCHES[name](one, value, scope) for one in wanted)

    if quantifier and not any(given):  # "if the context key value resolves to a null dataset, such as an empty string"
        return quantifier == "ForAllValues:"
    if quantifier == "ForAllValues:":  # every value of the request must match the operator
        return all(matches(value) for value in given)
    if quantifier == "ForAnyValue:":  # at least one must
        return any(matches(value) for value in given)
    # Several values without a set operator: no page says. One match is a match, and a negated operator is its negation.
    return all(matches(value) for value in given) if name in NEGATES else any(matches(value) for value in given)


def _when_missing(quantifier, name, if_exists):
    if if_exists:  # "If the key is not present, evaluate the condition element as true."
        return True
    if quantifier == "ForAllValues:":  # "It also returns true if there are no context keys in the request."
        return True
    if quantifier == "ForAnyValue:":  # "if the key does not exist, the condition returns false"
        return False
    # "If the key that you specify in a policy condition is not present in the request context, the values do not match and the
    # condition is false. If the policy condition requires that the key is not matched, [...] the condition is true."
    return name in NEGATES
