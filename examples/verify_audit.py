#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies an export of the audit trail, independently of libaskiam: Python's standard library only.

    askiam audit export > trail.jsonl
    python3 verify_audit.py trail.jsonl [--key-file KEY] [--checkpoint FILE --public-key FILE.pem]

It checks that every entry's hash covers it, that each entry follows the one before, that no column says anything else than
the bytes that were hashed, that each stored decision is the recorded one or was erased, and that the trail ends where its heads say. With
the key it also sees a rewrite by somebody who does not have it; with a checkpoint that was kept elsewhere also a cut or a
rewrite of all that the checkpoint saw. Exit: 0 sound, 1 not sound, 2 it could not be checked. Formats: docs/audit.md.
"""
import argparse
import base64
import hashlib
import hmac
import json
import sys

NO_HASH = "0" * 64
PAYLOAD_MEMBERS = {  # column: where the payload repeats it
    "id": ("id",), "request_id": ("request_id",), "requester_id": ("requester", "id"), "user_id": ("user", "id"),
    "application_id": ("application", "id"), "role_id": ("role", "id"), "risk": ("role", "risk"), "status": ("status",),
    "action": ("action",), "resource": ("resource",), "ip_address": ("ip",), "timestamp_ms": ("time_ms",)}
REQUEST_MEMBERS = ("speaker_id", "content_hash", "config_hash", "policy_hash", "expires_at_ms", "pattern", "approved")


class Broken(Exception):
    """Something is wrong with the trail."""


# --- Ed25519 (RFC 8032, 5.1), verification only. Slow and plain: one signature a run. ---------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * ROOT % P
    if (x * x - x2) % P != 0 or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(number, point):
    result = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def decompress(text):
    number = int.from_bytes(text, "little")
    y = number & ((1 << 255) - 1)
    x = recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def ed25519_verify(public, message, signature):
    key, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    base_y = 4 * pow(5, P - 2, P) % P
    base_x = recover_x(base_y, 0)
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(multiply(s, (base_x, base_y, 1, base_x * base_y % P)), add(r, multiply(h, key)))


# --- JSON, strictly ---------------------------------------------------------------------------------------------------------

def no_twins(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member occurs twice")
    return members


def read_json(text, what):
    try:
        value = json.loads(text, object_pairs_hook=no_twins)
    except (ValueError, RecursionError) as error:
        raise Broken(f"{what} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise Broken(f"{what} is not an object")
    return value


def member(value, *path):
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def equal(left, right):
    """An absent text is the same as an empty one."""
    return (left if left != "" else None) == (right if right != "" else None) and type(left or "") is type(right or "")


# --- the trail --------------------------------------------------------------------------------------------------------------

def prefixed(text):
    data = text.encode()
    return len(data).to_bytes(8, "big") + data


def entry_hash(entry, key):
    data = b"askiam-audit-v1" + prefixed(entry["chain"]) + prefixed(str(entry["seq"]))
    data += prefixed(entry["prev_hash"]) + prefixed(entry["payload"])
    return hmac.new(key, data, hashlib.sha256).hexdigest() if key else hashlib.sha256(data).hexdigest()


def key_id(key):
    return hmac.new(key, b"askiam-audit-key-id-v1", hashlib.sha256).hexdigest()[:16]


def check_hash(entry, payload, key, covered):
    """`covered`: a genuine checkpoint stands for the entry, which may then be older than the key."""
    alg = payload.get("alg")
    if alg == "hmac-sha256":
        if not key:
            raise Broken(f"was written with the key {payload.get('key_id')}: without it its hash cannot be checked")
        if payload.get("key_id") != key_id(key):
            raise Broken("was written with another key than the one given")
    elif alg != "sha256":
        raise Broken("names an unknown algorithm")
    elif key and not covered:
        raise Broken("was written without a key: whoever writes the store could have made it")
    if entry_hash(entry, key if alg == "hmac-sha256" else None) != entry["hash"]:
        raise Broken("its hash does not fit chain, seq, prev_hash and payload")


def check_columns(entry, payload):
    for column, path in PAYLOAD_MEMBERS.items():
        if not equal(entry.get(column), member(payload, *path)):
            raise Broken(f"its column {column} is not what the payload says")


def check_kind(entry, payload):
    """What became of a grant belongs to another entry, which has the request. Says whether a request was erased."""
    if "kind" not in payload:
        return check_request(entry, payload)
    if payload["kind"] != "grant" or entry.get("action") == "askiam:RequestRole":
        raise Broken("its payload is of a kind that is not known")
    return False


def check_request(entry, payload):
    """Says whether the request was erased: of such a one nothing that was said is left, and no salt."""
    request = entry.get("request")
    if not isinstance(request, dict):
        raise Broken("its request is missing")
    for name in REQUEST_MEMBERS:
        if not equal(request.get(name), payload.get(name)):
            raise Broken(f"its request's {name} is not what the payload says")
    if request.get("decision") is None:
        if request.get("decision_salt") is not None or request.get("has_sentence") or request.get("has_facts"):
            raise Broken("its decision is gone, though its request was not erased")
        return True
    check_decision(entry, payload, request)
    for name, text in (("has_sentence", "sentence"), ("has_facts", "facts")):
        if request.get(name) is not (payload.get(text + "_hash") is not None):
            raise Broken(f"its {text} is not there or should not be, though its request was not erased")
    return False


def check_decision(entry, payload, request):
    place = json.dumps({"chain": entry["chain"], "seq": entry["seq"], "hash": entry["hash"]}, separators=(",", ":"),
                       ensure_ascii=False)
    decision, tail = request.get("decision"), ',"audit":' + place + "}"
    if not isinstance(decision, str) or not decision.endswith(tail):
        raise Broken("its decision does not tell its place")
    try:
        salt = bytes.fromhex(request.get("decision_salt"))
    except (TypeError, ValueError):
        raise Broken("its decision has no salt") from None
    if hashlib.sha256(salt + (decision[: -len(tail)] + "}").encode()).hexdigest() != payload.get("decision_hash"):
        raise Broken("its decision is not the one that was recorded")


class Chain:
    def __init__(self):
        self.seq, self.hash, self.seen, self.erased = 0, NO_HASH, {}, 0

    def add(self, entry, key, checkpoint_seq):
        for name in ("chain", "prev_hash", "hash", "payload"):
            if not isinstance(entry.get(name), str):
                raise Broken(f"has no {name}")
        if type(entry.get("seq")) is not int or entry["seq"] != self.seq + 1:
            raise Broken(f"does not follow entry {self.seq}: entries are missing, repeated or in another order")
        if entry["prev_hash"] != self.hash:
            raise Broken(f"its prev_hash is not the hash of entry {self.seq}")
        payload = read_json(entry["payload"], "the payload")
        if payload.get("v") != 1:
            raise Broken("its payload is not of version 1")
        check_hash(entry, payload, key, entry["seq"] <= checkpoint_seq)
        check_columns(entry, payload)
        self.erased += check_kind(entry, payload)
        self.seq, self.hash = entry["seq"], entry["hash"]
        if self.seq == checkpoint_seq:
            self.seen[self.seq] = self.hash


def check_trail(lines, key, checkpoint):
    chains, heads, entries = {}, None, 0
    wanted = {head["chain"]: head for head in checkpoint["heads"]} if checkpoint else {}
    for number, line in enumerate(lines, 1):
        value = read_json(line, f"line {number}")
        if heads is not None:
            raise Broken(f"line {number}: there is something after the heads")
        if value.get("type") == "heads":
            heads = value
            continue
        if value.get("type") != "entry":
            continue  # closed lists grow: kinds of line that this program does not know
        try:
            chain = chains.setdefault(value.get("chain"), Chain())
            chain.add(value, key, wanted.get(value.get("chain"), {}).get("seq", 0))
        except Broken as error:
            raise Broken(f"line {number}: entry {value.get('seq')} of chain {value.get('chain')!r}: {error}") from None
        entries += 1
    check_heads(chains, heads, entries)
    for name, head in wanted.items():
        if head["seq"] > 0 and (name not in chains or chains[name].seen.get(head["seq"]) != head["hash"]):
            raise Broken(f"what the checkpoint saw at entry {head['seq']} of chain {name!r} is not there any more")
    return entries, sum(chain.erased for chain in chains.values())


def check_heads(chains, heads, entries):
    if heads is None:
        raise Broken("the heads are missing: the export was cut")
    named = {member(head, "chain"): head for head in heads.get("heads", [])}
    if heads.get("entries") != entries or len(named) != len(heads.get("heads", [])):
        raise Broken("the number of entries is not what the last line says")
    for name, head in named.items():
        chain = chains.get(name, Chain())
        if (chain.seq, chain.hash) != (head.get("seq"), head.get("hash")):
            raise Broken(f"chain {name!r} ends at entry {chain.seq}, its head says {head.get('seq')}")
    for name in chains:
        if name not in named:
            raise Broken(f"chain {name!r} has no head")


def load_checkpoint(path, public_key_path):
    with open(path, encoding="utf-8") as file:
        checkpoint = read_json(file.read(), "the checkpoint")
    with open(public_key_path, encoding="ascii") as file:
        body = "".join(line for line in file.read().splitlines() if not line.startswith("-----"))
    der = base64.b64decode(body, validate=True)
    if len(der) != 44 or der[:12] != bytes.fromhex("302a300506032b6570032100"):
        raise ValueError("the public key is no Ed25519 key in PEM")
    try:
        heads = sorted(checkpoint["heads"], key=lambda head: head["chain"].encode())
        text = f"askiam-checkpoint-v1\n{checkpoint['id']}\n{checkpoint['time']}\n"
        text += "".join(f"{head['seq']:d} {head['hash']} {head['chain']}\n" for head in heads)
        if any(ord(c) < 32 for head in heads for c in head["chain"]) or "\n" in checkpoint["id"]:
            raise ValueError("a control character")
        signature = bytes.fromhex(checkpoint["signature"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Broken(f"the checkpoint is malformed: {error!r}") from None
    if checkpoint.get("v") != 1 or len(signature) != 64 or not ed25519_verify(der[12:], text.encode(), signature):
        raise Broken("the checkpoint was not signed by this key")
    return checkpoint


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", help="the output of `askiam audit export`; - for standard input")
    parser.add_argument("--key-file", help="the file that audit.key_file names: its bytes without white space at both ends")
    parser.add_argument("--checkpoint", help="the output of `askiam audit checkpoint`, kept elsewhere")
    parser.add_argument("--public-key", help="the public key of who signed it, PEM")
    arguments = parser.parse_args()
    if bool(arguments.checkpoint) != bool(arguments.public_key):
        parser.error("--checkpoint and --public-key come together")
    try:
        key = None
        if arguments.key_file:
            with open(arguments.key_file, "rb") as file:
                key = file.read().strip()
        checkpoint = None
        if arguments.checkpoint:
            checkpoint = load_checkpoint(arguments.checkpoint, arguments.public_key)
        source = sys.stdin.buffer if arguments.export == "-" else open(arguments.export, "rb")
        with source:
            entries, erased = check_trail((line.decode() for line in source if line.strip()), key, checkpoint)
    except UnicodeDecodeError as error:
        print(f"not sound: the export is not UTF-8: {error}")
        return 1
    except Broken as error:
        print(f"not sound: {error}")
        return 1
    except (OSError, ValueError) as error:
        print(f"cannot verify: {error}", file=sys.stderr)
        return 2
    also = [name for name, given in (("key", key), ("checkpoint", checkpoint)) if given]
    print(f"sound: {entries} entries, {erased} of erased requests; checked links, hashes, heads, columns, decisions"
          + "".join(", " + a for a in also))
    return 0


if __name__ == "__main__":
    sys.exit(main())
