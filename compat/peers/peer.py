#!/usr/bin/env python3
"""One end of an exchange, over pyzmq and by hand-made frames. Its flags, its lines and what it sends are those of
peer.mjs and of gozeromq; README.md beside it says what they are."""

import argparse
import platform
import select
import sys

import zmq

WINDOW = 64


def say(*words):
    print(*words, flush=True)


def check(ok, *what):
    if not ok:
        sys.exit(" ".join(str(w)[:300] for w in what))


# What is exchanged.


def varint(n):
    out = b""
    while n >= 0x80:
        out, n = out + bytes([n & 0x7F | 0x80]), n >> 7
    return out + bytes([n])


def item(number, mark="", shard=None):
    """The body of Item, in protobuf wire format."""
    shard = number % 3 if shard is None else shard
    text = ("item %d " % number + "x" * (70000 if number % 1000 == 500 else number % 300) + mark).encode()
    return (b"\x08" + varint(shard) if shard else b"") + (b"\x10" + varint(number) if number else b"") + b"\x1a" + varint(len(text)) + text


def only_number(number):
    """The body of Mark and of Missing."""
    return b"\x08" + varint(number) if number else b""


def number_of(body):
    """The number that stands in an Item."""
    at = 2 if body[:1] == b"\x08" else 0
    if body[at:at + 1] != b"\x10":
        return 0
    n = shift = 0
    for byte in body[at + 1:]:
        n, shift = n | (byte & 0x7F) << shift, shift + 7
        if byte < 0x80:
            return n
    sys.exit("a number without an end")


def named(number):
    return [b"Mark", only_number(number)] if number % 5 == 4 else [b"Item", item(number)]


def message(number):
    if args.form == "topic":
        return [b"item.%d." % (number % 3), item(number)]
    return named(number)


def probes():
    """What is sent again and again until each subscription has let one pass."""
    if args.form == "topic":
        return [[b"item.%d." % shard, item(0, shard=shard)] for shard in range(3)]
    return [named(0)]


METHODS = [b"Echo", b"Echo", b"Echo", b"Echo", b"Find", b"Ping", b"Break", b"Find"]


def request(number, asking=False):
    if args.form == "empty":
        return [b"Echo", b""]
    if args.form != "methods":
        return [item(number)]
    if asking and number % 8 == 7:
        return [b"Nothing", item(number)]
    method = METHODS[number % 8]
    return [method] if method == b"Ping" else [method, item(number)]


def reply(number, asking=False):
    if args.form == "empty":
        return [b"ok", b""]
    if args.form == "chat":
        return named(number)
    if args.form != "methods":
        return [item(number, "!")]
    kind = number % 8
    if kind == 4:
        return [b"Missing", only_number(number)]
    if kind == 5:
        return [b"ok"]
    if kind == 6:
        return [b"!internal", b"cannot %d" % number]
    if kind == 7 and asking:
        return [b"!unknown-method", b'no method "Nothing"']
    return [b"ok", item(number, "!")]


# The envelopes that a DEALER and a ROUTER write and read by hand.


def enveloped(number):
    if args.socket != "DEALER" or args.form == "chat":
        return []
    return [b""] if args.form == "uncorrelated" else [b"%d" % number, b""]


def opened(frames, due):
    """The number of a reply and its frames, at the one who asked."""
    before = len(enveloped(due))
    check(before == 0 or frames[before - 1] == b"", "no delimiter:", frames)
    return int(frames[0]) if before == 2 else due, frames[before:]


def split(frames):
    """The envelope of a request and its frames, at the one who answers."""
    if args.socket != "ROUTER":
        return [], frames
    if args.form == "chat":
        return frames[:1], frames[1:]
    at = frames.index(b"") + 1
    check(at == 2 or args.form != "uncorrelated", "a correlated request:", frames[:at])
    return frames[:at], frames[at:]


# What a peer does.


def open_socket():
    s = zmq.Context.instance().socket(getattr(zmq, args.socket))
    s.rcvtimeo = s.sndtimeo = 20000
    s.linger = 0
    if args.socket in ("PUB", "XPUB"):
        s.sndhwm = 0
    if args.socket in ("SUB", "XSUB"):
        s.rcvhwm = 0
    if args.bind:
        s.bind(args.bind)
        say("endpoint", s.last_endpoint.decode())
    else:
        s.connect(args.connect)
    return s


PREFIXES = {"topic": [b"item.0.", b"item.1.", b"item.2."]}


def subscribe(s, yes):
    for prefix in PREFIXES.get(args.form, [b""]):
        if args.socket == "XSUB":
            s.send((b"\x01" if yes else b"\x00") + prefix)
        elif args.socket == "SUB":
            s.setsockopt(zmq.SUBSCRIBE if yes else zmq.UNSUBSCRIBE, prefix)


def await_subscriptions(s, yes):
    due = {(b"\x01" if yes else b"\x00") + prefix for prefix in PREFIXES[args.form]}
    while due:
        event = s.recv()
        check(event in due, "a subscription:", event)
        due.remove(event)


def send(s):
    if args.socket == "PUB":
        while not select.select([sys.stdin], [], [], 0.001)[0]:
            for probe in probes():
                s.send_multipart(probe)
        sys.stdin.readline()
    if args.socket == "XPUB":
        await_subscriptions(s, True)
    for i in range(1, args.n + 1):
        if args.form == "topic" and i % 10 == 0:
            s.send_multipart([b"item.9.", item(i, shard=9)])  # nobody has subscribed to it
        s.send_multipart(message(i))
    if args.socket == "XPUB":
        await_subscriptions(s, False)


def receive(s):
    subscribe(s, True)
    due, i = probes(), 1
    while i <= args.n:
        frames = s.recv_multipart()
        if i == 1 and frames in probes():
            if frames in due:
                due.remove(frames)
                if not due:
                    say("ready")
            continue
        check(frames == message(i), "message", i, "is", frames)
        i += 1
    subscribe(s, False)


def ask(s):
    window = 1 if args.socket == "REQ" or args.form == "uncorrelated" else WINDOW
    sent = 0
    answered = set()
    while len(answered) < args.n:
        if sent < args.n and sent - len(answered) < window:
            sent += 1
            s.send_multipart(enveloped(sent) + request(sent, True))
            continue
        number, frames = opened(s.recv_multipart(), len(answered) + 1)
        check(number not in answered and frames == reply(number, True), "reply", number, "is", frames)
        answered.add(number)


def answer(s):
    seen = set()
    for _ in range(args.n):
        envelope, frames = split(s.recv_multipart())
        if frames == [b"Ping"]:
            s.send_multipart(envelope + reply(5))
            continue
        check(frames, "a request without a frame")
        number = number_of(frames[-1])
        check((number not in seen or args.form == "empty") and frames == request(number), "request", number, "is", frames)
        seen.add(number)
        s.send_multipart(envelope + reply(number))


def main():
    if args.versions:
        say("pyzmq %s with libzmq %s, Python %s" % (zmq.__version__, zmq.zmq_version(), platform.python_version()))
        return
    s = open_socket()
    {"send": send, "receive": receive, "ask": ask, "answer": answer}[args.work](s)
    say("done", args.n)
    sys.stdin.read()
    zmq.Context.instance().destroy(linger=0)


if __name__ == "__main__":
    flags = argparse.ArgumentParser()
    flags.add_argument("--versions", action="store_true")
    flags.add_argument("--socket")
    flags.add_argument("--work", choices=["send", "receive", "ask", "answer"])
    flags.add_argument("--form", choices=["topic", "name", "methods", "bare", "uncorrelated", "empty", "chat"])
    flags.add_argument("--bind")
    flags.add_argument("--connect")
    flags.add_argument("--n", type=int)
    args = flags.parse_args()
    main()
