package gen

import "github.com/dave/jennifer/jen"

// This file emits devices_zmqgen.go: for each device what opens it, and its handle.

func emitDevices(p *program) *source {
	s := newSource(p, "devices_zmqgen.go", true)
	for _, d := range p.devices {
		s.section(func(s *section) {
			s.add(d.openDoc, openDevice(d))
			s.add(d.handleDoc, deviceHandle(p, d))
		})
	}
	return s
}

// func NewHub(ctx context.Context, pump *zmqrt.Pump, opts ...zmqrt.DeviceOption) (*zmqrt.Device, error)
func openDevice(d device) jen.Code {
	return jen.Func().Id(d.openFn).Params(
		jen.Id("ctx").Qual("context", "Context"),
		pumpParam(),
		jen.Id("opts").Op("...").Add(rtDeviceOption.q()),
	).Params(jen.Op("*").Add(rtDevice.q()), jen.Error()).Block(
		jen.Return(rtOpenDevice.call(jen.Id("ctx"), jen.Id("pump"), jen.Op("&").Id(topologyVar), jen.Lit(d.name), jen.Id("opts"))),
	)
}

// func HubDevice(pump *zmqrt.Pump) *zmqrt.Device { return pump.Device("market", "hub") }
func deviceHandle(p *program, d device) jen.Code {
	return jen.Func().Id(d.handleFn).Params(pumpParam()).Op("*").Add(rtDevice.q()).Block(
		jen.Return(jen.Id("pump").Dot("Device").Call(jen.Lit(p.topology), jen.Lit(d.name))),
	)
}
