package schema

import (
	"strings"
	"testing"
)

// curve is a security that has all keys.
const curve = "security: {c: {mechanism: curve, server: {public_key: {env: SP}, secret_key: {file: s.key}}, client: {public_key: {file: c.pub}, secret_key: {file: c.key}}}}\n"

// secured returns a case with one security.
func secured(keys string) string { return "security: {c: {" + keys + "}}\n" }

// securedPair returns a case with securities, a pub and a sub that connects to it.
func securedPair(securities, pub, sub string) string {
	return securities + two("sockets: {s: {pub: t, bind: 'tcp://*:1'"+pub+"}}", "sockets: {s: {sub: t, connect: "+sub+"}}")
}

var securityCases = []badCase{
	{"a security without a mechanism", "security: {«c»: {}}\n", []string{"missing-key"}},
	{"a mechanism with a slip", secured("mechanism: «curv»"), []string{"bad-choice"}},
	{"a security that is none", "security: {«none»: {mechanism: null}}\n", []string{"reserved-name"}},
	{"a security in capitals", "security: {«Curve»: {mechanism: null}}\n", []string{"bad-name"}},
	{"a domain of nothing", secured("mechanism: null, domain: «''»"), []string{"bad-domain"}},
	{"a domain beyond all", secured("mechanism: null, domain: «" + strings.Repeat("d", 256) + "»"), []string{"bad-domain"}},
	{"a domain of two lines", secured(`mechanism: null, domain: «"a\nb"»`), []string{"bad-domain"}},

	{"keys in the file", secured("mechanism: curve, server: {public_key: «'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'»}, client: {secret_key: «abc»}"), []string{"secret-inline", "secret-inline"}},
	{"a password in the file", secured("mechanism: plain, client: {username: «joe», password: «'s3cret'»}"), []string{"secret-inline", "secret-inline"}},
	{"a password in two places", secured("mechanism: plain, client: {password: {env: A, file: «b»}}"), []string{"key-source"}},
	{"a password nowhere", secured("mechanism: plain, client: {«password»: {}}"), []string{"key-source"}},
	{"a variable of no name", secured("mechanism: plain, client: {password: {env: «$PASS»}}"), []string{"key-source"}},
	{"a file of no name", secured("mechanism: plain, client: {password: {file: «''»}}"), []string{"key-source"}},
	{"another place", secured("mechanism: plain, client: {password: {«vault»: x}}"), []string{"unknown-key"}},
	{"a list for a place", secured("mechanism: plain, client: {password: «[a]»}"), []string{"wrong-kind"}},
	{"a list of the file", secured("mechanism: curve, server: {allow: «[a, b]»}"), []string{"wrong-kind"}},
	{"all who know a password", secured("mechanism: plain, server: {allow: «any»}"), []string{"misplaced-key"}},
	{"what allow is not", secured("mechanism: curve, server: {allow: «all»}"), []string{"bad-choice"}},
	{"a name with keys", secured("mechanism: curve, client: {«username»: {env: A}}"), []string{"misplaced-key"}},
	{"keys with names", secured("mechanism: plain, server: {«public_key»: {env: A}}, client: {«secret_key»: {env: A}}"), []string{"misplaced-key", "misplaced-key"}},
	{"a client without a mechanism to have", secured("mechanism: null, client: {«username»: {env: A}}"), []string{"misplaced-key"}},
	{"a client that lets in", secured("mechanism: curve, client: {«allow»: any}"), []string{"unknown-key"}},

	{"a security with a slip", curve + socket("pub: t, bind: 'tcp://*:1', security: «cc»"), []string{"unknown-security"}},
	{"a security of what is not imported", socket("pub: t, bind: 'tcp://*:1', security: «x.c»"), []string{"unknown-import"}},
	{"a default with a slip", curve + "defaults: {security: «cc»}\n" + socket("pub: t, bind: 'tcp://*:1'"), []string{"unknown-security"}},
	{"a security that was not understood", secured("mechanism: «curv»") + socket("pub: t, bind: 'tcp://*:1', security: c"), []string{"bad-choice"}},
	{"a server and a client", curve + socket("pub: t, bind: 'tcp://*:1', «connect»: 'tcp://a:2', security: c"), []string{"security-role"}},
	{"a server and a client by default", curve + "defaults: {security: c}\n" + socket("pub: t, bind: 'tcp://*:1', «connect»: 'tcp://a:2'"), []string{"security-role"}},
	{"a side that is a server and a client", curve + device("kind: queue, pattern: r, frontend: {bind: 'tcp://*:1', «connect»: 'tcp://a:2', security: c}, backend: {bind: 'tcp://*:2'}"), []string{"security-role"}},

	{"a server without keys", "security: {«c»: {mechanism: curve}}\n" + socket("pub: t, bind: 'tcp://*:1', security: c"), []string{"curve-keys"}},
	{"a server without a secret key", secured("mechanism: curve, «server»: {public_key: {env: A}}") + socket("pub: t, bind: 'tcp://*:1', security: c"), []string{"curve-keys"}},
	{"a client without keys of its own", "security: {«c»: {mechanism: curve, server: {public_key: {env: A}}}}\n" + socket("sub: t, connect: 'tcp://a:1', security: c"), []string{"curve-keys"}},
	{"a client that knows no server", secured("mechanism: curve, «client»: {public_key: {env: A}, secret_key: {env: B}}") + socket("sub: t, connect: 'tcp://a:1', security: c"), []string{"curve-keys"}},
	{"a client without a password", secured("mechanism: plain, «client»: {username: {env: A}}") + socket("sub: t, connect: 'tcp://a:1', security: c"), []string{"curve-keys"}},

	{"a client without what the server has", securedPair(curve, ", security: c", "«a.s»"), []string{"mechanism-mismatch"}},
	{"a client with what the server has not", securedPair(curve, "", "«a.s», security: c"), []string{"mechanism-mismatch"}},
	{"a client with another mechanism", securedPair("security: {c: {mechanism: plain, client: {username: {env: A}, password: {env: B}}}, d: {mechanism: null}}\n", ", security: d", "«a.s», security: c"), []string{"mechanism-mismatch"}},
	{"a client that opts out", securedPair(curve+"defaults: {security: c}\n", "", "«a.s», security: none"), []string{"mechanism-mismatch"}},
	{"a side without what the server has", curve + device("kind: forwarder, pattern: t, frontend: {connect: «n.s»}, backend: {bind: 'tcp://*:2'}") +
		"nodes: {n: {sockets: {s: {pub: t, bind: 'tcp://*:9', security: c}}}}\n", []string{"mechanism-mismatch"}},
}

func TestSecurity(t *testing.T) { checkBadCases(t, securityCases) }

// TestSecretsAreNotShown finds that what may be a secret is in no finding, whose lines land in logs.
func TestSecretsAreNotShown(t *testing.T) {
	for _, src := range []string{
		secured("mechanism: curve, client: {secret_key: 'tunafish', public_key: {env: OK}}"),
		secured("mechanism: plain, client: {username: {env: A}, password: tunafish}"),
		secured("mechanism: plain, client: {usrname: {env: A}, username: tunafish, password: tunafish}"),
		secured("mechanism: plain, client: {password: {env: 'tuna-fish'}}"),
		"security:\n  c:\n    mechanism: curve\n    server:\n      secret_key: \"tunafish\" # ü\n",
	} {
		_, ds := Parse("t.yaml", []byte(header+src))
		if len(ds) == 0 {
			t.Errorf("no finding in\n%s", src)
		}
		for _, d := range ds {
			if all := d.Source + d.Message + d.Help; strings.Contains(all, "tuna") || !strings.Contains(d.Source, "****") {
				t.Errorf("%s", all)
			}
		}
	}
}

func TestSecuritiesThatFit(t *testing.T) {
	top := mustParse(t, `security:
  keys: {doc: "Who has a key.", mechanism: curve, domain: trading, server: {public_key: {env: SP}, secret_key: {file: s.key}, allow: any}, client: {public_key: {env: CP}, secret_key: {env: CS}}}
  other: {mechanism: curve, server: {public_key: {file: s.pub}, allow: {file: list}}, client: {public_key: {env: CP}, secret_key: {env: CS}}}
  names: {mechanism: plain, server: {allow: {env: LIST}}, client: {username: {env: A}, password: {file: p}}}
  places: {mechanism: null, server: {allow: {file: hosts}}}
  unused: {mechanism: curve}
`+two("sockets: {s: {pub: t, bind: 'tcp://*:1', security: keys}, p: {push: w, bind: 'tcp://*:2', security: names}, n: {rep: r, bind: 'tcp://*:3', security: places}}",
		"sockets: {s: {sub: t, connect: a.s, security: keys}, o: {sub: t, connect: a.s, security: other}, p: {pull: w, connect: a.p, security: names}, n: {req: r, connect: a.n}}"))
	keys := top.Securities[0]
	switch s, c := keys.Server, keys.Client; {
	case keys.Doc != "Who has a key." || keys.Mechanism != MechanismCurve || keys.Domain.Value != "trading" || keys.Topology != top:
		t.Errorf("%+v", keys)
	case s.PublicKey.Env.Value != "SP" || s.SecretKey.File.Value != "s.key" || !s.AllowAny || s.Allow.IsSet():
		t.Errorf("%+v", s)
	case c.PublicKey.Env.Value != "CP" || c.SecretKey.Env.Value != "CS" || c.Username.IsSet():
		t.Errorf("%+v", c)
	}
	if other := top.Securities[1]; other.Domain.Value != "other" || other.Server.Allow.File.Value != "list" || other.Server.AllowAny {
		t.Errorf("%+v", other)
	}
	if top.Nodes[1].Sockets[1].Security != top.Securities[1] || top.Nodes[1].Sockets[3].Security != nil {
		t.Error("sockets have other securities than they say")
	}
}
