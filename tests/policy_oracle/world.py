# SPDX-License-Identifier: Apache-2.0
"""A small world for random cases: principals of three accounts, actions, resources, and context keys with what values they take."""

ACCOUNTS = ("111122223333", "444455556666", "999999999999")
USERS = ("alice", "Bob", "team/carol", "d*ve")
ROLES = ("admin", "service-role/dev", "Ops")
SESSIONS = ("s1", "build@ci", "s?")
SERVICES = ("lambda.amazonaws.com", "sns.amazonaws.com", "ec2.amazonaws.com")
ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject", "s3:GetBucketAcl", "ec2:RunInstances",
           "ec2:DescribeInstances", "sqs:SendMessage", "iam:ListUsers", "iam:GetUser", "sts:AssumeRole", "kms:Decrypt")
FULL = {"Version": "2012-10-17", "Statement": [{"Sid": "Full", "Effect": "Allow", "Action": "*", "Resource": "*"}]}
FULL_RCP = {"Version": "2012-10-17",
            "Statement": [{"Sid": "Full", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}


def user(account, name):
    return f"arn:aws:iam::{account}:user/{name}"


def role(account, name):
    return f"arn:aws:iam::{account}:role/{name}"


def session(account, name, of_session):
    return f"arn:aws:sts::{account}:assumed-role/{name.rpartition('/')[2]}/{of_session}"


def root(account):
    return f"arn:aws:iam::{account}:root"


def principal(dice, account):
    """Who asks."""
    kind = dice.choices(("user", "session", "role", "federated", "root", "service", "anonymous", "linked"),
                        (34, 34, 5, 9, 6, 6, 4, 2))[0]
    if kind == "user":
        return user(account, dice.choice(USERS))
    if kind == "session":
        return session(account, dice.choice(ROLES), dice.choice(SESSIONS))
    if kind == "role":
        return role(account, dice.choice(ROLES))
    if kind == "federated":
        return f"arn:aws:sts::{account}:federated-user/{dice.choice(('alice', 'eve'))}"
    if kind == "root":
        return root(account)
    if kind == "service":
        return dice.choice(SERVICES)
    if kind == "linked":
        return role(account, "aws-service-role/ops.amazonaws.com/AWSServiceRoleForOps")
    return "anonymous"


def resource(dice, action, account):
    """What is asked for, of the kind that the action is about."""
    service = action.split(":")[0]
    if dice.random() < 0.08:
        return "*"
    if service == "s3":
        bucket = dice.choice(("logs", "data", "team-red", "amzn-demo", "b"))
        key = dice.choice(("", "/home/alice/x.txt", "/home/Bob/2024/01/y", "/a:b:c", "/*", "/team/red/${aws:username}", "/é/ü.txt", "//"))
        return f"arn:aws:s3:::{bucket}{key}"
    region = dice.choice(("us-east-1", "eu-west-1", ""))
    if service == "ec2":
        return f"arn:aws:ec2:{region}:{account}:{dice.choice(('instance/i-1', 'volume/vol-9', 'instance/i-2?'))}"
    if service == "sqs":
        return f"arn:aws:sqs:{region}:{account}:{dice.choice(('alice-queue', 'jobs', 'Jobs'))}"
    if service == "kms":
        return f"arn:aws:kms:{region}:{account}:key/{dice.choice(('k1', 'k2'))}"
    if service == "sts":
        return role(account, dice.choice(ROLES))
    return dice.choice((user(account, dice.choice(USERS)), f"arn:aws:iam::{account}:group/devs"))


ARNS = ("arn:aws:sns:us-east-1:111122223333:topic", "arn:aws:sns:eu-west-1:444455556666:topic:sub",
        "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::444455556666:role/admin", "arn:aws:s3:::data", "arn:aws:s3",
        "not-an-arn", "arn:aws:some::999999999999:a/b:c/d")
TEXTS = ("red", "blue", "Red", "alice", "Bob", "home/alice/", "home/", "", "a*b", "what?", "${aws:username}", "x" * 40)
NUMBERS = ("0", "7", "7.0", "10", "10.5", "-3", "9007199254740993", "9007199254740992", "0.1")
DATES = ("2024-01-01T00:00:00Z", "2024-01-01", "2024-01", "2023-12-31T23:30:00-00:30", "2024-01-01T00:00:00.500Z", "1704067200",
         "1704067199", "2024-02-29T12:00:00+05:45", "2030-06-15T08:00Z", "yesterday", "2023-02-29T00:00:00Z", "-1")
NO_DATES = ("yesterday", "2023-02-29T00:00:00Z")
BOOLEANS = ("true", "false", "True", "FALSE", True, False)
ADDRESSES = ("10.0.0.1", "10.255.255.255", "192.168.1.77", "203.0.113.5", "2001:db8:1234:5678::1", "2001:DB8:1234:5679::1", "::1")
IPS = (*ADDRESSES, "not-an-ip", "256.1.1.1")
RANGES = ("10.0.0.0/8", "10.0.0.1", "10.0.0.1/32", "192.168.1.64/26", "203.0.113.0/24", "0.0.0.0/0", "2001:db8:1234:5678::/64",
          "2001:DB8::/32", "::1", "::/0", "192.168.1.77/25")
BINARIES = ("QmluYXJ5", "QmluYXJ5VmFsdWU=", "AA==")

# key -> (operator family, values in a request, values in a policy, whether it often has several)
KEYS = {
    "aws:username": ("String", ("alice", "Bob", "carol"), TEXTS, False),
    "aws:PrincipalTag/team": ("String", TEXTS, TEXTS, False),
    "aws:RequestTag/env": ("String", TEXTS, TEXTS, False),
    "s3:prefix": ("String", TEXTS, TEXTS, False),
    "aws:TagKeys": ("String", TEXTS, TEXTS, True),
    "aws:PrincipalOrgID": ("String", ("o-1", "o-2"), ("o-1", "o-2"), False),
    "aws:PrincipalArn": ("Arn", ARNS, ARNS, False),
    "aws:SourceArn": ("Arn", ARNS, ARNS, False),
    "logs:Arns": ("Arn", ARNS, ARNS, True),
    "s3:max-keys": ("Numeric", (*NUMBERS, "ten"), NUMBERS, False),
    "k:sizes": ("Numeric", NUMBERS, NUMBERS, True),
    "aws:CurrentTime": ("Date", DATES, DATES, False),
    "aws:EpochTime": ("Date", DATES, DATES, False),
    "k:dates": ("Date", DATES, DATES, True),
    "aws:SecureTransport": ("Bool", BOOLEANS, BOOLEANS, False),
    "aws:MultiFactorAuthPresent": ("Bool", (*BOOLEANS, "maybe"), BOOLEANS, False),
    "k:flags": ("Bool", BOOLEANS, BOOLEANS, True),
    "aws:SourceIp": ("Ip", IPS, RANGES, False),
    "k:addresses": ("Ip", IPS, RANGES, True),
    "k:digest": ("Binary", (*BINARIES, "not base64!"), BINARIES, False),
}
OPERATORS = {
    "String": ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike",
               "StringNotLike"),
    "Arn": ("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "StringLike"),
    "Numeric": ("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
                "NumericGreaterThanEquals"),
    "Date": ("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"),
    "Bool": ("Bool",),
    "Ip": ("IpAddress", "NotIpAddress"),
    "Binary": ("BinaryEquals",),
}
