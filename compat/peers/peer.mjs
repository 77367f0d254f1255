// One end of an exchange, over zeromq.js and by hand-made frames. Its flags, its lines and what it sends are those of
// peer.py and of gozeromq; README.md beside it says what they are.

import { createInterface } from "node:readline"
import { createRequire } from "node:module"
import { inspect, parseArgs } from "node:util"
import * as zmq from "zeromq"

const WINDOW = 64

const { values: args } = parseArgs({
  options: {
    versions: { type: "boolean" },
    socket: { type: "string" },
    work: { type: "string" },
    form: { type: "string" },
    bind: { type: "string" },
    connect: { type: "string" },
    n: { type: "string" },
    "secret-key": { type: "string" },
    "public-key": { type: "string" },
    "server-key": { type: "string" },
    "let-in": { type: "string" },
  },
})
const n = Number(args.n)

function say(...words) {
  process.stdout.write(words.join(" ") + "\n")
}

function check(ok, ...what) {
  if (!ok) throw new Error(what.map((w) => (typeof w === "object" ? inspect(w) : String(w)).slice(0, 300)).join(" "))
}

// What is exchanged.

function varint(number) {
  const out = []
  for (; number >= 0x80; number = Math.floor(number / 0x80)) out.push((number & 0x7f) | 0x80)
  out.push(number)
  return out
}

// item is the body of Item, in protobuf wire format.
function item(number, mark = "", shard = number % 3) {
  const text = Buffer.from(`item ${number} ` + "x".repeat(number % 1000 === 500 ? 70000 : number % 300) + mark)
  const head = []
  if (shard) head.push(0x08, ...varint(shard))
  if (number) head.push(0x10, ...varint(number))
  head.push(0x1a, ...varint(text.length))
  return Buffer.concat([Buffer.from(head), text])
}

// onlyNumber is the body of Mark and of Missing.
function onlyNumber(number) {
  return Buffer.from(number ? [0x08, ...varint(number)] : [])
}

// numberOf is the number that stands in an Item.
function numberOf(body) {
  let at = body[0] === 0x08 ? 2 : 0
  if (body[at++] !== 0x10) return 0
  let number = 0
  for (let unit = 1; ; unit *= 0x80) {
    check(at < body.length, "a number without an end")
    number += (body[at] & 0x7f) * unit
    if (body[at++] < 0x80) return number
  }
}

function frames(...parts) {
  return parts.map((p) => (typeof p === "string" ? Buffer.from(p) : p))
}

function named(number) {
  return number % 5 === 4 ? frames("Mark", onlyNumber(number)) : frames("Item", item(number))
}

function message(number) {
  return args.form === "topic" ? frames(`item.${number % 3}.`, item(number)) : named(number)
}

// probes are what is sent again and again until each subscription has let one pass.
function probes() {
  if (args.form !== "topic") return [named(0)]
  return [0, 1, 2].map((shard) => frames(`item.${shard}.`, item(0, "", shard)))
}

const METHODS = ["Echo", "Echo", "Echo", "Echo", "Find", "Ping", "Break", "Find"]

function request(number, asking = false) {
  if (args.form === "empty") return frames("Echo", "")
  if (args.form !== "methods") return [item(number)]
  if (asking && number % 8 === 7) return frames("Nothing", item(number))
  const method = METHODS[number % 8]
  return method === "Ping" ? frames(method) : frames(method, item(number))
}

function reply(number, asking = false) {
  if (args.form === "empty") return frames("ok", "")
  if (args.form === "chat") return named(number)
  if (args.form !== "methods") return [item(number, "!")]
  const kind = number % 8
  if (kind === 4) return frames("Missing", onlyNumber(number))
  if (kind === 5) return frames("ok")
  if (kind === 6) return frames("!internal", `cannot ${number}`)
  if (kind === 7 && asking) return frames("!unknown-method", 'no method "Nothing"')
  return frames("ok", item(number, "!"))
}

function same(a, b) {
  return a.length === b.length && a.every((frame, i) => frame.equals(b[i]))
}

// The envelopes that a DEALER and a ROUTER write and read by hand.

function enveloped(number) {
  if (args.socket !== "DEALER" || args.form === "chat") return []
  return args.form === "uncorrelated" ? frames("") : frames(String(number), "")
}

// opened is the number of a reply and its frames, at the one who asked.
function opened(got, due) {
  const before = enveloped(due).length
  check(before === 0 || got[before - 1].length === 0, "no delimiter:", got)
  return [before === 2 ? Number(got[0].toString()) : due, got.slice(before)]
}

// split is the envelope of a request and its frames, at the one who answers.
function split(got) {
  if (args.socket !== "ROUTER") return [[], got]
  if (args.form === "chat") return [got.slice(0, 1), got.slice(1)]
  const at = got.findIndex((frame) => frame.length === 0) + 1
  check(at === 2 || (at > 0 && args.form !== "uncorrelated"), "a correlated request:", got.slice(0, at))
  return [got.slice(0, at), got.slice(at)]
}

// What a peer does.

const CLASSES = {
  PUB: zmq.Publisher,
  SUB: zmq.Subscriber,
  XPUB: zmq.XPublisher,
  XSUB: zmq.XSubscriber,
  PUSH: zmq.Push,
  PULL: zmq.Pull,
  REQ: zmq.Request,
  REP: zmq.Reply,
  DEALER: zmq.Dealer,
  ROUTER: zmq.Router,
  PAIR: zmq.Pair,
}

// z85 is the bytes that text stands for.
function z85(text) {
  const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
  const out = Buffer.alloc((text.length / 5) * 4)
  for (let i = 0; i < text.length; i += 5) {
    out.writeUInt32BE([...text.slice(i, i + 5)].reduce((number, digit) => number * 85 + digits.indexOf(digit), 0), (i / 5) * 4)
  }
  return out
}

// lock makes a socket a client of CURVE, or a server of it that lets one key in.
async function lock(s) {
  s.curveSecretKey = args["secret-key"]
  if (args["let-in"]) {
    s.curveServer = true
    const handler = new zmq.Reply({ linger: 0 })
    await handler.bind("inproc://zeromq.zap.01")
    answerQuestions(handler, z85(args["let-in"])).catch(fail)
  } else {
    s.curvePublicKey = args["public-key"]
    s.curveServerKey = args["server-key"]
  }
  check(s.securityMechanism === "curve", "the mechanism is", s.securityMechanism)
}

// answerQuestions answers libzmq's, by ZAP, about who may come in.
async function answerQuestions(handler, listed) {
  for await (const [version, id, , , , mechanism, key] of handler) {
    const yes = mechanism.toString() === "CURVE" && key.equals(listed)
    await handler.send([version, id, ...(yes ? ["200", "OK", "listed", ""] : ["400", "not listed", "", ""])])
  }
}

async function open() {
  const s = new CLASSES[args.socket]({ linger: 0 })
  if ("sendTimeout" in s) s.sendTimeout = 20000
  if ("receiveTimeout" in s) s.receiveTimeout = 20000
  if (args.socket.endsWith("PUB")) s.sendHighWaterMark = 0
  if (args.socket.endsWith("SUB")) s.receiveHighWaterMark = 0
  if (args["secret-key"]) await lock(s)
  if (args.bind) {
    await s.bind(args.bind)
    say("endpoint", s.lastEndpoint)
  } else {
    s.connect(args.connect)
  }
  return s
}

const prefixes = args.form === "topic" ? ["item.0.", "item.1.", "item.2."] : [""]

function event(yes, prefix) {
  return Buffer.concat([Buffer.from([yes ? 1 : 0]), Buffer.from(prefix)])
}

async function subscribe(s, yes) {
  for (const prefix of prefixes) {
    if (args.socket === "XSUB") await s.send(event(yes, prefix))
    else if (args.socket === "SUB") yes ? s.subscribe(prefix) : s.unsubscribe(prefix)
  }
}

async function awaitSubscriptions(s, yes) {
  const due = new Set(prefixes.map((prefix) => event(yes, prefix).toString("latin1")))
  while (due.size > 0) {
    const [got] = await s.receive()
    check(due.delete(got.toString("latin1")), "a subscription:", got)
  }
}

// input are the lines of the test. ended resolves when there are no more.
const lines = createInterface({ input: process.stdin })
let told = false
lines.once("line", () => (told = true))
const ended = new Promise((resolve) => lines.once("close", resolve))
const pause = () => new Promise((resolve) => setTimeout(resolve, 1))

async function send(s) {
  for (; args.socket === "PUB" && !told; await pause()) {
    for (const probe of probes()) await s.send(probe)
  }
  if (args.socket === "XPUB") await awaitSubscriptions(s, true)
  for (let i = 1; i <= n; i++) {
    if (args.form === "topic" && i % 10 === 0) await s.send(frames("item.9.", item(i, "", 9))) // nobody has subscribed to it
    await s.send(message(i))
  }
  if (args.socket === "XPUB") await awaitSubscriptions(s, false)
}

async function receive(s) {
  await subscribe(s, true)
  let due = probes()
  for (let i = 1; i <= n; ) {
    const got = await s.receive()
    if (i === 1 && probes().some((probe) => same(got, probe))) {
      const left = due.filter((probe) => !same(got, probe))
      if (left.length === 0 && due.length > 0) say("ready")
      due = left
      continue
    }
    check(same(got, message(i)), "message", i, "is", got)
    i++
  }
  await subscribe(s, false)
}

async function ask(s) {
  const window = args.socket === "REQ" || args.form === "uncorrelated" ? 1 : WINDOW
  const answered = new Set()
  for (let sent = 0; answered.size < n; ) {
    if (sent < n && sent - answered.size < window) {
      sent++
      await s.send([...enveloped(sent), ...request(sent, true)])
      continue
    }
    const [number, got] = opened(await s.receive(), answered.size + 1)
    check(!answered.has(number) && same(got, reply(number, true)), "reply", number, "is", got)
    answered.add(number)
  }
}

async function answer(s) {
  const seen = new Set()
  for (let i = 0; i < n; i++) {
    const [envelope, got] = split(await s.receive())
    if (same(got, frames("Ping"))) {
      await s.send([...envelope, ...reply(5)])
      continue
    }
    check(got.length > 0, "a request without a frame")
    const number = numberOf(got[got.length - 1])
    check((!seen.has(number) || args.form === "empty") && same(got, request(number)), "request", number, "is", got)
    seen.add(number)
    await s.send([...envelope, ...reply(number)])
  }
}

async function main() {
  if (args.versions) {
    const { version } = createRequire(import.meta.url)("zeromq/package.json")
    say(`zeromq.js ${version} with libzmq ${zmq.version}, Node ${process.versions.node}`)
    return
  }
  const s = await open()
  await { send, receive, ask, answer }[args.work](s)
  say("done", n)
  await ended
  s.close()
}

function fail(err) {
  console.error(err)
  process.exit(1)
}

try {
  await main()
} catch (err) {
  fail(err)
}
process.exit(0)
