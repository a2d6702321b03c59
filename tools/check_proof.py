"""Check a proof of a Værn ledger without using anything of Værn: Python's own library, and Ed25519.

    python check_proof.py BUNDLE.json 'node.example+1a2b3c4d+AQ...'

BUNDLE.json comes from `vaern ledger prove`. The key is the ledger's verifier key, which you got at another time or by
another way than the bundle. Exit status: 0 the proof holds, 1 it does not (the reason is printed).
The form of everything is in docs/reference/ledger-format.md; the two loops are RFC 9162 §2.1.3.2 and §2.1.4.2.
"""

import base64
import json
import sys
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def parent(left, right):
    """The hash of an inner node."""
    return sha256(b"\1" + left + right).digest()


def signed(note, key):
    """Size and root of a checkpoint that the key has signed; any error means that it has not."""
    name, _, encoded = key.split("+", 2)
    public = base64.b64decode(encoded)
    text, _, lines = note.rpartition("\n\n")
    key_id = sha256(name.encode() + b"\n" + public).digest()[:4]
    found = [base64.b64decode(line.split(" ")[2]) for line in lines.splitlines() if line.split(" ")[1] == name]
    (signature,) = [data[4:] for data in found if data[:4] == key_id]
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature, f"{text}\n".encode())
    origin, size, root = text.split("\n")[:3]
    assert origin == name, "the checkpoint is of another ledger"
    return int(size), base64.b64decode(root)


def walk(node, last, proof, old, new):
    """The roots of the old and the new tree to which a proof leads; for an inclusion both begin at the leaf."""
    for sibling in proof:
        assert last > 0, "the proof is too long"
        if node & 1 or node == last:
            old, new = parent(sibling, old), parent(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = parent(new, sibling)
        node, last = node >> 1, last >> 1
    assert last == 0, "the proof is too short"
    return old, new


def check(bundle, key):
    """Return what is proven, or raise."""
    size, root = signed(bundle["checkpoint"], key)
    leaf, position = sha256(b"\0" + bundle["leaf"].encode()).digest(), bundle["position"]
    assert 0 <= position < size, "the ledger is shorter"
    assert walk(position, size - 1, map(bytes.fromhex, bundle["inclusion"]), leaf, leaf)[1] == root, "not in the tree"
    said = f"entry {json.loads(bundle['leaf'])['entry']} is in the ledger of {size} entries"
    if "kept" in bundle:
        old_size, old_root = signed(bundle["kept"], key)
        assert 0 < old_size <= size, "the old checkpoint is of a longer ledger"
        node, last, proof = old_size - 1, size - 1, [bytes.fromhex(text) for text in bundle["consistency"]]
        while node & 1:
            node, last = node >> 1, last >> 1
        start = proof.pop(0) if node else old_root
        assert walk(node, last, proof, start, start) == (old_root, root), "the ledger was rewritten"
        said += f", whose first {old_size} are as they were"
    return said


if __name__ == "__main__":
    try:
        text = Path(sys.argv[1]).read_text("utf-8")
        for line in text.splitlines() if sys.argv[1].endswith(".ndjson") else [text]:  # an export: a bundle a line
            print("The proof holds:", check(json.loads(line), sys.argv[2]))
    except Exception as error:
        sys.exit(f"The proof does not hold: {error or type(error).__name__}")
