"""Check a proof of a Værn ledger without using anything of Værn: Python's own library, and Ed25519.

    python check_proof.py BUNDLE.json 'node.example+1a2b3c4d+AQ...'

BUNDLE.json comes from `vaern ledger prove`. The key is the ledger's verifier key, which you got at another time or by
another way than the bundle. Exit status: 0 the proof holds, 1 it does not (the reason is printed).
The form of everything is in docs/reference/ledger-format.md; the two loops are RFC 9162 §2.1.3.2 and §2.1.4.2.
"""

import sys
from base64 import b64decode
from hashlib import sha256
from json import loads
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def must(holds, why):
    """Stop where something does not hold; `assert` would hold everything under `python -O`."""
    if not holds:
        raise ValueError(why)


def signed(note, key):
    """Size and root of a checkpoint that the key has signed; any error means that it has not."""
    name, _, public = key.split("+", 2)
    text, _, lines = note.rpartition("\n\n")
    key_id = sha256(name.encode() + b"\n" + b64decode(public)).digest()[:4]
    found = [b64decode(line.split(" ")[2]) for line in lines.splitlines() if line.split(" ")[1] == name]
    (signature,) = [data[4:] for data in found if data[:4] == key_id]
    Ed25519PublicKey.from_public_bytes(b64decode(public)[1:]).verify(signature, f"{text}\n".encode())
    origin, size, root = text.split("\n")[:3]
    must(origin == name, "the checkpoint is of another ledger")
    return int(size), b64decode(root)


def walk(node, last, proof, old, new):
    """The roots of the old and the new tree to which a proof leads; for an inclusion both begin at the leaf."""
    for sibling in map(bytes.fromhex, proof):
        must(last > 0, "the proof is too long")
        if node & 1 or node == last:
            old, new = (sha256(b"\1" + sibling + root).digest() for root in (old, new))
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = sha256(b"\1" + new + sibling).digest()
        node, last = node >> 1, last >> 1
    must(last == 0, "the proof is too short")
    return old, new


def check(bundle, key):
    """Return what is proven, or raise."""
    (size, root), position = signed(bundle["checkpoint"], key), bundle["position"]
    leaf = sha256(b"\0" + bundle["leaf"].encode()).digest()
    must(0 <= position < size, "the ledger is shorter")
    must(walk(position, size - 1, bundle["inclusion"], leaf, leaf)[1] == root, "not in the tree")
    said = f"entry {loads(bundle['leaf'])['entry']} is in the ledger of {size} entries"
    if "kept" in bundle:
        old_size, old_root = signed(bundle["kept"], key)
        must(0 < old_size <= size, "the old checkpoint is of a longer ledger")
        node, last, proof = old_size - 1, size - 1, bundle["consistency"]
        while node & 1 or 0 < node == last:  # the second: both are of one size
            node, last = node >> 1, last >> 1
        start = bytes.fromhex(proof.pop(0)) if node else old_root
        must(walk(node, last, proof, start, start) == (old_root, root), "the ledger was rewritten")
        said += f", whose first {old_size} are as they were"
    return said


if __name__ == "__main__":
    try:
        text = Path(sys.argv[1]).read_text("utf-8")
        for line in text.splitlines() if sys.argv[1].endswith(".ndjson") else [text]:  # an export: a bundle a line
            print("The proof holds:", check(loads(line), sys.argv[2]))
    except Exception as error:
        sys.exit(f"The proof does not hold: {error or type(error).__name__}")
