# SPDX-License-Identifier: Apache-2.0
"""Random cases in which conditions, wildcards, variables, missing keys, levels and accounts meet, and about half of which are allowed.

A case is made from its number alone. First the request; then policies whose statements are mostly made to fit it, part by part,
so that what decides is seldom that nothing fits."""

import random

import world
from breakage import break_something

VERSIONS = ("2012-10-17", "2008-10-17", None)


def case(number):
    """The case with this number: what `askiam policy eval` takes."""
    return _Maker(random.Random(f"askiam policies {number}")).case()


class _Maker:
    def __init__(self, dice):
        self.dice = dice

    def chance(self, probability):
        return self.dice.random() < probability

    def some(self, values, most):
        return [self.dice.choice(values) for _ in range(self.dice.randint(1, most))]

    def one_or_list(self, values):
        """A single value may stand without brackets."""
        return values[0] if len(values) == 1 and self.chance(0.5) else values

    # The request

    def request(self):
        own, other = self.dice.sample(world.ACCOUNTS, 2)
        owner = other if self.chance(0.25) else own
        action = self.dice.choice(world.ACTIONS)
        request = {"principal": world.principal(self.dice, own), "action": self.case_of(action),
                   "resource": world.resource(self.dice, action, owner), "context": self.context()}
        if owner != own or self.chance(0.2):
            request["resourceAccount"] = owner
        return request

    def case_of(self, text):
        return text if self.chance(0.8) else self.dice.choice((text.lower(), text.upper(), text.swapcase()))

    def context(self):
        context = {}
        for key, (_, values, _, many) in world.KEYS.items():
            if self.chance(0.6):
                count = self.dice.choice((0, 1, 2, 3)) if many else 2 if self.chance(0.03) else 1
                chosen = [self.dice.choice(values) for _ in range(count)]
                context[self.case_of(key) if self.chance(0.1) else key] = chosen if count != 1 or self.chance(0.2) else chosen[0]
        return context

    # Texts that fit

    def pattern(self, text, context=None):
        """A pattern that mostly fits the text: some of it replaced by wildcards, some by a variable."""
        values = [(key, value) for key, value in (context or {}).items()
                  if isinstance(value, str) and len(value) > 1 and value in text]
        if values and self.chance(0.4):
            key, value = self.dice.choice(values)
            default = ", 'none'" if self.chance(0.2) else ""
            head, _, tail = text.rpartition(value)
            return f"{head}${{{self.case_of(key)}{default}}}{tail}"
        way = self.dice.randint(0, 5)
        if way == 0 or not text or "${" in text:
            return text
        first, last = sorted(self.dice.sample(range(len(text) + 1), 2))
        if way == 1:
            return text[:first] + "*" + text[last:]
        if way == 2:
            return text[:first] + "?" + text[first + 1:]
        if way == 3:
            return text[:last] + "*"
        if way == 4 and context is not None and "*" in text:
            return text.replace("*", "${*}")
        return text

    def resource_pattern(self, arn, context):
        """As `pattern`, but AWS's grammar holds: the service is whole, variables and most wildcards behind the fifth colon."""
        if arn == "*" or self.chance(0.12):
            return "*"
        head, parts = arn.split(":")[:3], arn.split(":", 5)
        region, account, rest = parts[3:]
        if head[2] == "iam":
            kind, _, name = rest.partition("/")
            return ":".join((*head, "", self.dice.choice((account, "*", account[:4] + "*")), f"{kind}/{self.pattern(name, context)}"))
        region = region if head[2] == "s3" else self.dice.choice((region, "*", region[:3] + "*"))
        account = account if head[2] == "s3" else self.dice.choice((account, "*", account[:-1] + "?"))
        return ":".join((*head, region, account, self.pattern(rest, context)))

    # Statements

    def statement(self, request, fit, with_principal, about_everybody=False, only_denies=False):
        """`fit`: how likely each part is made to fit the request."""
        statement = {"Effect": "Deny" if only_denies or self.chance(0.14) else "Allow"}
        if statement["Effect"] == "Deny":
            fit *= 0.7
        if self.chance(0.3):
            statement["Sid"] = f"S{self.dice.randint(0, 10 ** 6)}"
        if with_principal:
            self.add_principal(statement, request, fit, about_everybody)
        self.add_action(statement, request, fit, only_denies)
        self.add_resource(statement, request, fit)
        if self.chance(0.6):
            condition = self.condition(request, fit)
            if condition or self.chance(0.1):
                statement["Condition"] = condition
        members = list(statement.items())
        self.dice.shuffle(members)
        return dict(members)

    def add_action(self, statement, request, fit, no_not_action=False):
        actions = [self.case_of(self.dice.choice(world.ACTIONS)) for _ in range(self.dice.randint(0, 2))]
        if not no_not_action and self.chance(0.12):  # NotAction fits where it does not name the action
            if not self.chance(fit):
                actions.append(self.action_pattern(request["action"]))
            statement["NotAction"] = self.one_or_list(actions or ["iam:Nothing"])
            return
        if self.chance(fit) or not actions:
            actions.append("*" if self.chance(0.1) else self.action_pattern(request["action"]))
        self.dice.shuffle(actions)
        statement["Action"] = self.one_or_list(actions)

    def action_pattern(self, action):
        vendor, _, name = action.partition(":")
        return f"{vendor}:{self.pattern(name) or '*'}"

    def add_resource(self, statement, request, fit):
        others = [self.resource_pattern(world.resource(self.dice, self.dice.choice(world.ACTIONS), world.ACCOUNTS[0]), request["context"])
                  for _ in range(self.dice.randint(0, 2))]
        if self.chance(0.1):
            if not self.chance(fit):
                others.append(self.resource_pattern(request["resource"], request["context"]))
            statement["NotResource"] = self.one_or_list(others or ["arn:aws:s3:::nothing"])
            return
        if self.chance(fit) or not others:
            others.append(self.resource_pattern(request["resource"], request["context"]))
        self.dice.shuffle(others)
        statement["Resource"] = self.one_or_list(others)

    def add_principal(self, statement, request, fit, about_everybody):
        if about_everybody:
            statement["Principal"] = self.dice.choice(("*", {"AWS": "*"}))
            return
        entries = [self.principal_entry() for _ in range(self.dice.randint(0, 2))]
        name = "NotPrincipal" if self.chance(0.1) else "Principal"
        if self.chance(fit) or not entries or name == "NotPrincipal":
            entries += self.entries_for(request["principal"], name == "NotPrincipal")
        element = {}
        for kind, entry in entries:
            if kind == "*":
                element = "*"
                break
            element.setdefault(kind, []).append(entry)
        if isinstance(element, dict):
            element = {kind: self.one_or_list(listed) for kind, listed in element.items()}
        statement[name] = element

    def principal_entry(self):
        account = self.dice.choice(world.ACCOUNTS)
        return self.dice.choice((
            ("AWS", account), ("AWS", world.root(account)), ("AWS", world.user(account, self.dice.choice(world.USERS[:3]))),
            ("AWS", world.role(account, self.dice.choice(world.ROLES))), ("Service", self.dice.choice(world.SERVICES)),
            ("AWS", world.session(account, self.dice.choice(world.ROLES), "s1")), ("CanonicalUser", "79a59df900b949e55d96a1e698fb"),
            ("Federated", "cognito-identity.amazonaws.com")))

    def entries_for(self, principal, whole):
        """Entries that name the principal, in one of the ways in which that can be done; `whole`: in several."""
        if not principal.startswith("arn:"):
            return [("*", "*") if principal == "anonymous" or self.chance(0.3) else ("Service", principal)]
        account = principal.split(":")[4]
        ways = [("AWS", account), ("AWS", world.root(account))]
        if not set("*?") & set(principal):
            ways += [("AWS", principal)] * 3
        if ":assumed-role/" in principal:
            name = principal.split("/")[1]
            ways += [("AWS", world.role(account, next(one for one in world.ROLES if one.endswith(name))))] * 2
        if whole:
            return self.dice.sample(ways, self.dice.randint(1, len(ways)))
        return [("*", "*")] if self.chance(0.15) else [self.dice.choice(ways)]

    # Conditions

    def condition(self, request, fit):
        block = {}
        for _ in range(self.dice.randint(1, 3)):
            key = self.dice.choice(list(world.KEYS))
            family, _, values, many = world.KEYS[key]
            given = next((value for name, value in request["context"].items() if name.lower() == key.lower()), None)
            operator = "Null" if self.chance(0.08) else self.operator(family, many, given, fit)
            wanted = self.wanted(operator, values, given, request["context"], fit)
            block.setdefault(operator, {})[self.case_of(key) if self.chance(0.15) else key] = self.one_or_list(wanted)
        return block

    def operator(self, family, many, given, fit):
        name = self.dice.choice(world.OPERATORS[family])
        if many or self.chance(0.05):
            name = self.dice.choice(("", "ForAllValues:", "ForAnyValue:", "ForAnyValue:")) + name
        if given is None and self.chance(fit * 0.5) or self.chance(0.1):
            name += "IfExists"
        return name

    def wanted(self, operator, values, given, context, fit):
        if operator == "Null":
            truth = given in (None, []) if self.chance(fit) else self.chance(0.5)
            return [self.dice.choice((truth, str(truth).lower()))]
        wanted = self.some(values, 3) if self.chance(0.97) else []
        fits = [value for value in (given if isinstance(given, list) else [given]) if value is not None]
        if fits and self.chance(fit) and "Not" not in operator:
            chosen = self.dice.choice(fits)
            if "Like" in operator or "Arn" in operator or (operator.startswith("StringEquals") and self.chance(0.2)):
                wanted.append(self.pattern(chosen, context))
            elif chosen in values or "String" in operator or chosen in world.ADDRESSES:
                wanted.append(chosen)
        if "Bool" in operator and self.chance(0.2):  # the one operator of another kind that takes variables
            wanted.append(self.dice.choice(("${aws:MultiFactorAuthPresent}", "${K:flags}", "${aws:SecureTransport, 'TRUE'}")))
        wanted = [value for value in wanted if "Date" not in operator or value not in world.NO_DATES]
        return wanted or ([] if self.chance(0.3) else [values[0]])

    # Documents and cases

    def document(self, request, fit, with_principal=False, about_everybody=False, only_denies=False, most=3):
        version = self.dice.choices(VERSIONS, (88, 8, 4))[0]
        statements = [self.statement(request, fit, with_principal, about_everybody, only_denies)
                      for _ in range(self.dice.randint(1, most))]
        for place, statement in enumerate(statements):
            if "Sid" in statement:  # unique in its document
                statement["Sid"] += f"x{place}"
        document = {"Version": version} if version else {}
        document["Statement"] = self.one_or_list(statements)
        if self.chance(0.05):
            document["Id"] = "some-id"
        return document

    def limits(self, request, full, about_everybody=False):
        """Documents of which one has to allow: mostly the one that allows all."""
        documents = [full] if self.chance(0.75) else []
        if self.chance(0.4) or not documents:
            documents.append(self.document(request, 0.95, about_everybody, about_everybody, most=2))
        self.dice.shuffle(documents)
        return documents

    def resource_control(self, request):
        """A level of RCPs: the one that allows all, which cannot be detached (and yet here sometimes is), and ones that deny."""
        documents = [world.FULL_RCP] if self.chance(0.95) else []
        if self.chance(0.3) or not documents:
            documents.append(self.document(request, 0.85, True, True, only_denies=True, most=2))
        self.dice.shuffle(documents)
        return documents

    def case(self):
        request = self.request()
        who = request["principal"]
        identity = who.startswith("arn:") and not who.endswith(":root")
        made = {"identityPolicies": [self.document(request, 0.93) for _ in range(self.dice.randint(0, 3))]} if identity else {}
        crossing = "resourceAccount" in request and f":{request['resourceAccount']}:" not in who
        if self.chance(0.9 if crossing or not identity else 0.45):
            made["resourcePolicy"] = self.document(request, 0.92, with_principal=True)
        if identity and self.chance(0.25):
            made["permissionBoundaries"] = self.limits(request, world.FULL)
        if (":assumed-role/" in who and self.chance(0.35)) or (":federated-user/" in who and self.chance(0.85)):
            made["sessionPolicy"] = self.limits(request, world.FULL)[0]
        if self.chance(0.25):
            made["serviceControlPolicies"] = [self.limits(request, world.FULL) for _ in range(self.dice.randint(1, 3))]
        if self.chance(0.2):
            made["resourceControlPolicies"] = [self.resource_control(request) for _ in range(self.dice.randint(1, 2))]
        if self.chance(0.15):
            made["endpointPolicies"] = self.limits(request, world.FULL_RCP, True)
        made["request"] = request
        if self.chance(0.04):
            break_something(made, self.dice)
        return made
