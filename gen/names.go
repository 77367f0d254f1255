package gen

import (
	"go/token"
	"strings"
	"unicode"
)

// This file is the naming algorithm: it turns a name of the topology into a Go name. It is frozen,
// since every change renames what users' code refers to, and it sees one name at a time, so that
// adding something to a topology never renames something else.

// initialisms are the words that golint writes in capitals.
var initialisms = map[string]bool{
	"acl": true, "api": true, "ascii": true, "cpu": true, "css": true, "dns": true, "eof": true,
	"guid": true, "html": true, "http": true, "https": true, "id": true, "ip": true, "json": true,
	"lhs": true, "qps": true, "ram": true, "rhs": true, "rpc": true, "sla": true, "smtp": true,
	"sql": true, "ssh": true, "tcp": true, "tls": true, "ttl": true, "udp": true, "ui": true,
	"uid": true, "uri": true, "url": true, "utf8": true, "uuid": true, "vm": true, "xml": true,
	"xmpp": true, "xsrf": true, "xss": true,
}

// exported turns a lower_snake or UPPER_SNAKE name into an exported Go name: order_id becomes
// OrderID. Names that the topology already writes in UpperCamel are Go names as they stand.
func exported(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(strings.ToLower(name), "_") {
		switch {
		case word == "":
		case initialisms[word]:
			b.WriteString(strings.ToUpper(word))
		default:
			b.WriteString(strings.ToUpper(word[:1]))
			b.WriteString(word[1:])
		}
	}
	return b.String()
}

// unexported starts an exported Go name with a lower-case word: OrderID becomes orderID, URLList
// becomes urlList.
func unexported(name string) string {
	runes := []rune(name)
	n := 0
	for n < len(runes) && unicode.IsUpper(runes[n]) {
		n++
	}
	if n > 1 && n < len(runes) && unicode.IsLower(runes[n]) {
		n-- // the last capital starts the next word
	}
	for i := range n {
		runes[i] = unicode.ToLower(runes[i])
	}
	return string(runes)
}

// validGoName reports whether a go_name of the topology will do: all that it names is exported.
func validGoName(name string) bool { return token.IsIdentifier(name) && token.IsExported(name) }

// imports are the packages that generated code may import, by the name it has for them.
var imports = map[string]string{
	"bytes":   "bytes",
	"context": "context",
	"json":    "encoding/json",
	"maps":    "maps",
	"math":    "math",
	"slices":  "slices",
	"strconv": "strconv",
	"time":    "time",
	"zmqrt":   runtimePath,
}

// taken says why no package-level name, and no parameter, may be name; "" if it may.
func taken(name string) string {
	switch {
	case token.IsKeyword(name):
		return "a keyword of Go"
	case predeclared[name]:
		return "predeclared in Go"
	case imports[name] != "":
		return "a package that generated code imports"
	case name == "init" || name == "main" || name == "_":
		return "special to Go"
	}
	return ""
}

var predeclared = map[string]bool{
	"any": true, "append": true, "bool": true, "byte": true, "cap": true, "clear": true,
	"close": true, "comparable": true, "complex": true, "complex128": true, "complex64": true,
	"copy": true, "delete": true, "error": true, "false": true, "float32": true, "float64": true,
	"imag": true, "int": true, "int16": true, "int32": true, "int64": true, "int8": true,
	"iota": true, "len": true, "make": true, "max": true, "min": true, "new": true, "nil": true,
	"panic": true, "print": true, "println": true, "real": true, "recover": true, "rune": true,
	"string": true, "true": true, "uint": true, "uint16": true, "uint32": true, "uint64": true,
	"uint8": true, "uintptr": true,
}
