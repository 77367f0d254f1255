package gen

import "github.com/dave/jennifer/jen"

// This file is the one place that names what generated code needs of the runtime. A test checks
// that all of it exists.

// The runtime's import path, and the name it has in all generated code.
const (
	runtimePath  = "github.com/zmqgen/zmqgen/runtime"
	runtimeAlias = "zmqrt"
)

// rt is an identifier of package runtime.
type rt string

// The runtime without cgo.
const (
	rtGeneratedCode rt = "GeneratedCode1"

	rtMessage     rt = "Message"
	rtUUID        rt = "UUID"
	rtDecimal     rt = "Decimal"
	rtFormat      rt = "Format"
	rtOptional    rt = "Optional"
	rtList        rt = "List"
	rtInField     rt = "InField"
	rtInPart      rt = "InPart"
	rtCheckItems  rt = "CheckItems"
	rtEndNested   rt = "EndNested"
	rtProtoReader rt = "ProtoReader"
	rtFieldNames  rt = "FieldNames"
	rtItemAt      rt = "ItemAt"
	rtAppendItem  rt = "AppendItem"
	rtMakeRoom    rt = "MakeRoom"
	rtReadEnum    rt = "ReadEnum"
	rtMap         rt = "Map"
	rtSortedKeys  rt = "SortedKeys"
	rtSortedBools rt = "SortedBools"
	rtEntryFields rt = "EntryFields"
	rtPutEntry    rt = "PutEntry"

	rtSizeBlock          rt = "SizeBlock"
	rtCloneOptional      rt = "CloneOptional"
	rtCloneOptionalFunc  rt = "CloneOptionalFunc"
	rtCloneListFunc      rt = "CloneListFunc"
	rtCloneMapFunc       rt = "CloneMapFunc"
	rtCloneBytes         rt = "CloneBytes"
	rtEqualFloats        rt = "EqualFloats"
	rtEqualBytes         rt = "EqualBytes"
	rtEqualOptional      rt = "EqualOptional"
	rtEqualOptionalFunc  rt = "EqualOptionalFunc"
	rtEqualOptionalBytes rt = "EqualOptionalBytes"

	rtWrongAlternative rt = "WrongAlternative"
	rtPacked           rt = "Packed"
	rtCodec            rt = "Codec"
	rtFrameWriter      rt = "FrameWriter"
	rtBodyFrame        rt = "BodyFrame"
	rtNamedBody        rt = "NamedBody"
	rtUnknownName      rt = "UnknownName"
	rtWrongType        rt = "WrongType"

	rtJSONReader    rt = "JSONReader"
	rtNewJSONReader rt = "NewJSONReader"
	rtJSONItemAt    rt = "JSONItemAt"
	rtJSONItems     rt = "JSONItems"
	rtJSONValues    rt = "JSONValues"
	rtJSONOptional  rt = "JSONOptional"
	rtEndJSONObject rt = "EndJSONObject"
	rtEndJSONList   rt = "EndJSONList"

	rtAppendJSONKey   rt = "AppendJSONKey"
	rtJSONEntries     rt = "JSONEntries"
	rtJSONEntryValues rt = "JSONEntryValues"

	rtInItem       rt = "InItem"
	rtMissing      rt = "Missing"
	rtBelowMin     rt = "BelowMin"
	rtAboveMax     rt = "AboveMax"
	rtTooShort     rt = "TooShort"
	rtTooLong      rt = "TooLong"
	rtTooFew       rt = "TooFew"
	rtTooMany      rt = "TooMany"
	rtCheckDepth   rt = "CheckDepth"
	rtCheckDecimal rt = "CheckDecimal"
	rtNewPattern   rt = "NewPattern"
	rtLimitedCodec rt = "LimitedCodec"
	rtTextPattern  rt = "TextPattern"

	rtAppendMessage  rt = "AppendMessage"
	rtBodyFrames     rt = "BodyFrames"
	rtNamedFrames    rt = "NamedFrames"
	rtCheckBody      rt = "CheckBody"
	rtCheckBodyStart rt = "CheckBodyStart"
	rtAppendRest     rt = "AppendRest"
	rtReadRest       rt = "ReadRest"
	rtReadConst      rt = "ReadConst"

	rtTopicReader    rt = "TopicReader"
	rtNewTopicReader rt = "NewTopicReader"
	rtTopicStarts    rt = "TopicStarts"
	rtCheckTopicText rt = "CheckTopicText"
	rtTaggedFrames   rt = "TaggedFrames"
	rtUnknownTag     rt = "UnknownTag"
	rtUnknownTopic   rt = "UnknownTopic"
)

// The runtime's part with sockets.
const (
	rtTopology          rt = "Topology"
	rtSocketSpec        rt = "SocketSpec"
	rtLimit             rt = "Limit"
	rtLingering         rt = "Lingering"
	rtSize              rt = "Size"
	rtPump              rt = "Pump"
	rtSocket            rt = "Socket"
	rtSocketOption      rt = "SocketOption"
	rtOpenSender        rt = "OpenSender"
	rtOpenReceiver      rt = "OpenReceiver"
	rtOpenBatchSender   rt = "OpenBatchSender"
	rtOpenBatchReceiver rt = "OpenBatchReceiver"
	rtOpenClient        rt = "OpenClient"
	rtOpenServer        rt = "OpenServer"
	rtServe             rt = "Serve"
	rtRunServer         rt = "RunServer"
	rtHandle            rt = "Handle"
	rtWithoutRequest    rt = "WithoutRequest"
	rtWithoutReply      rt = "WithoutReply"
	rtWithoutBodies     rt = "WithoutBodies"
	rtServeOption       rt = "ServeOption"
	rtClient            rt = "Client"
	rtInvoke            rt = "Invoke"
	rtCall              rt = "Call"
	rtMethod            rt = "Method"
	rtNone              rt = "None"
	rtDeclared          rt = "DeclaredError"
	rtDeclareError      rt = "DeclareError"
	rtOneFrame          rt = "OneFrame"
	rtFrameByField      rt = "FrameByField"
	rtOpenDuplex        rt = "OpenDuplex"
	rtOpenXPub          rt = "OpenXPub"
	rtOpenXSub          rt = "OpenXSub"
	rtSubscription      rt = "Subscription"
	rtRouted            rt = "Routed"
	rtByPeer            rt = "ByPeer"
	rtItem              rt = "Item"
	rtItems             rt = "Items"
	rtItemsByPeer       rt = "ItemsByPeer"
	rtDuplex            rt = "Duplex"
	rtNode              rt = "Node"
	rtNodeOption        rt = "NodeOption"
	rtOpenNode          rt = "OpenNode"
	rtSenderPart        rt = "SenderPart"
	rtPart              rt = "Part"
	rtDuplexPart        rt = "DuplexPart"
	rtDevice            rt = "Device"
	rtDeviceOption      rt = "DeviceOption"
	rtDeviceSpec        rt = "DeviceSpec"
	rtOpenDevice        rt = "OpenDevice"
	rtSecuritySpec      rt = "SecuritySpec"
	rtCredentials       rt = "Credentials"
	rtKeySource         rt = "KeySource"
)

// runtimeNames is every identifier above and in the tables of scalars and sockets, and the methods
// and fields of each that generated code uses.
func runtimeNames() map[string][]string {
	names := map[string][]string{}
	for _, n := range []rt{
		rtGeneratedCode, rtUUID, rtDecimal, rtFormat, rtOptional, rtList, rtInField, rtInPart, rtCheckItems,
		rtEndNested, rtFieldNames, rtItemAt, rtAppendItem, rtMakeRoom, rtReadEnum, rtPacked, rtMap, rtSortedKeys, rtSortedBools, rtEntryFields, rtPutEntry, rtWrongAlternative, rtBodyFrame,
		rtNamedBody, rtUnknownName, rtWrongType, rtLimit, rtLingering, rtSize, rtSocket,
		rtSocketOption, rtOpenSender, rtOpenReceiver, rtOpenBatchSender, rtOpenBatchReceiver, rtOpenClient,
		rtAppendMessage, rtBodyFrames, rtNamedFrames, rtCheckBody, rtCheckBodyStart, rtAppendRest, rtReadRest, rtReadConst,
		rtNewTopicReader, rtTopicStarts, rtCheckTopicText, rtTaggedFrames, rtUnknownTag, rtUnknownTopic, "ReadTopicBool", "ReadTopicUUID",
		rtOpenServer, rtServe, rtRunServer, rtHandle, rtWithoutRequest, rtWithoutReply, rtWithoutBodies, rtServeOption, rtClient, rtInvoke, rtCall, rtNone, rtDeclared, rtDeclareError,
		rtOneFrame, rtFrameByField, rtNewJSONReader, rtJSONItemAt, rtJSONItems, rtJSONValues, rtJSONOptional, rtEndJSONObject,
		rtEndJSONList, rtAppendJSONKey, rtJSONEntries, rtJSONEntryValues,
		rtInItem, rtMissing, rtBelowMin, rtAboveMax, rtTooShort, rtTooLong, rtTooFew, rtTooMany, rtCheckDepth,
		rtCheckDecimal, rtNewPattern,
		rtSizeBlock, rtCloneOptional, rtCloneOptionalFunc, rtCloneListFunc, rtCloneMapFunc, rtCloneBytes,
		rtEqualFloats, rtEqualBytes, rtEqualOptional, rtEqualOptionalFunc, rtEqualOptionalBytes,
		rtOpenDuplex, rtOpenXPub, rtOpenXSub, rtSubscription, rtRouted, rtByPeer,
		rtItem, rtItems, rtItemsByPeer,
		rtDuplex, rtNodeOption, rtOpenNode, rtSenderPart, rtPart, rtDuplexPart,
		rtDevice, rtDeviceOption, rtOpenDevice, "OnFrontend", "OnBackend", "OnCapture", "WithAuthorizer", // the last for comments
	} {
		names[string(n)] = nil
	}
	names[string(rtUUID)] = []string{"Append"}
	names[string(rtMessage)] = []string{"AppendProto", "ParseProto", "String"}
	names[string(rtCodec)] = []string{"AppendFrames", "ParseFrames"}
	names[string(rtLimitedCodec)] = []string{"ValidateMessage"}
	names[string(rtTextPattern)] = []string{"Matches", "Mismatch"}
	names[string(rtFrameWriter)] = []string{"Begin", "End", "EndBody", "Frame", "FrameString"}
	names[string(rtTopicReader)] = []string{"Literal", "Value", "Rest", "End"}
	names[string(rtPump)] = []string{"Socket", "Device"}
	names[string(rtNode)] = []string{"Close"}
	names[string(rtTopology)] = []string{"Name", "Imports", "Sockets", "Devices", "Security"}
	names[string(rtSocketSpec)] = []string{
		"Type", "Host", "Replicated", "Bind", "Connect", "Advertise", "Subscribe", "Buffer",
		"Batch", "Overflow", "SendHWM", "RecvHWM", "Linger", "MaxMessageSize", "RoutingID", "Conflate", "Handover", "Uncorrelated",
		"LeadIn", "LeadOut",
		"Security", "MaxFrames", "Immediate", "Heartbeat", "HeartbeatTimeout", "HeartbeatTTL", "Reconnect", "ReconnectMax",
		"ConnectTimeout", "HandshakeTimeout", "Backlog", "IPv6", "TCPKeepalive", "TOS",
	}
	names[string(rtDeviceSpec)] = []string{"Kind", "Capture"}
	names[string(rtSecuritySpec)] = []string{"Mechanism", "Domain", "Server", "Client"}
	names[string(rtCredentials)] = []string{"PublicKey", "SecretKey", "Username", "Password", "Allow", "AllowAny"}
	names[string(rtKeySource)] = []string{"Env", "File"}
	names[string(rtMethod)] = []string{
		"Name", "Timeout", "Request", "Reply", "Errors",
		"ValidateRequest", "ValidateReply", "Bare", "Metadata", "Idempotent", "Attempts", "RetryEvery",
	}
	reader := []string{"Begin", "BeginLists", "LongTag", "Skip", "Keep", "Locate", "Enter", "Leave", "Err", "Texts"}
	for _, v := range scalars {
		names[v.write] = nil
		if v.tagged != "" {
			names[v.tagged] = nil
		}
		reader = append(reader, v.read)
	}
	names[string(rtProtoReader)] = reader
	jsonReader := []string{
		"Start", "End", "Err", "Enter", "Key", "More", "Leave", "Once", "Alone", "Null", "Skip", "Locate", "Enum", "UnknownName",
	}
	for _, v := range jsonScalars {
		names[v.write] = nil
		jsonReader = append(jsonReader, v.read)
	}
	names[string(rtJSONReader)] = jsonReader
	for _, name := range runtimeSizes {
		names[name] = nil
	}
	for _, f := range frameForms {
		names[f.read] = nil
		if f.write != "" {
			names[f.write] = nil
		}
	}
	for _, n := range socketTypes {
		names[n] = nil
	}
	for _, n := range overflows {
		names[n] = nil
	}
	for _, n := range deviceKinds {
		names[n] = nil
	}
	for _, n := range mechanisms {
		names[n] = nil
	}
	return names
}

// q is the identifier as generated code writes it: zmqrt.Name.
func (n rt) q() *jen.Statement {
	if code, ok := qualified[n]; ok {
		return jen.Add(code)
	}
	return jen.Qual(runtimePath, string(n))
}

// qualified are all that there are, each made once.
var qualified = func() map[rt]jen.Code {
	all := map[rt]jen.Code{}
	for name := range runtimeNames() {
		all[rt(name)] = jen.Qual(runtimePath, name)
	}
	return all
}()

// call is a call of the identifier.
func (n rt) call(args ...jen.Code) *jen.Statement { return n.q().Call(args...) }
