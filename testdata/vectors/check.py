"""Checks the vectors without zmqgen: by protobuf for Python, and by hand.

python3 check.py DIR, where DIR has NAME.json, by zmqgen export ir, and NAME_pb2.py, by zmqgen export proto and
protoc, for each topology NAME.yaml beside this file. It prints how many vectors it has checked.
"""
import base64, calendar, decimal, importlib, json, math, pathlib, struct, sys, time, uuid
from google.protobuf import json_format

HERE, DIR = pathlib.Path(__file__).parent, pathlib.Path(sys.argv[1])
sys.path.insert(0, str(DIR))
INTEGERS = {name: (4 if "32" in name else 8, "u" not in name and not name.startswith("fixed"))
            for name in "int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64".split()}
ZERO = {"timestamp": "0001-01-01T00:00:00Z", "duration": "0s", "uuid": ""}


class Topology:
    def __init__(self, name):
        ir = json.loads((DIR / (name + ".json")).read_text())
        self.classes = importlib.import_module(name + "_pb2")
        self.messages = {m["name"]: m for m in ir["messages"]}
        self.patterns = {p["name"]: p for p in ir["patterns"]}
        self.enums = {e["name"]: e["values"] for e in ir["enums"]}


def bits(name, value):
    """The bits of a float, of NaN always the same."""
    return struct.pack(">f" if name == "float32" else ">d", math.nan if math.isnan(float(value)) else float(value))


def fail(vector, what):
    sys.exit("%s %s: %s" % (vector["topology"], vector["name"], what))


def members(message):
    """All fields of a message, alternatives of oneofs among them, in the order of their numbers."""
    fields = [a for f in message["fields"] for a in f.get("oneof", [f])]
    return sorted(fields, key=lambda f: f["number"])


def same(t, typ, ours, theirs):
    """Whether a value in our JSON is the one in protobuf's, where uuid is bytes and json a string."""
    kind = typ["kind"]
    if kind == "list":
        return len(ours) == len(theirs) and all(same(t, typ["elem"], a, b) for a, b in zip(ours, theirs))
    if kind == "map":
        return ours.keys() == theirs.keys() and all(same(t, typ["elem"], ours[k], theirs[k]) for k in ours)
    if kind == "message":
        return same_message(t, t.messages[typ["name"]], ours, theirs)
    if kind == "scalar" and typ["name"] == "uuid":
        return uuid.UUID(ours).bytes == (base64.b64decode(theirs) or bytes(16))
    if kind == "scalar" and typ["name"] == "json":
        return ours == json.loads(theirs)
    if kind == "scalar" and typ["name"] in ("float32", "float64"):
        return bits(typ["name"], ours) == bits(typ["name"], theirs)
    return ours == theirs


def same_message(t, message, ours, theirs):
    keys = {f["json_name"] for f in members(message)}
    for f in message["fields"]:
        if "type" not in f or f["type"].get("optional"):
            continue
        if f["type"]["kind"] == "message":  # without ?, it is there, also if a peer has left it out
            theirs.setdefault(f["json_name"], {})
        if f["type"].get("name") in ZERO and theirs.get(f["json_name"]) == ZERO[f["type"]["name"]]:
            del theirs[f["json_name"]]  # to protobuf it is there, being a message or having bytes
    return ours.keys() == theirs.keys() and ours.keys() <= keys and all(
        same(t, f["type"], ours[f["json_name"]], theirs[f["json_name"]])
        for f in members(message) if f["json_name"] in ours)


def check_proto(t, vector, body):
    message = getattr(t.classes, vector["message"])()
    message.ParseFromString(body)
    theirs = json_format.MessageToDict(message)
    if not same_message(t, t.messages[vector["message"]], vector["value"], theirs):
        fail(vector, "to protobuf it is %s" % theirs)
    if vector["check"] == "both" and message.SerializeToString(deterministic=True) != body:
        fail(vector, "protobuf writes it as %s" % message.SerializeToString(deterministic=True).hex())


def number(t, typ, value):
    """An integer or an enum, which in JSON may be text."""
    if typ["kind"] == "enum":
        for known in t.enums[typ["name"]]:
            if known["proto_name"] == value:
                return known["number"]
    return int(value or 0)


def nanos(text):
    """The text of a timestamp or a duration as nanoseconds."""
    if text.endswith("s"):
        return int(decimal.Decimal(text[:-1]).scaleb(9))
    seconds, _, part = text[:-1].partition(".")
    return calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int((part or "0").ljust(9, "0"))


def frame(t, field, value):
    """The frame of a field that is not nested, made by hand."""
    typ, form = field["type"], field.get("as")
    order = "little" if form == "little" else "big"
    name = "int32" if typ["kind"] == "enum" else typ["name"]
    if name in INTEGERS:
        size, signed = INTEGERS[name]
        n = number(t, typ, value)
        return b"%d" % n if form == "text" else n.to_bytes(size, order, signed=signed)
    if name in ("float32", "float64"):
        if form == "text":
            return None  # the shortest text is not ours to find here
        if value == "NaN":
            return None  # any of its bits will do
        return bits(name, 0 if value is None else value)[::-1 if order == "little" else 1]
    if name == "bool":
        return (b"1" if value else b"0") if form == "text" else bytes([bool(value)])
    if name in ("timestamp", "duration"):
        return nanos(value or "0s").to_bytes(8, "big", signed=True)
    if name == "uuid":
        return uuid.UUID(value).bytes if value else bytes(16)
    if name == "bytes":
        return base64.b64decode(value or "")
    if name == "json":
        return None  # its text has blanks that are gone here
    return (value or "").encode()


def frame_fields(message, pattern):
    """The fields that are frames, in their order: that of their numbers, or of the least of a oneof's."""
    fields = [f for f in message["fields"] if f["name"] not in pattern.get("topic_only", [])]
    return sorted(fields, key=lambda f: min(a["number"] for a in f.get("oneof", [f])))


def document(field, value):
    """What the frame of a field that is JSON says."""
    if "oneof" in field:
        return {a["json_name"]: value[a["json_name"]] for a in field["oneof"] if a["json_name"] in value}
    nothing = {"list": [], "map": {}, "message": {}}
    if field["type"].get("optional"):
        nothing = {}
    return value.get(field["json_name"], nothing.get(field["type"]["kind"]))


def check_part(t, vector, field, frame):
    """The frame of a field that is protobuf, as it stands in its message."""
    keys = {a["json_name"] for a in field.get("oneof", [field])}
    parsed = getattr(t.classes, vector["message"])()
    parsed.ParseFromString(frame)
    message = {"fields": [field]}
    theirs = {k: v for k, v in json_format.MessageToDict(parsed).items() if k in keys}
    ours = {k: v for k, v in vector["value"].items() if k in keys}
    if not same_message(t, message, ours, theirs):
        fail(vector, "%s is to protobuf %s" % (field["name"], theirs))


def check_frames(t, vector, pattern, frames):
    message, value = t.messages[vector["message"]], vector["value"]
    fields = frame_fields(message, pattern)
    for i, f in enumerate(fields):
        if f.get("as") == "json":
            if json.loads(frames[i], parse_int=negative_zero) != document(f, value):
                fail(vector, "%s is another document: %s" % (f["name"], frames[i]))
            continue
        if f.get("as") == "proto" and ("oneof" in f or f["type"]["kind"] != "message" or f["type"].get("optional")):
            check_part(t, vector, f, frames[i])
            continue
        ours = value.get(f["json_name"])
        if f["type"]["kind"] == "list" and f.get("as") is None:
            items = [frame(t, {"type": f["type"]["elem"]}, v) for v in ours or []]
            if items != frames[i:]:
                fail(vector, "%s should be %s" % (f["name"], items))
            return
        if f.get("as") == "proto":
            parsed = getattr(t.classes, f["type"]["name"])()
            parsed.ParseFromString(frames[i])
            theirs = json_format.MessageToDict(parsed)
            if not same(t, f["type"], ours or {}, theirs):
                fail(vector, "%s is to protobuf %s" % (f["name"], theirs))
            continue
        want = frame(t, f, ours)
        if f["type"].get("name") == "json":
            is_right = json.loads(frames[i]) == ours if frames[i] else f["json_name"] not in value
        elif ours == "NaN":
            form = ("<" if f.get("as") == "little" else ">") + ("f" if f["type"]["name"] == "float32" else "d")
            is_right = math.isnan(struct.unpack(form, frames[i])[0])
        elif want is None:
            is_right = bits(f["type"]["name"], frames[i]) == bits(f["type"]["name"], 0 if ours is None else ours)
        else:
            is_right = frames[i] == want
        if not is_right:
            fail(vector, "%s is %s, want %s" % (f["name"], frames[i].hex(), want))
    if len(frames) != len(fields):
        fail(vector, "it has %d frames for %d fields" % (len(frames), len(fields)))


def topic(t, message, template, value):
    out = ""
    for part in template["segments"]:
        if "literal" in part:
            out += part["literal"]
            continue
        field = next(f for f in members(t.messages[message]) if f["name"] == part["field"])
        v = value.get(field["json_name"])
        if field["type"]["kind"] == "enum":
            n = number(t, field["type"], v)
            out += next((e["name"] for e in t.enums[field["type"]["name"]] if e["number"] == n), str(n))
        elif field["type"]["name"] == "bool":
            out += "true" if v else "false"
        elif field["type"]["name"] == "uuid":
            out += v or str(uuid.UUID(int=0))
        elif field["type"]["name"] == "string":
            out += v or ""
        else:
            out += str(int(v or 0))
    return out.encode()


def check(t, vector):
    pattern, frames, lead = t.patterns[vector["pattern"]], [bytes.fromhex(f) for f in vector["frames"]], []
    name, value = vector.get("message"), vector.get("value")
    if "call" in pattern:
        pass  # nothing but the body
    elif pattern["kind"] == "req-rep":
        method = next(m for m in pattern["methods"] if m["name"] == vector["method"])
        lead = [method["wire_name"]]
        if vector["direction"] == "reply":
            ok = name == method.get("reply")
            lead = [vector.get("status") or ("ok" if ok else t.messages[name]["wire_name"])]
        lead = [x.encode() for x in lead]
        if vector.get("text") or "text" in vector and len(frames) > 1:  # without text there may be no frame to read
            lead.append(vector["text"].encode())
    else:
        if "sends" in pattern:  # both sides send, each its own
            pattern = pattern | next(s for s in pattern["sends"] if s["sender"] + "_sends" == vector["direction"])
        carried = next(m for m in pattern["messages"] if m["message"] == name)
        if "topic" in carried:
            lead.append(topic(t, name, carried["topic"], value) if vector["check"] == "both" else frames[0])
        if pattern.get("union") and pattern.get("tag", "name") == "name":
            lead.append(t.messages[name]["wire_name"].encode())
    if frames[:len(lead)] != lead:
        fail(vector, "it starts with %s, want %s" % (frames[:len(lead)], lead))
    body = frames[len(lead):]
    if vector["check"] == "both" and "metadata" in vector:
        check_metadata(t, vector, body.pop())
    if name is None:
        if vector["check"] == "both" and body:
            fail(vector, "it has frames too many")
    elif pattern["encoding"] == "frames":
        if vector["check"] == "both":
            check_frames(t, vector, pattern, body)
    elif vector["check"] == "both" and len(body) != 1:
        fail(vector, "it has %d frames of a body" % len(body))
    elif pattern["encoding"] == "proto":
        check_proto(t, vector, body[0])
    elif vector["check"] == "both" and json.loads(body[0]) != value:
        fail(vector, "its body is another document")


def check_metadata(t, vector, frame):
    """A frame of metadata: 0, the version 1, and the message that the topology calls Metadata."""
    parsed = t.classes.Metadata()
    parsed.ParseFromString(frame[2:])
    if frame[:2] != b"\x00\x01" or not same_message(t, t.messages["Metadata"], vector["metadata"], json_format.MessageToDict(parsed)):
        fail(vector, "its metadata is %s" % frame.hex())
    if parsed.SerializeToString(deterministic=True) != frame[2:]:
        fail(vector, "protobuf writes the metadata as %s" % parsed.SerializeToString(deterministic=True).hex())


def negative_zero(text):
    return -0.0 if text == "-0" else int(text)


topologies, checked = {}, 0
for file in sorted(HERE.glob("*.json")):
    for vector in json.loads(file.read_text(), parse_int=negative_zero):
        name = vector["topology"].removesuffix(".yaml")
        if name not in topologies:
            topologies[name] = Topology(name)
        if vector["check"] in ("both", "read"):
            check(topologies[name], vector)
            checked += 1
print("checked", checked, "vectors")
