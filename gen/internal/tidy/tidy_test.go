package tidy

import (
	"go/format"
	"strings"
	"testing"
)

// formatted is what go/format makes of text in so many passes.
func formatted(t *testing.T, text string) string {
	t.Helper()
	const head = "package p\n\n" // go/format takes fragments too, but not comments at their start
	text = head + text
	for range 2 {
		out, err := format.Source([]byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		text = string(out)
	}
	return strings.TrimRight(text[len(head):], "\n") + "\n"
}

// Each is written as jennifer renders it.
var known = map[string]string{
	"nothing between braces": "type T struct{}\n\n\nfunc (* T) isT () {}",
	"a field":                "type T struct{\nA int\n}",
	"fields": "type T struct{\nA int\nLonger [] string\nÄäää map[string] zmqrt.T\n\n" +
		"unknown [] byte // a note\n}",
	"a field behind a blank line": "type T struct{\n\nunknown [] byte // a note\n}",
	"fields with docs":            "type T struct{\n// A is.\nA int\nLonger int\n// B is,\n// and is.\nB int\nC * int\n}",
	"channels":                    "type S struct{\nA <- chan * zmqrt.Call [A,B]\nBb chan <- [] X\nC <- chan [] Y\n}",
	"an interface":                "type I interface{\nisI ()\n}\n\ntype J interface{\nzmqrt.Message\n}",
	"methods of an interface":     "type I interface{\n// Do does.\nDo (ctx context.Context,req *p.Req) (p.Rep,error)\nGo () error\nAll () []int\n}",
	"constants":                   "const (\nA T = 1\n// B is.\nBcd T = 2\nBcdef T = -3\n)",
	"variables":                   "func f () {\nvar (\nkey [] byte\nfield uint32\nseen [2] uint64\n)\n}",
	"a comment with a list":       "// T is:\n// - a\n// - b\n//\n// # Head\n//\n// Deprecated: no.\ntype T int",
	"a comment with a link":       "// T is [a].\n//\n// [a]: http://b\ntype T int",
	"a comment with code":         "// T is:\n//   code\n//     more\n// end, ``quoted'' \ntype T int",
	"values": "var x = zmqrt.T {\nName : \"a\",\nSomething : [] string {\"a\",\"b\"},\nM : map[string] zmqrt.S {\n" +
		"\"a\" : {\nType : zmqrt.Pub,\nLonger : true,\n},\n\"bcd\" : {},\n\"e\" : {\nA : 1,\n},\n},\nB : 2 * time.Second,\nBc : 1,\n}",
	"keys that differ much": "var x = M {\n\"a\" : 1,\n\"" + strings.Repeat("a", 50) + "\" : 1,\n\"b\" : 2,\n\"" +
		strings.Repeat("b", 60) + "\" : 3,\n\"" + strings.Repeat("c", 61) + "\" : 3,\n}",
	"arguments": "func f () error {\nreturn zmqrt.Format (\"Plain\",\n\"a\",m . A,\n\"b\",zmqrt.List (m . B),\n)\n}",
	"cases":     "func f () {\nswitch v := m . A.(type) {\ncase nil : \ncase * B : \nif v == nil {\nreturn b,err\n}\ndefault: \nb = 1\n}\n}",
	"names in cases": "func f () {\nswitch string (key) {\ncase \"a\",\"b\": \nfield,i = 1,r . Once (& seen [0],1 << 3,i)\n" +
		"default: \ni ++\n}\n}",
	"loops": "func f () {\nfor i < len(b) {\nif tag,i = uint32 (b [i]),i + 1;tag >= 0x80 {\ntag,i = r . Long (b,i)\n}\n}\n" +
		"for i = r . Enter (b,i);i < len(b) && b [i] != '}';i = r . More (b,i) {\n}\nfor _,v := range m . Tags {\n}\n}",
	"else":   "func f () {\nif next := r . Null (b,i);next > i {\ni = next\n} else {\ni = 0\n}\n}",
	"blocks": "func f () {\n{\na := 1\n}\n}",
	"sums": "func f () {\nat := len(b) - 1\nx := f (a + 1)\ny := f (a + 1,b)\nz := a [i + 1]\nif len(b) + 1 < c {\n}\n" +
		"if a - 1 > len(b [f (c - 1)]) {\n}\nreturn a - 1,b\n}",
	"products":   "func f () {\na = 5 * time.Second\nf (5 * time.Second)\nf (5 * time.Second,b)\nif a < 5 * time.Second {\n}\nb = -5 * time.Second\n}",
	"parens":     "func f () {\nif m . A != (zmqrt.UUID {}) {\n}\nif ! (m . P >= 0.5) {\n}\nif ! (* m . A).IsZero () && (* m . A).After (b) {\n}\n}",
	"slices":     "func f () {\na = b [:]\na = b [1:]\na = b [0]\nw . Frame (m . ID[:])\n}",
	"spreading":  "func f (opts ... zmqrt.Option) (chan <- Quote,error) {\nb = append(b,`,\"a\":`...)\nb = append(b,m . x ...)\n}",
	"results":    "func f (a,b string) ([] byte,error) {\n}\n\nfunc g () [] byte {\n}\n\nfunc h () * T {\n}\n\nfunc (T) i () (<- chan T,error) {\n}",
	"generics":   "var _ zmqrt.Codec [Quote] = quotesCodec {}\n\n\nvar m = zmqrt.Method [A,B] {\nName : \"a\",\nP : (* A).Parse,\n}",
	"adding":     "func f () {\nn += 5\nn += 1 + zmqrt.Size (len(m . A))\nn += 19 * len(m . A)\nn += 1 + zmqrt.Size (4 * len(m . A))\n}",
	"going on":   "func f () bool {\nif a {\nreturn m . A == o . A && \nslices.Equal (m . B,o . B) && \nm . C.Equal (o . C)\n}\nreturn false\n}",
	"literals":   "func f () {\na = 1e-07\nb = 0x1e\nc = -1.5e+300\nd = '\\''\ne = \"\\\"//\"\nf = `\"`\n}",
	"conversion": "func f () {\nm . A,i = zmqrt.Packed (r,m . A,b,i,4,(* zmqrt.Reader).Float)\nm . B = & v\n* m = v\nb = zmqrt.Read [Side] (r,b)\n}",
}

func TestLayoutIsThatOfGofmt(t *testing.T) {
	for name, text := range known {
		t.Run(name, func(t *testing.T) {
			out, ok := Append(nil, []byte(text))
			if !ok {
				t.Fatalf("not known:\n%s", text)
			}
			if want := formatted(t, text); string(out) != want {
				t.Errorf("got\n%s\nwant\n%s", out, want)
			}
		})
	}
}

func TestUnknownCodeIsLeftAlone(t *testing.T) {
	for _, text := range []string{
		"func f () {\ngo g ()\n}",
		"func f () {\na := func () {}\n}",
		"func f () { return }",
		"type T struct{ A int }",
		"func f () {\na = `b\n`\n}",
		"func f () {\nx = a / b\n}",
		"func f () {\nx = a << 1 + b\n}",
		"func f () {\nx = a - -b\n}",
		"func f () {\nx = a >> 1\n}",
		"func f () {\nx *= 2\n}",
		"func f () {\nx = len(a) * 4\n}",
		"func f () {\nx = a * (b)\n}",
		"func f () {\nx = a + \nf (\nb,\n)\n}",
		"func f () {\nf (\na + \nb,\n)\n}",
		"var x = a +",
		"func f () {\nx = a [b+1:]\n}",
		"func f () {\nf (g (\na,\n),\n)\n}",
		"func f () {",
		"}",
		"func f ) (",
		"/* A */",
		"a = \"b",
		"a = @",
	} {
		out, ok := Append([]byte("before"), []byte(text))
		if ok || string(out) != "before" {
			t.Errorf("%q became %q", text, out)
		}
	}
}

func FuzzAppend(f *testing.F) {
	for _, text := range known {
		f.Add([]byte(text))
	}
	f.Add([]byte("(](\n0:"))
	f.Fuzz(func(t *testing.T, text []byte) {
		out, ok := Append(nil, text)
		if !ok {
			return
		}
		bare := func(b []byte) string {
			return strings.Join(strings.Fields(strings.ReplaceAll(string(b), "//", " ")), "")
		}
		if !strings.ContainsAny(string(text), "`'\"/") && bare(out) != bare(text) {
			t.Errorf("%q became %q", text, out)
		}
	})
}
