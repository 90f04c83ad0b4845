#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes requests for an import folder, one JSON object a line: people of users.csv asking for roles of roles.csv, by name, in
the words of a handful of templates. Deterministic.

usage: requests.py FOLDER COUNT > requests.jsonl"""
import csv
import json
import random
import sys

TEMPLATES = (
    "I need access to {role} role in {app}",
    "Please give me the {role} role in {app} for 30 days",
    "Could I get {role} in {app}?",
    "Requesting {role} access in {app} because my team needs it",
)


def rows(folder, name):
    with open(f"{folder}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    chance = random.Random(7)
    users = [row["user_id"] for row in rows(folder, "users.csv")]
    apps = {row["app_id"]: row["name"] for row in rows(folder, "applications.csv")}
    roles = rows(folder, "roles.csv")
    for number in range(count):
        role = chance.choice(roles)
        text = TEMPLATES[number % len(TEMPLATES)].format(role=role["name"], app=apps[role["app_id"]])
        print(json.dumps({"user_id": chance.choice(users), "raw_request": text}))


if __name__ == "__main__":
    main()
