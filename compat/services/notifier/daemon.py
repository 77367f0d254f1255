#!/usr/bin/env python3
"""Stands in for a Bitcoin Core daemon that publishes notifications: made-up transactions and blocks, but laid out as
Bitcoin Core does it. It says where, and goes on until its input ends."""

import hashlib
import select
import struct
import sys

import zmq

socket = zmq.Context.instance().socket(zmq.PUB)
socket.linger = 0
socket.bind("tcp://127.0.0.1:*")
print("endpoint", socket.last_endpoint.decode(), flush=True)

count = dict.fromkeys(["hashtx", "rawtx", "hashblock", "rawblock", "sequence"], 0)  # each topic has its own


def publish(topic, body):
    socket.send_multipart([topic.encode(), body, struct.pack("<I", count[topic])])
    count[topic] += 1


def displayed(raw):
    """The hash of a transaction or of a block's header, in the order in which it is displayed: reversed."""
    return hashlib.sha256(hashlib.sha256(raw).digest()).digest()[::-1]


mempool = 7  # a sequence number of the mempool's own
while not select.select([sys.stdin], [], [], 0.001)[0]:
    txs = [b"transaction %d of block %d" % (n, count["rawblock"]) + bytes(n * 100) for n in range(3)]
    for tx in txs:
        publish("hashtx", displayed(tx))
        publish("rawtx", tx)
        publish("sequence", displayed(tx) + b"A" + struct.pack("<Q", mempool))
        mempool += 1
    publish("sequence", displayed(txs[2]) + b"R" + struct.pack("<Q", mempool))
    mempool += 1
    header = b"header %80d" % count["rawblock"]
    publish("hashblock", displayed(header))
    publish("rawblock", header + b"".join(txs))
    publish("sequence", displayed(header) + b"C")
zmq.Context.instance().destroy(linger=0)
