"""Writes a PDF file: pages of operators, three fonts that no file has to be embedded for, RC4 encryption if asked."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence

# Characters that real files map to radicals which only look like them.
RADICALS = dict(
    zip(
        "一人行工大小方日月目文立自力民门户风十二八页见长",
        "⼀⼈⾏⼯⼤⼩⽅⽇⽉⽬⽂⽴⾃⼒⺠⻔⼾⻛⼗⼆⼋⻚⻅⻓",
        strict=True,
    )
)
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_FILE_ID = b"0123456789abcdef"
_PERMISSIONS = -44
_DESCRIPTOR = (
    "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
    "/Descent -120/CapHeight 880/StemV 93>>"
)
_SONG = "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>"
_SONG_CID = (
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
    "/Supplement 4>>/DW 1000/W[1 95 500 814 939 500]/FontDescriptor 5 0 R>>"
)

Pages = Sequence[tuple[float, float, str, str]]
"""Width, height, further entries of the page, and its operators."""


class Glyphs:
    """The numbers that characters have in the two fonts without a Unicode encoding."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def encode(self, font: str, text: str) -> str:
        """The text in hexadecimal, for "song" (Unicode), "radicals" (with a character map, which gives radicals for
        some characters) or "unmapped" (without one)."""
        if font == "song":
            return text.encode("utf-16-be").hex()
        return "".join(f"{self.numbers.setdefault(char, len(self.numbers) + 1):04X}" for char in text)


def write_pdf(pages: Pages, glyphs: Glyphs, rotate: int = 0, password: str | None = None, resources: str = "") -> bytes:
    """The file's bytes. An empty password still encrypts: any reader opens such a file. `resources` are entries for
    each page beside its fonts."""
    objects = _fonts(glyphs)
    kids: list[str] = []
    for width, height, entries, operators in pages:
        number = 20 + 2 * len(kids)
        kids.append(f"{number} 0 R")
        turned = f"/Rotate {rotate}" if rotate else ""
        fonts = "/Font<</song 3 0 R/unmapped 6 0 R/radicals 8 0 R>>"
        objects[number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]{turned}{entries}"
            f"/Resources<<{fonts}{resources}>>/Contents {number + 1} 0 R>>"
        )
        objects[number + 1] = zlib.compress(operators.encode())
    objects[1] = "<</Type/Catalog/Pages 2 0 R>>"
    objects[2] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    key, trailer = _encryption(password) if password is not None else (None, "")
    return _file(objects, key, trailer)


def _fonts(glyphs: Glyphs) -> dict[int, str | bytes]:
    widths = " ".join(f"{n} [{500 if char.isascii() else 1000}]" for char, n in glyphs.numbers.items())
    unmapped = "/Type/Font/Subtype/Type0/BaseFont/ABCDEF+SimSun/Encoding/Identity-H/DescendantFonts[7 0 R]"
    return {
        3: _SONG,
        4: _SONG_CID,
        5: _DESCRIPTOR,
        6: f"<<{unmapped}>>",
        7: "<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+SimSun/CIDSystemInfo<</Registry(Adobe)"
        f"/Ordering(Identity)/Supplement 0>>/DW 1000/W[{widths}]/FontDescriptor 5 0 R>>",
        8: f"<<{unmapped}/ToUnicode 9 0 R>>",
        9: zlib.compress(_character_map(glyphs).encode()),
    }


def _character_map(glyphs: Glyphs) -> str:
    lines = ["/CIDInit /ProcSet findresource begin begincmap", "1 begincodespacerange <0000><FFFF> endcodespacerange"]
    items = list(glyphs.numbers.items())
    for start in range(0, len(items), 100):
        some = items[start : start + 100]
        lines.append(f"{len(some)} beginbfchar")
        lines += [f"<{n:04X}><{RADICALS.get(char, char).encode('utf-16-be').hex()}>" for char, n in some]
        lines.append("endbfchar")
    return "\n".join([*lines, "endcmap end"])


def _file(objects: dict[int, str | bytes], key: bytes | None, trailer: str) -> bytes:
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    offsets: dict[int, int] = {}
    for number, content in sorted(objects.items()):
        offsets[number] = len(out)
        if isinstance(content, bytes):
            data = _rc4(_object_key(key, number), content) if key else content
            content = f"<</Length {len(data)}/Filter/FlateDecode>>stream\n".encode() + data + b"\nendstream"
        else:
            content = (_hide_strings(content, _object_key(key, number)) if key else content).encode()
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start, size = len(out), max(offsets) + 1
    entries = [f"{offsets[n]:010d} 00000 n \n" if n in offsets else "0000000000 65535 f \n" for n in range(1, size)]
    table = f"xref\n0 {size}\n0000000000 65535 f \n{''.join(entries)}"
    return bytes(out) + f"{table}trailer<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()


# Encryption with 40 bits, as PDF 1.1 has it and every reader still reads.


def _encryption(password: str) -> tuple[bytes, str]:
    """The file's key, and what its trailer says of it."""
    padded = (password.encode() + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + struct.pack("<i", _PERMISSIONS) + _FILE_ID).digest()[:5]
    entry = f"/Filter/Standard/V 1/R 2/P {_PERMISSIONS}/O<{owner.hex()}>/U<{_rc4(key, _PADDING).hex()}>"
    return key, f"/ID[<{_FILE_ID.hex()}><{_FILE_ID.hex()}>]/Encrypt<<{entry}>>"


def _object_key(key: bytes | None, number: int) -> bytes:
    return hashlib.md5((key or b"") + struct.pack("<I", number)[:3] + b"\0\0").digest()[:10]


def _hide_strings(content: str, key: bytes) -> str:
    for word in ("Adobe", "GB1", "Identity"):
        content = content.replace(f"({word})", f"<{_rc4(key, word.encode()).hex()}>")
    return content


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
