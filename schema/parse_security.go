package schema

import (
	"slices"
	"strings"
)

// This file turns securities into the model. Keys and passwords never stand in the file, but where a program finds them.

const noSecurity = "none" // switches the defaults' security off

const maxDomain = 255 // bytes, as ZAP takes them

var mechanisms = []Mechanism{MechanismCurve, MechanismPlain, MechanismNull}

// credentialKeys are the keys of servers and clients that a mechanism has.
var credentialKeys = map[Mechanism][]string{
	MechanismCurve: {"public_key", "secret_key", "allow"},
	MechanismPlain: {"username", "password", "allow"},
	MechanismNull:  {"allow"},
}

func (p *parser) parseSecurity(at pair) {
	s := &Security{Topology: p.topology, Name: at.key.text()}
	if s.Name.Value == noSecurity {
		p.report(reservedName, s.Name.Span, "%q says that a socket has no security, and cannot name one", noSecurity)
	} else {
		p.checkName(at.key, lowerSnake, "a security")
	}
	enter(p.securities, "", s.Name.Value, lowerSnake, s)
	p.topology.Securities = append(p.topology.Securities, s)
	r, ok := p.record(at.value, &securityKeys, called("security", s.Name), s.Name.Span)
	if !ok {
		p.broken[s] = true
		return
	}
	before := len(p.findings)
	s.Doc, s.Places, s.Domain = r.doc(), r.places(), s.Name
	s.Mechanism = Mechanism(p.choice(r, "mechanism"))
	if t := r.scalarText("domain"); t.IsSet() {
		s.Domain = t
		p.checkDomain(t)
	}
	s.Server = p.parseCredentials(s, r, "server", &serverKeys)
	s.Client = p.parseCredentials(s, r, "client", &clientKeys)
	p.broken[s] = r.excused || len(p.findings) > before
}

func (p *parser) checkDomain(t Text) {
	switch {
	case t.Value == "":
		p.report(badDomain, t.Span, "the domain is empty, so that nobody would be asked").help("left out, it is the name of the security")
	case len(t.Value) > maxDomain:
		p.report(badDomain, t.Span, "the domain has %d bytes; at most %d are allowed", len(t.Value), maxDomain)
	case strings.ContainsFunc(t.Value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		p.report(badDomain, t.Span, "domain %q holds a control character", clip(t.Value))
	}
}

// parseCredentials reads what servers or clients have.
func (p *parser) parseCredentials(s *Security, in record, side string, def *objectDef) Credentials {
	n := in.get(side)
	if n == nil {
		return Credentials{}
	}
	r, ok := p.record(n, def, called(side+" of security", s.Name), in.keySpan(side))
	if !ok {
		return Credentials{}
	}
	for _, key := range def.names() {
		if r.get(key) != nil && s.Mechanism != "" && !slices.Contains(credentialKeys[s.Mechanism], key) {
			d := p.report(misplacedKey, r.keySpan(key), "mechanism %s has no %s", s.Mechanism, key)
			d.help("%s", credentialHelp(s.Mechanism, def))
		}
	}
	c := Credentials{
		PublicKey: p.parseKeySource(r, "public_key"), SecretKey: p.parseKeySource(r, "secret_key"),
		Username: p.parseKeySource(r, "username"), Password: p.parseKeySource(r, "password"), Places: r.places(),
	}
	p.parseAllow(s, r, &c)
	return c
}

// credentialHelp says what a side has with a mechanism.
func credentialHelp(m Mechanism, def *objectDef) string {
	var has []string
	for _, key := range def.names() {
		if slices.Contains(credentialKeys[m], key) {
			has = append(has, key)
		}
	}
	if has == nil {
		return "with " + string(m) + " " + def.name + " has nothing"
	}
	return "with " + string(m) + " " + def.name + " has " + strings.Join(has, ", ")
}

// parseAllow reads who is let in.
func (p *parser) parseAllow(s *Security, r record, c *Credentials) {
	n := r.get("allow")
	switch {
	case n == nil:
	case n.kind == mappingNode:
		c.Allow = p.parseKeySource(r, "allow")
	case n.value != "any":
		p.report(badChoice, n.span, "%q is no value of allow", clip(n.value)).
			help("any, or where the list is: {env: NAME} or {file: PATH}; left out, the program decides")
	case s.Mechanism != MechanismCurve && s.Mechanism != "":
		p.report(misplacedKey, n.span, "with mechanism %s, any would let in everyone", s.Mechanism).
			help("leave security out, or name a list: {env: NAME} or {file: PATH}")
	default:
		c.AllowAny = true
	}
}

// parseKeySource reads where a program finds something.
func (p *parser) parseKeySource(in record, key string) KeySource {
	if in.def.key(key) == nil || in.get(key) == nil || in.get(key).kind == scalarNode && !in.get(key).isEmpty() {
		return KeySource{}
	}
	at := in.keySpan(key)
	r, ok := p.record(in.get(key), &keySourceKeys, key, at)
	if !ok {
		return KeySource{}
	}
	k := KeySource{Env: r.scalarText("env"), File: r.scalarText("file")}
	const accepted = "{env: NAME} or {file: PATH}"
	switch {
	case k.Env.IsSet() && k.File.IsSet():
		p.report(keySource, k.File.Span, "%s is in a variable and in a file", key).help(accepted).related(k.Env.Span, "the variable")
	case k.Env.IsSet() && !envPattern.MatchString(k.Env.Value):
		p.report(keySource, k.Env.Span, "what env of %s says is no name of an environment variable", key).
			help("letters, digits and _, without a $, such as FEED_SECRET")
		p.hide(in.get(key).pair("env").value)
	case k.File.IsSet() && (k.File.Value == "" || strings.ContainsFunc(k.File.Value, func(r rune) bool { return r < ' ' || r == 0x7f })):
		p.report(keySource, k.File.Span, "what file of %s says is no path", key).help("such as keys/feed.key")
	case !k.IsSet() && !r.excused:
		p.report(keySource, at, "%s is nowhere", key).help(accepted)
	}
	return k
}

// isSecret reports whether the value of a key is kept out of the file.
func (k *keyDef) isSecret() bool {
	return k.shape == mapping && len(k.of.objects) == 1 && k.of.objects[0] == &keySourceKeys
}

// reportInline reports a key or a password that stands in the file.
func (p *parser) reportInline(at pair, key *keyDef) {
	p.report(secretInline, at.value.span, "%s stands in the file, where whoever reads the file finds it", key.name).
		help("say where it is: {env: NAME} or {file: PATH}; what was in a repository is known, so make a new one with zmqgen keygen")
	p.hide(at.value)
}

// hide keeps a value out of the lines that findings show.
func (p *parser) hide(n *node) {
	if p.hidden == nil {
		p.hidden = map[int][]Span{}
	}
	p.hidden[n.span.Line] = append(p.hidden[n.span.Line], n.span)
}

// hideSecrets takes the hidden values out of the lines of the file, and of the findings.
func (p *parser) hideSecrets() {
	for number, spans := range p.hidden {
		line := []rune(p.lines[number-1])
		for _, s := range spans {
			for col := s.Col; col < s.EndCol && col <= len(line); col++ {
				line[col-1] = '*'
			}
		}
		p.lines[number-1] = string(line)
	}
	for _, d := range p.findings {
		if p.hidden[d.Span.Line] != nil {
			d.Source = p.lines[d.Span.Line-1]
		}
	}
}

// parseSecured reads the security of a socket, of a side of a device or of defaults; nil if it has none. One that is unknown is
// there and broken.
func (p *parser) parseSecured(r record) *Security {
	n := r.get("security")
	if n == nil || n.value == noSecurity {
		return nil
	}
	security := p.securities[n.value]
	if i, rest := p.importOf(n.value); i != nil && i.from != nil && security == nil {
		security = i.from.securities[rest]
	}
	if security != nil {
		return security
	}
	security = &Security{Topology: p.topology, Name: n.text()}
	p.broken[security] = true
	switch {
	case strings.Contains(n.value, "."):
		p.reportUnknownMember(unknownSecurity, n.value, n.span, "security", securityMembers, "security")
	case p.broken[section{p, "security"}]:
	default:
		d := p.report(unknownSecurity, n.span, "unknown security %q", clip(n.value))
		p.suggestAny(d, n.value, "security", securityMembers(p), securityMembers)
	}
	return security
}

func securityMembers(p *parser) []string {
	return namesOf(p, p.topology.Securities, func(s *Security) string { return s.Name.Value })
}
