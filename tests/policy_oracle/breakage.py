# SPDX-License-Identifier: Apache-2.0
"""Ways to spoil a document that AWS refuses."""


def _documents(case):
    for name in ("identityPolicies", "permissionBoundaries", "endpointPolicies"):
        yield from case.get(name, [])
    for name in ("resourcePolicy", "sessionPolicy"):
        if name in case:
            yield case[name]
    for name in ("serviceControlPolicies", "resourceControlPolicies"):
        for level in case.get(name, []):
            yield from level


def _set(name, value):
    def change(statement):
        statement[name] = value
    return change


def _both(one, other):
    def change(statement):
        statement[one] = statement[other] = statement.get(one, statement.get(other))
    return change


def _drop(*names):
    def change(statement):
        for name in names:
            statement.pop(name, None)
    return change


def _condition(block):
    return _set("Condition", block)


def _action(value):
    def change(statement):
        statement.pop("NotAction", None)
        statement["Action"] = value
    return change


def _resource(value):
    def change(statement):
        statement.pop("NotResource", None)
        statement["Resource"] = value
    return change


STATEMENTS = (
    _set("Effect", "allow"), _set("Effect", ["Allow"]), _drop("Effect"), _set("Extra", 1), _set("effect", "Allow"),
    _drop("Action", "NotAction"), _both("Action", "NotAction"), _both("Resource", "NotResource"), _set("Sid", 7), _set("Sid", ["a"]),
    _set("Sid", None), _action("GetObject"), _action("s3:Get:Object"), _action([]), _action(7), _action({"s3": "Get"}),
    _action(["s3:Get*", 7]), _action("s 3:Get"), _action(""), _resource("bucket"), _resource([]), _resource(""), _resource(7),
    _resource({"arn": "x"}), _resource("arn:error:s3:::b"), _resource("arn:aws"), _resource("arn:aws:s3::b"),
    _resource("arn:aws:::b:c:d"), _resource("arn:aws:s3:::b/${aws:username"), _resource("arn:aws:s3:::b/${aws:user*}"),
    _condition({"StringLike": {"a": "${b"}}), _condition([]), _condition("a"), _condition(None), _condition({"StringEquals": []}),
    _condition({"StringEquals": "a"}), _condition({"StringEquals": {"a": {}}}), _condition({"StringEquals": {"a": [["b"]]}}),
    _condition({"StringEquals": {"a": None}}), _condition({"Equals": {"a": "b"}}), _condition({"ForSomeValues:StringEquals": {"a": "b"}}),
    _condition({"ForAnyValue::StringEquals": {"a": "b"}}), _condition({"NullIfExists": {"a": "true"}}),
    _condition({"StringEqualsIfExistsIfExists": {"a": "b"}}), _condition({"DateLessThan": {"a": "tomorrow"}}),
    _condition({"DateLessThan": {"a": "9223372036854775808"}}), _condition({"DateLessThan": {"a": "2023-02-29"}}), _condition({"ForAllValues:ForAnyValue:Bool": {"a": "true"}}),
)
DOCUMENTS = (
    lambda document: document.update(Version="2012-10-18"), lambda document: document.update(Version=2012),
    lambda document: document.update(Version=None), lambda document: document.update(Statement=[]),
    lambda document: document.update(Statement=None), lambda document: document.update(Statement="all"),
    lambda document: document.update(Statement=["all"]), lambda document: document.pop("Statement"),
    lambda document: document.update(statement=document.pop("Statement")), lambda document: document.update(Extra=True),
    lambda document: document.update(Id=7), lambda document: document.update(Id=["a"]),
)


def break_something(case, dice):
    """Spoils one document of the case, where it has one."""
    documents = [document for document in _documents(case) if "Full" not in str(document) and document.get("Statement")]
    if not documents:
        return
    document = dice.choice(documents)
    if dice.random() < 0.3:
        dice.choice(DOCUMENTS)(document)
        return
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    dice.choice(STATEMENTS)(dice.choice(statements))
