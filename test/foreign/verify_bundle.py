"""Checks an evidence bundle without any of Portolan's code: hashlib, and openssl's command for Ed25519.

RFC 9162 (Merkle trees), c2sp.org/signed-note, tlog-checkpoint, tlog-proof. Prints what it accepted, as JSON; ends with 1
at the first thing that it does not accept.
"""

import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    """RFC 9162, section 2.1.1, as it is written there."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))


def root_from_path(index, size, leaf, path):
    """RFC 9162, section 2.1.3.2."""
    node, last, root = index, size - 1, leaf
    for sibling in path:
        assert last > 0, "the path is too long"
        if node % 2 == 1 or node == last:
            root = node_hash(sibling, root)
            while node % 2 == 0 and node != 0:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        node, last = node >> 1, last >> 1
    assert last == 0, "the path is too short"
    return root


def check_consistency(first, last, old_root, new_root, path):
    """RFC 9162, section 2.1.4.2."""
    if first == 0 or first == last:
        assert not path
        return
    hashes = [old_root] + path if first & (first - 1) == 0 else list(path)
    node, end = first - 1, last - 1
    while node % 2 == 1:
        node, end = node >> 1, end >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        assert end > 0
        if node % 2 == 1 or node == end:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node % 2 == 0 and node != 0:
                node, end = node >> 1, end >> 1
        else:
            new = node_hash(new, sibling)
        node, end = node >> 1, end >> 1
    assert end == 0 and old == old_root and new == new_root, "the consistency proof"


def openssl_verifies(key, message, signature):
    """Ed25519 by `openssl pkeyutl`; the key goes in as SubjectPublicKeyInfo (RFC 8410)."""
    spki = bytes.fromhex("302a300506032b6570032100") + key
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, content in (("key", spki), ("message", message), ("signature", signature)):
            paths[name] = f"{folder}/{name}"
            pathlib.Path(paths[name]).write_bytes(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths["key"], "-rawin"]
        ended = subprocess.run(
            [*command, "-in", paths["message"], "-sigfile", paths["signature"]], capture_output=True, check=False
        )
        return ended.returncode == 0


def read_note(note, keys):
    """The text of a signed note, if one of the keys signed it."""
    text, lines = note.rsplit(b"\n\n", 1)
    text += b"\n"
    for line in lines.decode().splitlines():
        dash, name, blob = line.split(" ")
        assert dash == "\u2014"
        blob = base64.b64decode(blob, validate=True)
        for key_name, key_id, key in keys:
            if (name, blob[:4]) == (key_name, key_id):
                assert openssl_verifies(key, text, blob[4:]), f"the signature of {name}"
                return text
    raise AssertionError("no known key signed this note")


def read_checkpoint(note, keys):
    origin, size, root = read_note(note, keys).decode().splitlines()[:3]
    return origin, int(size), base64.b64decode(root, validate=True)


def read_keys(text):
    keys = []
    for line in text.splitlines():
        name, key_id, encoded = line.split("+", 2)
        typed = base64.b64decode(encoded, validate=True)
        assert typed[0] == 1 and len(typed) == 33
        assert hashlib.sha256(f"{name}\n".encode() + typed).hexdigest()[:8] == key_id, "a key's id"
        keys.append((name, bytes.fromhex(key_id), typed[1:]))
    return keys


def main(folder):
    bundle = pathlib.Path(folder)
    keys = read_keys((bundle / "keys.txt").read_text())
    _, size, root = read_checkpoint((bundle / "checkpoints/last.txt").read_bytes(), keys)
    first = (0, hashlib.sha256(b"").digest())
    if (bundle / "checkpoints/first.txt").exists():
        first = read_checkpoint((bundle / "checkpoints/first.txt").read_bytes(), keys)[1:]
    others = [json.loads(line) for line in (bundle / "checkpoints/others.jsonl").read_text().splitlines()]
    for note in others:
        read_checkpoint(note.encode(), keys)

    # Bodies and hashes; and every inclusion proof against the last checkpoint.
    hashes = [base64.b64decode(line) for line in (bundle / "log/leaf-hashes.txt").read_text().splitlines()]
    assert len(hashes) == size - first[0], "the number of leaf hashes"
    bodies = (bundle / "log/entries.jsonl").read_bytes().split(b"\n")[:-1]
    for body in bodies:
        assert leaf_hash(body) == hashes[json.loads(body)["index"] - first[0]], "a leaf hash"
    if first[0] == 0:
        assert root_of(hashes) == root, "the root"
    leaves = dict(enumerate(hashes, first[0]))
    for line in (bundle / "log/proven.jsonl").read_text().splitlines():
        proven = json.loads(line)
        leaves[proven["index"]] = leaf_hash(proven["body"].encode())
        path = [base64.b64decode(each) for each in proven["path"]]
        assert root_from_path(proven["index"], size, leaves[proven["index"]], path) == root, "an older entry"
    proofs = sorted(bundle.glob("proofs/*.tlog-proof"))
    for proof in proofs:
        head, note = proof.read_bytes().split(b"\n\n", 1)
        header, index, *path = head.decode().split("\n")
        assert header == "c2sp.org/tlog-proof@v1"
        number = int(index.removeprefix("index "))
        assert read_checkpoint(note, keys)[1:] == (size, root)
        path = [base64.b64decode(each, validate=True) for each in path]
        assert root_from_path(number, size, leaves[number], path) == root, f"{proof.name}"
    consistency = json.loads((bundle / "log/consistency.json").read_text())
    check_consistency(first[0], size, first[1], root, [base64.b64decode(each) for each in consistency["path"]])

    # The manifest, and every file that it lists.
    manifest = (bundle / "manifest.json").read_bytes()
    signed = read_note((bundle / "manifest.sig").read_bytes(), keys).decode().splitlines()
    assert signed[1] == f"sha256 {hashlib.sha256(manifest).hexdigest()}", "the manifest"
    for file in json.loads(manifest)["files"]:
        assert hashlib.sha256((bundle / file["path"]).read_bytes()).hexdigest() == file["sha256"], file["path"]

    # The states: a leaf is salt and text, a set is named by its root.
    states = [json.loads(line) for line in (bundle / "states/hosts.jsonl").read_text().splitlines()]
    host_hashes = [leaf_hash(base64.b64decode(salt) + text.encode()) for salt, text in states]
    members, roots = [], 0
    for line in (bundle / "states/sets.jsonl").read_text().splitlines():
        named = json.loads(line)
        if "shown" in named:
            for index, leaf, path in named["shown"]:
                path = [base64.b64decode(each) for each in path]
                assert root_from_path(index, named["size"], host_hashes[leaf], path).hex() == named["root"], "a host"
            continue
        members = list(named.get("leaves", members))
        for at, removed, added in named.get("changes", []):
            members[at : at + removed] = added
        if "root" in named:
            assert root_of([host_hashes[member] for member in members]).hex() == named["root"], "the root of a set"
            roots += 1
    print(json.dumps({"checkpoints": 1 + len(others) + (first[0] > 0), "entries": len(bodies), "proofs": len(proofs), "sets": roots}))


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except AssertionError as problem:
        sys.exit(f"not accepted: {problem}")
