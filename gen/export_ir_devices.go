package gen

import "github.com/zmqgen/zmqgen/schema"

// This file turns devices and securities into their share of the JSON for generators of other languages.

type irDevice struct {
	Name     string    `json:"name"`
	Doc      string    `json:"doc,omitempty"`
	Host     string    `json:"host"`
	Kind     string    `json:"kind"`
	Pattern  string    `json:"pattern"`
	Frontend irSocket  `json:"frontend"`
	Backend  irSocket  `json:"backend"`
	Capture  *irSocket `json:"capture,omitempty"`
}

type irSecurity struct {
	Name      string         `json:"name"`
	Doc       string         `json:"doc,omitempty"`
	Mechanism string         `json:"mechanism"`
	Domain    string         `json:"domain"`
	Server    *irCredentials `json:"server,omitempty"`
	Client    *irCredentials `json:"client,omitempty"`
}

type irCredentials struct {
	PublicKey *irKeySource `json:"public_key,omitempty"`
	SecretKey *irKeySource `json:"secret_key,omitempty"`
	Username  *irKeySource `json:"username,omitempty"`
	Password  *irKeySource `json:"password,omitempty"`
	Allow     *irKeySource `json:"allow,omitempty"`
	AllowAny  bool         `json:"allow_any,omitempty"`
}

type irKeySource struct {
	Env  string `json:"env,omitempty"`
	File string `json:"file,omitempty"`
}

func irDeviceOf(d *schema.Device) irDevice {
	out := irDevice{
		Name: d.Name.Value, Doc: d.Doc, Host: hostOf(d.Node), Kind: string(d.Kind),
		Pattern:  fullName(d.Topology, d.Pattern.Topology, d.Pattern.Name.Value),
		Frontend: irSocketOf(d.Frontend), Backend: irSocketOf(d.Backend),
	}
	if d.Capture != nil {
		capture := irSocketOf(d.Capture)
		out.Capture = &capture
	}
	return out
}

func irSecurityOf(s *schema.Security) irSecurity {
	return irSecurity{
		Name: s.Name.Value, Doc: s.Doc, Mechanism: string(s.Mechanism), Domain: domainOf(s),
		Server: irCredentialsOf(s.Server), Client: irCredentialsOf(s.Client),
	}
}

// irCredentialsOf returns nil if there are none.
func irCredentialsOf(c schema.Credentials) *irCredentials {
	out := irCredentials{
		PublicKey: irKeySourceOf(c.PublicKey), SecretKey: irKeySourceOf(c.SecretKey), Username: irKeySourceOf(c.Username),
		Password: irKeySourceOf(c.Password), Allow: irKeySourceOf(c.Allow), AllowAny: c.AllowAny,
	}
	if out == (irCredentials{}) {
		return nil
	}
	return &out
}

func irKeySourceOf(k schema.KeySource) *irKeySource {
	if !k.IsSet() {
		return nil
	}
	return &irKeySource{k.Env.Value, k.File.Value}
}
