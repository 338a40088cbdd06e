"""What zlib makes of the bodies of exchange-vectors.json, and what is no such stream: vectors of the content coding between
nodes (exchange.md, R12), made by zlib itself. The JDK's is zlib too: what is taken is read by the RFC's letters as well
(Rfc1950 in core.exchange's tests), as is what a node makes of a body.

    python3 coding-vectors.py > coding-vectors.json
"""

import base64
import gzip
import json
import pathlib
import zlib

VECTORS = json.loads((pathlib.Path(__file__).parent / "exchange-vectors.json").read_text())
MESSAGES = ("request", "response")


def stream(body, level=6, window=zlib.MAX_WBITS, strategy=zlib.Z_DEFAULT_STRATEGY, dictionary=None, part=None):
    given = {} if dictionary is None else {"zdict": dictionary}
    coder = zlib.compressobj(level, zlib.DEFLATED, window, 8, strategy, **given)
    parts = [body] if part is None else [body[i : i + part] for i in range(0, len(body), part)]
    coded = b"".join(coder.compress(one) + (b"" if part is None else coder.flush(zlib.Z_FULL_FLUSH)) for one in parts)
    return coded + coder.flush()


def taken(body):
    yield "fast", stream(body, 1)
    yield "usual", stream(body)
    yield "small", stream(body, 9)
    yield "stored", stream(body, 0)
    yield "without matches", stream(body, strategy=zlib.Z_HUFFMAN_ONLY)
    yield "with fixed codes", stream(body, strategy=zlib.Z_FIXED)
    yield "a window of 512 bytes", stream(body, window=9)
    yield "flushed every hundred bytes", stream(body, part=100)


def refused(body):
    coded = stream(body)
    yield "nothing", b"", "digest"
    yield "the last byte is missing", coded[:-1], "digest"
    yield "the checksum is missing", coded[:-4], "digest"
    yield "another checksum", coded[:-1] + bytes([coded[-1] ^ 1]), "digest"
    yield "a byte behind it", coded + b"\0", "digest"
    yield "a second stream behind it", coded + coded, "digest"
    yield "the body as it is", body, "digest"
    yield "no header (RFC 1951)", stream(body, window=-zlib.MAX_WBITS), "digest"
    yield "gzip (RFC 1952)", gzip.compress(body, mtime=0), "digest"
    yield "a dictionary that nobody has", stream(body, dictionary=body), "digest"
    yield "coded twice", stream(coded), "digest"
    yield "another body", stream(body.replace(b"lab", b"lap")), "digest"
    yield "a body longer than eight times what came", stream(body + b" " * 100_000), "size"


def vectors(message):
    body = VECTORS["exchange"][message]["body"].encode()
    for name, coded in taken(body):
        assert zlib.decompress(coded) == body
        yield {"name": name, "of": message, "coded": base64.b64encode(coded).decode()}
    for name, coded, reason in refused(body):
        yield {"name": name, "of": message, "coded": base64.b64encode(coded).decode(), "refused": reason}


print(
    json.dumps(
        {
            "about": "Bodies of exchange-vectors.json in the content coding of nodes, made by coding-vectors.py with zlib "
            "itself; 'refused': it is not what was signed (digest), or too long (size).",
            "bodies": [vector for message in MESSAGES for vector in vectors(message)],
        },
        indent=1,
    )
)
