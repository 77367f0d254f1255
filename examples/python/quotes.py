#!/usr/bin/env python3
"""Receives quotes of ../topology.yaml with a stock ZeroMQ binding and nothing of zmqgen's.

usage: quotes.py ENDPOINT COUNT, where ENDPOINT is what feed.quotes has bound
"""
import struct
import sys

import zmq


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    """Yields (number, value) of a message in protobuf wire format."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 1:
            value, at = data[at:at + 8], at + 8
        elif tag & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError("wire type %d" % (tag & 7))
        yield tag >> 3, value


def main(endpoint, count):
    sub = zmq.Context.instance().socket(zmq.SUB)
    sub.setsockopt(zmq.RCVTIMEO, 10000)
    sub.setsockopt(zmq.SUBSCRIBE, b"quote.EUR")
    sub.connect(endpoint)
    for _ in range(count):
        topic, body = sub.recv_multipart()  # exactly [topic] [body]
        quote = dict(fields(body))
        symbol = quote[1].decode()
        bid, ask = struct.unpack("<d", quote[2])[0], struct.unpack("<d", quote[3])[0]
        at = dict(fields(quote[4]))[1]  # google.protobuf.Timestamp.seconds
        assert topic.decode() == "quote." + symbol + "." and at > 0, (topic, quote)
        print("quote", symbol, "%.5f" % bid, "%.5f" % ask)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
