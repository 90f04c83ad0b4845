#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a large organisation as an import folder: the same every time for the same numbers.

    bench/generate.py FOLDER --users 1000000

N users, N/10 roles (at most 100,000), N/1000 applications, 3 assignments a user, N/5 past decisions, a document an
application. It has the user john.doe (John Doe), the application Workday and its role HR Analyst, so that the sentence of
the sample organisation works here too.
"""
import argparse
import pathlib

FIRST = """Ada Alan Amara Anders Anna Aroha Arjun Aya Bela Ben Bo Carla Chen Chidi Clara Dan Daria David Diego Dina Ed Ela Elif Emma
Erik Eva Farid Femi Finn Fumi Gabor Gina Grace Hana Hans Hugo Ida Ian Igor Ines Ivan Jana Jia Jo Jonas Kai Karim Kenji Kofi
Lars Lea Leila Li Liam Lina Luis Lucia Mara Marco Maya Mei Mia Milan Mina Mona Nadia Naomi Nils Nina Noor Olga Omar Oscar
Paul Petra Priya Qi Rafa Rita Rosa Ruth Sam Sara Sofia Sven Tara Theo Tim Uma Vera Victor Wei Yara Yuki Zara Zoe""".split()
LAST = """Abbas Adler Ahmed Alves Amin Andersen Aoki Baker Bauer Becker Berg Bianchi Brown Cao Carter Castro Chen Cohen Costa Cruz
Diaz Dubois Eriksen Evans Farah Ferrari Fischer Fonseca Garcia Gupta Haas Hansen Hassan Hill Hoffman Huang Ibrahim Ito Jansen
Johnson Jones Kato Keller Khan Kim Klein Kovacs Kumar Lang Larsen Lee Lehmann Lopez Ma Martin Mbeki Meyer Miller Moore
Moreau Mori Nagy Nair Nguyen Novak Nowak Okafor Olsen Ortiz Park Patel Peters Popov Quinn Ramos Reed Rossi Roy Santos Sato
Schmidt Shah Silva Singh Smith Sousa Suzuki Tanaka Taylor Torres Tran Vega Wagner Walker Wang Weber White Wong Xu Yilmaz
Young Zhang Zimmer""".split()
DEPARTMENTS = ["Human Resources", "Finance", "Sales", "Engineering", "IT", "Support", "Marketing", "Legal", "Operations", "Research"]
TITLES = ["Analyst", "Specialist", "Manager", "Engineer", "Associate", "Director", "Clerk", "Consultant"]
LOCATIONS = ["London", "Berlin", "New York", "Singapore", "São Paulo", "Tokyo"]
ROLE_WORDS = """Account Asset Audit Billing Budget Campaign Case Catalog Claim Client Contract Cost Credit Data Delivery Device
Discount Event Expense Field Forecast Fraud Fund Grant Image Index Inventory Invoice Issue Item Journal Label Lead Ledger Lease
Library License Loan Loyalty Market Media Member Metric Model Network Offer Order Partner Patent Payment Plan Policy Price Process
Product Project Quality Quota Rate Record Refund Region Release Report Risk Route Salary Sample Schedule Score Segment
Service Session Shift Site Source Stock Supplier Survey Target Tax Team Tender Ticket Trade Training Travel Treasury Trial Vendor
Voucher Warehouse Web Wire Work""".split()
ROLE_KINDS = ["Viewer", "Editor", "Analyst", "Approver", "Manager", "Administrator", "Operator", "Reviewer"]
APP_FIRST = """Amber Atlas Aurora Beacon Birch Bright Cedar Cobalt Coral Crystal Delta Ember Falcon Garnet Harbor Helix Indigo Iris
Jade Juniper Kestrel Lantern Lotus Lumen Maple Meridian Nimbus Nova Onyx Opal Orion Pearl Phoenix Pine Quartz Raven Ridge
River Saffron Sierra Solar Sonic Summit Talon Terra Topaz Vector Velvet Willow Zenith""".split()
APP_LAST = """Base Board Books Bridge Cloud Desk Flow Forge Gate Grid Hub Lab Ledger Link Loop Metrics Pay People Portal Pulse
Sales Sign Space Stack Store Studio Suite Track Vault Works""".split()


class Numbers:
    """A small generator of its own, so that the files do not depend on Python's version."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (self.state >> 33) % limit


def write(folder, name, header, lines):
    with open(folder / name, "w", encoding="utf-8", newline="\n") as out:
        out.write(header + "\n")
        out.writelines(lines)


def user_id(number):
    return "john.doe" if number == 0 else f"u{number:07d}"


def role_id(number):
    return f"r{number:06d}"


def users(count):
    yield "john.doe,john.doe@example.com,John Doe,active,2020-01-01,Human Resources,Specialist,u0000001,London\n"
    for i in range(1, count):
        first, last = FIRST[i % len(FIRST)], LAST[i // len(FIRST) % len(LAST)]
        middle = i // (len(FIRST) * len(LAST))
        name = f"{first} {last}" if middle == 0 else f"{first} {chr(65 + middle % 26)}{chr(97 + middle // 26 % 26)} {last}"
        status = "inactive" if i % 50 == 49 else "active"
        department = DEPARTMENTS[i // 7 % len(DEPARTMENTS)]
        yield (f"u{i:07d},u{i:07d}@example.com,{name},{status},2020-01-01,{department},{TITLES[i % len(TITLES)]},"
               f"{user_id(i // 40)},{LOCATIONS[i // 3 % len(LOCATIONS)]}\n")


def applications(count):
    yield "workday,Workday,Human resources,u0000001,active\n"
    for i in range(1, count):
        name = f"{APP_FIRST[i % len(APP_FIRST)]} {APP_LAST[i // len(APP_FIRST) % len(APP_LAST)]}"
        name += "" if i < len(APP_FIRST) * len(APP_LAST) else f" {i}"
        yield f"a{i:05d},{name},Application number {i},{user_id(i)},active\n"


def roles(count, apps):
    per_app = (count + apps - 1) // apps
    for i in range(count):
        app, at = divmod(i, per_app)
        name = f"{ROLE_WORDS[(at + 3 * app) % len(ROLE_WORDS)]} {ROLE_KINDS[(at // len(ROLE_WORDS) + at) % len(ROLE_KINDS)]}"
        name = "HR Analyst" if i == 0 else name
        app_id = "workday" if app == 0 else f"a{app:05d}"
        yield (f"{role_id(i)},{app_id},{name},What {name} does,read:{at};write:{at},{('low', 'medium', 'high')[i % 3]},"
               f"{'inactive' if i % 100 == 99 else 'active'}\n")


def assignments(count, role_count, each):
    numbers = Numbers(1)
    for i in range(count):
        held = set()
        while len(held) < min(each, role_count - 1):
            held.add(1 + numbers.below(role_count - 1))
        for role in sorted(held):
            end = "2024-06-01" if numbers.below(10) == 0 else ""
            yield f"{user_id(i)},{role_id(role)},2021-03-01,{end},active\n"


def pairs(count, role_count, seed, tail):
    numbers = Numbers(seed)
    seen = set()
    while len(seen) < count:
        left, right = 1 + numbers.below(role_count - 1), 1 + numbers.below(role_count - 1)
        if left > right and (left, right) not in seen:
            seen.add((left, right))
            yield f"{role_id(left)},{role_id(right)}{tail}\n"


def patterns(count, user_count, role_count, per_app):
    numbers = Numbers(4)
    for i in range(count):
        user = 1 + numbers.below(user_count - 1)
        role = 0 if i < 200 else numbers.below(role_count)
        app = role // per_app
        approved = int((user // 7) % 10 == 0 or numbers.below(10) < 6) if role else int((user // 7) % 10 == 0)
        stamp = f"20{22 + i % 4}-{1 + i // 4 % 12:02d}-{1 + i // 48 % 28:02d}T{i // 1344 % 24:02d}:{i // 32256 % 60:02d}:00Z"
        yield f"{user_id(user)},{role_id(role)},{'workday' if app == 0 else f'a{app:05d}'},{stamp},{approved},human\n"


def documents(folder, apps):
    with open(folder / "documents.jsonl", "w", encoding="utf-8", newline="\n") as out:
        for i in range(apps):
            app = "workday" if i == 0 else f"a{i:05d}"
            out.write(f'{{"id":"doc-{app}","title":"Who may use {app}","text":"Roles of {app} are granted by its owner to people '
                      f'whose work in {DEPARTMENTS[i % len(DEPARTMENTS)]} needs them.","metadata":{{"app_id":"{app}"}}}}\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--assignments", type=int, default=3, help="a user (default 3)")
    options = parser.parse_args()
    count = max(options.users, 20)
    role_count, apps = max(min(count // 10, 100000), 10), max(count // 1000, 1)
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, "users.csv", "user_id,email,name,status,created_at,department,title,manager,location", users(count))
    write(folder, "applications.csv", "app_id,name,description,owner,status", applications(apps))
    write(folder, "roles.csv", "role_id,app_id,name,description,permissions,risk,status", roles(role_count, apps))
    write(folder, "user_roles.csv", "user_id,role_id,granted_at,expires_at,status",
          assignments(count, role_count, options.assignments))
    write(folder, "role_prerequisites.csv", "role_id,required_role_id", pairs(role_count // 10, role_count, 2, ""))
    write(folder, "role_conflicts.csv", "role_id,conflicting_role_id,reason",
          pairs(role_count // 20, role_count, 3, ",Kept apart"))
    write(folder, "access_patterns.csv", "user_id,role_id,app_id,timestamp,approved,source",
          patterns(count // 5, count, role_count, (role_count + apps - 1) // apps))
    documents(folder, apps)


if __name__ == "__main__":
    main()
