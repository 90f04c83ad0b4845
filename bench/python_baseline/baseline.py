# SPDX-License-Identifier: Apache-2.0
"""The job as people write it in Python today: regular expressions for the form of a sentence, rapidfuzz for names, sqlite3 for facts and
record. Meant well: prepared once what can be, names kept in memory, one query a fact, joins and indexes used, no needless work.

It decides as far as such a program mostly goes: the names that fit best, the facts about the triple, the share of past approvals. It
has no policies, no questions beyond what is missing, no joint reading of role and application, no remedies, and a plain log table.
"""

import datetime
import json
import re
import sqlite3
import uuid
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process, utils

ASKS = re.compile(r"\b(need|want|give|grant|get|request\w*|access|require|like|have|add|join)\b", re.IGNORECASE)
REVOKES = re.compile(r"\b(remove|revoke|drop|withdraw|take away|cancel)\b", re.IGNORECASE)
DURATION = re.compile(r"\bfor (\d+) (day|week|month|year)s?\b", re.IGNORECASE)
DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
OTHER = re.compile(r"\bfor ([A-Z][\w'-]+ [A-Z][\w'-]+)")
CUTOFF = 85
THRESHOLD = 0.95

AUDIT = """CREATE TABLE IF NOT EXISTS decisions (
  id TEXT PRIMARY KEY, time TEXT NOT NULL, user_id TEXT, role_id TEXT, sentence TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL)"""


@dataclass
class Answer:
    status: str
    reason: str
    codes: list[str] = field(default_factory=list)
    user: str | None = None
    application: str | None = None
    role: str | None = None
    confidence: float | None = None


class Baseline:
    def __init__(self, path):
        self.base = sqlite3.connect(path)
        self.base.execute("PRAGMA synchronous = FULL")
        self.base.execute(AUDIT)
        self.names = {kind: self._names(kind) for kind in ("user", "application", "role")}
        self.app_of = dict(self.base.execute("SELECT role_id, app_id FROM roles"))

    def _names(self, kind):
        """Every name of a kind as it is compared, with the ids that bear it."""
        table, key = {"user": ("users", "user_id"), "application": ("applications", "app_id"), "role": ("roles", "role_id")}[kind]
        rows = self.base.execute(f"SELECT {key}, name FROM {table} UNION SELECT id, alias FROM aliases WHERE kind = ?", (kind,))
        found = {}
        for identity, name in rows:
            found.setdefault(utils.default_process(name), set()).add(identity)
        return found

    def find(self, kind, sentence):
        """The name that the sentence holds best; of several that it holds alike, the longest."""
        near = process.extract(sentence, self.names[kind].keys(), scorer=fuzz.partial_ratio, score_cutoff=CUTOFF, limit=10)
        near = [row for row in near if len(row[0]) > 2 and len(row[0]) <= len(sentence)]
        if not near:
            return set()
        best = max(near, key=lambda row: (round(row[1]), len(row[0])))
        return self.names[kind][best[0]]

    def resolve(self, sentence, user):
        plain = utils.default_process(sentence)
        other = OTHER.search(sentence)
        if other:
            people = self.find("user", utils.default_process(other[1]))
            user = next(iter(people)) if len(people) == 1 else user
        apps, roles = self.find("application", plain), self.find("role", plain)
        if apps and len(roles) > 1:
            roles = {role for role in roles if self.app_of[role] in apps} or roles
        return user, apps, roles

    def facts(self, user, role, now):
        one = self.base.execute
        held = one(
            "SELECT role_id FROM user_roles WHERE user_id = ? AND status = 'active' AND (granted_at IS NULL OR granted_at <= ?)"
            " AND (expires_at IS NULL OR expires_at > ?)", (user, now, now)).fetchall()  # fmt: skip
        held = {row[0] for row in held}
        return {
            "user": one("SELECT status FROM users WHERE user_id = ?", (user,)).fetchone(),
            "active": one("SELECT r.status, a.status FROM roles r JOIN applications a USING (app_id) WHERE role_id = ?", (role,)).fetchone(),
            "held": held,
            "required": {row[0] for row in one("SELECT required_role_id FROM role_prerequisites WHERE role_id = ?", (role,))},
            "conflicts": {row[0] for row in one("SELECT conflicting_role_id FROM role_conflicts WHERE role_id = ?1"
                                                " UNION SELECT role_id FROM role_conflicts WHERE conflicting_role_id = ?1", (role,))},
            "barred": one("SELECT 1 FROM role_restrictions WHERE role_id = ? AND user_id = ?", (role, user)).fetchone(),
            "past": one("SELECT count(*), coalesce(sum(approved), 0) FROM access_patterns WHERE role_id = ? AND human = 1"
                        " AND user_id <> ?", (role, user)).fetchone(),
        }  # fmt: skip

    def decide(self, sentence, user, now):
        if REVOKES.search(sentence) or not ASKS.search(sentence):
            return Answer("INVALID", "This is no request for access.", ["NOT_A_REQUEST"], user)
        user, apps, roles = self.resolve(sentence, user)
        if len(roles) != 1:
            code = "AMBIGUOUS_ROLE" if roles else "MISSING_ROLE"
            return Answer("NEEDS_INFO", "Which role?", [code], user, next(iter(apps), None))
        role = next(iter(roles))
        answer = Answer("INVALID", "", [], user, self.app_of[role], role)
        if apps and self.app_of[role] not in apps:
            answer.codes.append("ROLE_NOT_IN_APP")
        facts = self.facts(user, role, now)
        checks = [
            ("USER_INACTIVE", facts["user"] == ("active",)),
            ("ROLE_INACTIVE", facts["active"] == ("active", "active")),
            ("ALREADY_ASSIGNED", role not in facts["held"]),
            ("PREREQUISITE_MISSING", facts["required"] <= facts["held"]),
            ("SOD_CONFLICT", not facts["conflicts"] & facts["held"]),
            ("RESTRICTED", facts["barred"] is None),
        ]
        answer.codes += [code for code, passed in checks if not passed]
        count, approved = facts["past"]
        answer.confidence = (approved + 1) / (count + 2)
        if not answer.codes:
            answer.status = "VALID"
            answer.codes = ["APPROVED_BY_EVIDENCE" if answer.confidence > THRESHOLD else "APPROVED_BY_RULES"]
        answer.reason = f"{answer.codes[0]}: {approved} of {count} past requests were approved."
        return answer

    def validate(self, sentence, user, record=True):
        now = datetime.datetime.now(datetime.timezone.utc)
        answer = self.decide(sentence, user, int(now.timestamp() * 1000))
        until = DURATION.search(sentence)
        ends = now + datetime.timedelta(days=int(until[1]) * DAYS[until[2].lower()]) if until else None
        body = json.dumps({**vars(answer), "expires_at": ends and ends.isoformat(), "time": now.isoformat()})
        if record:
            row = (str(uuid.uuid4()), now.isoformat(), answer.user, answer.role, sentence, answer.status, body)
            with self.base:
                self.base.execute("INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return answer
