"""Pictures as a camera takes them: large, each another."""

import random
import struct
import zlib

GREY = 0


def picture(number: int, *, width: int = 3000, height: int = 2000, noise: float = 0.5) -> bytes:
    """Return a PNG of that size in pixels. A part of it is noise, which no compression makes small."""
    chance = random.Random(number)
    noisy = [chance.randbytes(width) for _ in range(int(height * noise))]
    plain = [bytes([number * 20 % 256]) * width for _ in range(height - len(noisy))]
    pixels = b"".join(b"\0" + row for row in (*noisy, *plain))
    header = struct.pack(">IIBBBBB", width, height, 8, GREY, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(pixels, 1)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_camera_notes(jpeg: bytes) -> bytes:
    """Return the JPEG with what a camera writes into it: that it is to be turned by 90°, and where it was taken."""
    position = [
        _entry(1, ASCII, 2, b"N\0\0\0"),
        _entry(2, RATIONAL, 3, struct.pack(">I", GPS_VALUES)),
        _entry(3, ASCII, 2, b"E\0\0\0"),
        _entry(4, RATIONAL, 3, struct.pack(">I", GPS_VALUES + 24)),
    ]
    degrees = struct.pack(">12I", 47, 1, 8, 1, 28, 1, 9, 1, 31, 1, 15, 1)
    camera = [_entry(0x0112, SHORT, 1, struct.pack(">HH", 6, 0)), _entry(0x8825, LONG, 1, struct.pack(">I", GPS))]
    notes = b"Exif\0\0" + b"MM\0*\0\0\0\x08" + _directory(camera) + _directory(position) + degrees
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + jpeg[2:]


ASCII, SHORT, LONG, RATIONAL = 2, 3, 4, 5
GPS = 8 + 2 + 2 * 12 + 4
GPS_VALUES = GPS + 2 + 4 * 12 + 4


def _entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
    return struct.pack(">HHI", tag, kind, count) + value


def _directory(entries: list[bytes]) -> bytes:
    return struct.pack(">H", len(entries)) + b"".join(entries) + bytes(4)
