package gen

import "github.com/dave/jennifer/jen"

// This file emits the topology's table, which tells the runtime of sockets, devices and securities.

// var topology = zmqrt.Topology{Name: "market", Sockets: …}
func topologyTable(p *program) jen.Code {
	settings := []jen.Code{setting("Name", jen.Lit(p.topology))}
	if len(p.tables) > 0 {
		var tables []jen.Code
		for _, t := range p.tables {
			tables = append(tables, t.code().Call())
		}
		settings = append(settings, setting("Imports", jen.Index().Op("*").Add(rtTopology.q()).Values(tables...)))
	}
	table := func(name string, of rt, specs []jen.Code) {
		if len(specs) > 0 {
			settings = append(settings, setting(name, jen.Map(jen.String()).Add(of.q()).Add(lines("{", "}", specs))))
		}
	}
	var sockets, devices, securities []jen.Code
	for _, list := range [][]socket{p.sockets, p.sides} {
		for _, s := range list {
			sockets = append(sockets, entry(jen.Lit(s.fullName), lines("{", "}", socketSpec(s))))
		}
	}
	for _, d := range p.devices {
		devices = append(devices, entry(jen.Lit(d.name), jen.Values(deviceSpec(d)...)))
	}
	for _, s := range p.securities {
		securities = append(securities, entry(jen.Lit(s.name), lines("{", "}", securitySpec(s))))
	}
	table("Sockets", rtSocketSpec, sockets)
	table("Devices", rtDeviceSpec, devices)
	table("Security", rtSecuritySpec, securities)
	return jen.Var().Id(topologyVar).Op("=").Add(rtTopology.q()).Add(lines("{", "}", settings))
}

// func TopologyTable() *zmqrt.Topology { return &topology }
func topologyGetter() jen.Code {
	return jen.Func().Id(topologyFunc).Params().Op("*").Add(rtTopology.q()).Block(jen.Return(jen.Op("&").Id(topologyVar)))
}

// Type: zmqrt.Sub, Connect: []string{"feed.quotes"}, …
func socketSpec(s socket) []jen.Code {
	out := []jen.Code{setting("Type", jen.Qual(runtimePath, s.socketType))}
	set := func(given bool, name string, value func() jen.Code) {
		if given {
			out = append(out, setting(name, value()))
		}
	}
	set(s.host != "", "Host", func() jen.Code { return jen.Lit(s.host) })
	set(s.replicated, "Replicated", func() jen.Code { return jen.True() })
	set(len(s.bind) > 0, "Bind", func() jen.Code { return literals(s.bind) })
	set(len(s.connect) > 0, "Connect", func() jen.Code { return literals(s.connect) })
	set(len(s.advertise) > 0, "Advertise", func() jen.Code { return literals(s.advertise) })
	set(s.subscribes, "Subscribe", func() jen.Code { return literals(s.subscribe) })
	set(s.buffer != nil, "Buffer", func() jen.Code { return rtLimit.call(jen.Lit(*s.buffer)) })
	set(s.batch > 0, "Batch", func() jen.Code { return jen.Lit(s.batch) })
	set(s.routingID != "", "RoutingID", func() jen.Code { return jen.Lit(s.routingID) })
	set(s.overflow != "", "Overflow", func() jen.Code { return jen.Qual(runtimePath, s.overflow) })
	set(s.leadIn > 0, "LeadIn", func() jen.Code { return jen.Lit(s.leadIn) })
	set(s.leadOut > 0, "LeadOut", func() jen.Code { return jen.Lit(s.leadOut) })
	set(s.uncorrelated, "Uncorrelated", func() jen.Code { return jen.True() })
	set(s.security != "", "Security", func() jen.Code { return jen.Lit(s.security) })
	for _, o := range s.options {
		out = append(out, setting(o.name, o.code()))
	}
	return out
}

// code is the option's value: zmqrt.Limit(1000), zmqrt.Lingering(2*time.Second), zmqrt.Size(1024) or true
func (o option) code() jen.Code {
	switch {
	case o.number != nil:
		return rtLimit.call(jen.Lit(*o.number))
	case o.bytes != nil:
		return rtSize.call(integer(*o.bytes))
	case o.time != nil:
		return rtLingering.call(o.time.code())
	}
	return jen.True()
}

// Kind: zmqrt.Forwarder, Capture: true
func deviceSpec(d device) []jen.Code {
	out := []jen.Code{setting("Kind", jen.Qual(runtimePath, d.kind))}
	if d.capture {
		out = append(out, setting("Capture", jen.True()))
	}
	return out
}

// Mechanism: zmqrt.Curve, Domain: "trading", Server: zmqrt.Credentials{…}, …
func securitySpec(s security) []jen.Code {
	out := []jen.Code{setting("Mechanism", jen.Qual(runtimePath, s.mechanism)), setting("Domain", jen.Lit(s.domain))}
	if len(s.server) > 0 {
		out = append(out, setting("Server", credentialsOf(s.server)))
	}
	if len(s.client) > 0 {
		out = append(out, setting("Client", credentialsOf(s.client)))
	}
	return out
}

// zmqrt.Credentials{PublicKey: zmqrt.KeySource{Env: "FEED_PUBLIC"}, AllowAny: true}
func credentialsOf(list []credential) jen.Code {
	var out []jen.Code
	for _, c := range list {
		value := jen.True()
		switch {
		case c.env != "":
			value = rtKeySource.q().Values(setting("Env", jen.Lit(c.env)))
		case c.file != "":
			value = rtKeySource.q().Values(setting("File", jen.Lit(c.file)))
		}
		out = append(out, setting(c.name, value))
	}
	return rtCredentials.q().Add(lines("{", "}", out))
}
