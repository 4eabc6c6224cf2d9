"""Speaks TCP by hand, without a socket of the kernel for it.

segment.py SOURCE SOURCE_PORT IP PORT: for each line on its input, e.g. "S" or "A hello", sends a
segment with these flags and data, and prints the flags and data of the answer, e.g. "SA"; a bare
acknowledgement is none. Prints "nothing" when there is none within 1.5 s.
"""
import socket
import struct
import sys
import time

source, source_port, ip, port = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
IPV6_CHECKSUM, CHECKSUM_AT = 7, 16
FLAGS = {"S": 2, "R": 4, "P": 8, "A": 16}
v6 = ":" in ip
raw = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
if v6:
    raw.setsockopt(socket.IPPROTO_IPV6, IPV6_CHECKSUM, CHECKSUM_AT)
raw.bind((source, 0))
raw.settimeout(1.5)
sent, received = 1000, 0


def checksum(data):
    words = struct.unpack(f"!{len(data) // 2}H", data)
    total = sum(words)
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF


def segment(flags, data):
    bits = sum(FLAGS[flag] for flag in flags)
    head = struct.pack("!HHIIBBHHH", source_port, port, sent, received, 5 << 4, bits, 65535, 0, 0)
    if v6:
        return head + data
    pseudo = socket.inet_aton(source) + socket.inet_aton(ip)
    pseudo += struct.pack("!HH", socket.IPPROTO_TCP, len(head) + len(data))
    value = checksum(pseudo + head + data + bytes(len(data) % 2))
    return head[:CHECKSUM_AT] + struct.pack("!H", value) + head[CHECKSUM_AT + 2:] + data


def answer():
    global received
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        got = raw.recv(4096)
        got = got if v6 else got[(got[0] & 15) * 4:]
        if struct.unpack("!HH", got[:4]) != (port, source_port):
            continue
        data = got[(got[12] >> 4) * 4:]
        flags = "".join(flag for flag, bit in FLAGS.items() if got[13] & bit)
        if flags == "A" and not data:
            continue
        received = struct.unpack("!I", got[4:8])[0] + len(data) + ("S" in flags)
        return f"{flags} {data.decode().strip()}".strip()
    raise TimeoutError


for line in sys.stdin:
    flags, _, data = line.strip().partition(" ")
    data = (data + "\n").encode() if data else b""
    raw.sendto(segment(flags, data), (ip, 0))
    sent += len(data) + ("S" in flags)
    try:
        print(answer(), flush=True)
    except TimeoutError:
        print("nothing", flush=True)
