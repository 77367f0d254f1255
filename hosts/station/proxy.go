package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// This file is a proxy with faults, toxiproxy's, which is told on standard input what to do to all of its connections. Each order
// is answered by a line.

// proxy takes the pairs of addresses, LISTEN=UPSTREAM, that it passes connections between.
func proxy() error {
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	for _, pair := range flag.Args()[1:] {
		listen, upstream, ok := strings.Cut(pair, "=")
		if !ok {
			return fmt.Errorf("%q is not LISTEN=UPSTREAM", pair)
		}
		if err := server.Collection.Add(toxiproxy.NewProxy(server, pair, listen, upstream), true); err != nil {
			return err
		}
	}
	fmt.Println("listening")
	for orders := bufio.NewScanner(os.Stdin); orders.Scan(); {
		if err := order(server, orders.Text()); err != nil {
			return fmt.Errorf("%s: %w", orders.Text(), err)
		}
		fmt.Println("listening")
	}
	return nil
}

// order does one thing: "clear" takes all toxics away, anything else is a toxic in toxiproxy's JSON, which connections have in both
// directions from then on.
func order(server *toxiproxy.ApiServer, text string) error {
	var errs []error
	for _, p := range server.Collection.Proxies() {
		if text == "clear" {
			p.Toxics.ResetToxics(context.Background())
			continue
		}
		for _, direction := range []string{"upstream", "downstream"} {
			_, err := p.Toxics.AddToxicJson(strings.NewReader(strings.Replace(text, "{", `{"stream": "`+direction+`", `, 1)))
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
