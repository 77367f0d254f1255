"""The contender in another language: loops over pyzmq. It moves ready-made bytes. Its flags and its lines are
those of ../internal/peer."""

import argparse
import select
import sys
import threading
import time

import zmq

PROBE = -1


def report(name, value):
    print(name, value, flush=True)


def begin():
    report("cpu_before", time.process_time_ns())


def await_end():
    sys.stdin.read()


def open_socket(kind):
    """Opens a socket, without a high-water mark where a full one would lose messages."""
    s = context.socket(kind)
    if kind == zmq.PUB:
        s.sndhwm = 0
    if kind == zmq.SUB:
        s.rcvhwm = 0
        s.subscribe(b"")
    return s


def bind(kind):
    s = open_socket(kind)
    s.bind(args.endpoint)
    return s


def connect(kind):
    s = open_socket(kind)
    s.connect(args.endpoint)
    return s


def listening(s):
    report("endpoint", s.last_endpoint.decode())


def sender(s):
    """Returns what sends the message of a number, which stands at the start of its last frame."""
    frames = [bytearray(size) for size in layout]
    last = frames[-1]

    def send(number):
        last[:8] = number.to_bytes(8, "little", signed=True)
        if len(frames) == 1:
            s.send(last)
        else:
            s.send_multipart(frames)

    return send


def receiver(s):
    """Returns what receives a message and returns its number."""
    if len(layout) == 1:
        return lambda: int.from_bytes(s.recv()[:8], "little", signed=True)

    def receive():
        frames = s.recv_multipart()
        if len(frames) != len(layout):
            sys.exit(f"a message has {len(frames)} frames")
        return int.from_bytes(frames[-1][:8], "little", signed=True)

    return receive


def check(number, due):
    if number != due:
        sys.exit(f"message {number} came where {due} was due")


# One way.


def send_all(s):
    send = sender(s)
    for i in range(args.n):
        send(i)


def receive_all(s):
    receive = receiver(s)
    for i in range(args.n):
        check(receive(), i)
        if i == 0:
            first = time.perf_counter_ns()
    report("elapsed_ns", time.perf_counter_ns() - first)


def run_send():
    s = connect(zmq.PUSH)
    begin()
    send_all(s)
    await_end()


def run_receive():
    s = bind(zmq.PULL)
    begin()
    listening(s)
    receive_all(s)


def run_both():
    s = bind(zmq.PULL)
    begin()
    thread = threading.Thread(target=lambda: send_all(connect(zmq.PUSH)))
    thread.start()
    receive_all(s)
    thread.join()


# Round trips.


def run_answer():
    s = bind(zmq.REP)
    begin()
    listening(s)
    for _ in range(args.warmup + args.n):
        s.send(s.recv())
    await_end()


def run_ask():
    s = connect(zmq.REQ)
    send, receive = sender(s), receiver(s)
    took = []
    for i in range(args.warmup + args.n):
        if i == args.warmup:
            begin()
            began = time.perf_counter_ns()
        sent = time.perf_counter_ns()
        send(i)
        check(receive(), i)
        if i >= args.warmup:
            took.append(time.perf_counter_ns() - sent)
    report("elapsed_ns", time.perf_counter_ns() - began)
    took.sort()
    report("p50_ns", took[args.n * 50 // 100])
    report("p99_ns", took[args.n * 99 // 100])


# One publisher, many subscribers.


def run_publish():
    s = bind(zmq.PUB)
    send = sender(s)
    begin()
    listening(s)
    while not select.select([sys.stdin], [], [], 0.001)[0]:
        send(PROBE)
    send_all(s)
    await_end()


def run_subscribe():
    sockets = [connect(zmq.SUB) for _ in range(args.subscribers)]
    receive = {s: receiver(s) for s in sockets}
    due = {s: PROBE for s in sockets}  # the first probe makes it 0
    ready = done = 0
    first = None
    poller = zmq.Poller()
    for s in sockets:
        poller.register(s, zmq.POLLIN)
    begin()
    while done < len(sockets):
        for s, _ in poller.poll():
            number = receive[s]()
            if number == PROBE:
                if due[s] == PROBE:
                    due[s] = 0
                    ready += 1
                    if ready == len(sockets):
                        report("ready", 1)
                continue
            check(number, due[s])
            if first is None:
                first = time.perf_counter_ns()
            due[s] += 1
            if due[s] == args.n:
                done += 1
    report("elapsed_ns", time.perf_counter_ns() - first)


roles = {
    "send": run_send,
    "receive": run_receive,
    "both": run_both,
    "answer": run_answer,
    "ask": run_ask,
    "publish": run_publish,
    "subscribe": run_subscribe,
}

if __name__ == "__main__":
    flags = argparse.ArgumentParser()
    flags.add_argument("-role", required=True, choices=roles)
    flags.add_argument("-endpoint")
    flags.add_argument("-layout", default="64")
    flags.add_argument("-n", type=int, default=1)
    flags.add_argument("-warmup", type=int, default=0)
    flags.add_argument("-subscribers", type=int, default=1)
    args = flags.parse_args()
    layout = [int(size) for size in args.layout.split(",")]
    context = zmq.Context()
    roles[args.role]()
    context.destroy()
