#!/usr/bin/env python3
"""Calls Lookup of ../topology.yaml by hand-made frames, with a stock ZeroMQ binding: first over a REQ,
then over a DEALER with two calls in flight.

usage: lookup.py ENDPOINT, where ENDPOINT is what feed.reference has bound
"""
import sys

import zmq

from quotes import fields


def request(symbol):
    """The body of a LookupRequest: field 1, length-delimited."""
    return b"\x0a" + bytes([len(symbol)]) + symbol.encode()


def show(status, body):
    print(status.decode(), " ".join(value.decode() for _, value in fields(body)))


def main(endpoint):
    context = zmq.Context.instance()

    req = context.socket(zmq.REQ)
    req.setsockopt(zmq.RCVTIMEO, 10000)
    req.connect(endpoint)
    for symbol in ("EURUSD", "XXXYYY"):
        req.send_multipart([b"Lookup", request(symbol)])
        show(*req.recv_multipart())
    req.send_multipart([b"Nothing", b""])
    status, text = req.recv_multipart()
    print(status.decode(), text.decode())

    dealer = context.socket(zmq.DEALER)
    dealer.setsockopt(zmq.RCVTIMEO, 10000)
    dealer.connect(endpoint)
    calls = {b"call 1": "EURCHF", b"call 2": "USDJPY"}
    for call, symbol in calls.items():
        dealer.send_multipart([call, b"", b"Lookup", request(symbol)])
    for _ in range(len(calls)):
        call, delimiter, status, body = dealer.recv_multipart()
        assert delimiter == b"" and dict(fields(body))[1].decode() == calls.pop(call)
        show(status, body)


if __name__ == "__main__":
    main(sys.argv[1])
