#!/usr/bin/env python3
"""Stands in for a Jupyter kernel: it executes nothing, but speaks version 5.4 of the messaging protocol. It says where, and
goes on until its input ends.

usage: kernel.py KEY
"""

import datetime
import hashlib
import hmac
import json
import sys
import uuid

import zmq

KEY = sys.argv[1].encode()
DELIMITER = b"<IDS|MSG>"
SESSION = uuid.uuid4().hex

context = zmq.Context.instance()


def bind(kind, name):
    s = context.socket(kind)
    s.linger = 0
    s.bind("tcp://127.0.0.1:*")
    print(name, s.last_endpoint.decode(), flush=True)
    return s


def signature(parts):
    mac = hmac.new(KEY, digestmod=hashlib.sha256)
    for part in parts:
        mac.update(part)
    return mac.hexdigest().encode()


def send(socket, identities, kind, content, parent=None, buffers=()):
    header = {
        "msg_id": uuid.uuid4().hex,
        "session": SESSION,
        "username": "kernel",
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "msg_type": kind,
        "version": "5.4",
    }
    parts = [json.dumps(part).encode() for part in (header, parent or {}, {}, content)]
    socket.send_multipart(identities + [DELIMITER, signature(parts)] + parts + list(buffers))


def publish(kind, content, parent=None, buffers=()):
    send(iopub, [b"kernel.%s.%s" % (SESSION.encode(), kind.encode())], kind, content, parent, buffers)


def receive_shell():
    """Returns the identities, the header and the content of a request, or None if it is not signed as it has to be."""
    frames = shell.recv_multipart()
    at = frames.index(DELIMITER)
    signed, parts = frames[at + 1], frames[at + 2:at + 6]
    if not hmac.compare_digest(signed, signature(parts)):
        print("refused", signed.decode(), flush=True)
        return None
    header, _, _, content = [json.loads(part) for part in parts]
    return frames[:at], header, content


def kernel_info(identities, header, content):
    send(shell, identities, "kernel_info_reply", {
        "status": "ok",
        "protocol_version": "5.4",
        "implementation": "stand-in",
        "implementation_version": "1",
        "language_info": {"name": "capitals"},
        "banner": "",
    }, header)


count = 0


def execute(identities, header, content):
    global count
    count += 1
    publish("execute_input", {"code": content["code"], "execution_count": count}, header)
    publish("stream", {"name": "stdout", "text": content["code"].upper()}, header)
    publish("display_data", {"data": {}, "metadata": {}}, header, [b"\x00\x01", b""])
    send(shell, identities, "execute_reply", {"status": "ok", "execution_count": count}, header)


def serve_shell():
    request = receive_shell()
    if request is None:
        return
    identities, header, content = request
    publish("status", {"execution_state": "busy"}, header)
    {"kernel_info_request": kernel_info, "execute_request": execute}[header["msg_type"]](identities, header, content)
    publish("status", {"execution_state": "idle"}, header)


def serve_heartbeat():
    frames = heartbeat.recv_multipart()
    if len(frames) != 3 or frames[1] != b"":
        sys.exit("a heartbeat has an id, a delimiter and a frame, not %s" % frames)
    heartbeat.send_multipart(frames)


def welcome():
    """A front end learns that its subscription has arrived."""
    event = iopub.recv()
    if event[:1] == b"\x01":
        send(iopub, [event[1:]], "iopub_welcome", {"subscription": event[1:].decode()})
        publish("status", {"execution_state": "starting"})


iopub = bind(zmq.XPUB, "iopub")
shell = bind(zmq.ROUTER, "shell")
heartbeat = bind(zmq.ROUTER, "heartbeat")
poller = zmq.Poller()
for readable in (iopub, shell, heartbeat, sys.stdin.fileno()):
    poller.register(readable, zmq.POLLIN)
while True:
    ready = dict(poller.poll())
    if sys.stdin.fileno() in ready:
        break
    if iopub in ready:
        welcome()
    if shell in ready:
        serve_shell()
    if heartbeat in ready:
        serve_heartbeat()
context.destroy(linger=0)
