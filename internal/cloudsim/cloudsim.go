// Package cloudsim runs the simulated clouds: stateful stand-ins for the
// services that the provider uses, over real TCP, for tests, for the demo, and
// for trying a configuration without an account.
package cloudsim

import (
	"errors"
	"net/http"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Options say how the clouds are run.
type Options struct {
	// Listen is the address to listen on; empty means 127.0.0.1. Every
	// service gets a free port of its own.
	Listen string
	// CA signs the services' certificates; nil means a new one.
	CA *simcore.CA
	// CAFile is where clients find the CA's certificate; it goes into Env.
	CAFile string
	// Clock is the simulated clock; nil means one that runs.
	Clock *simcore.Clock
	// Realistic uses the services' own delays instead of short ones.
	Realistic bool
	// Observe sees every exchange; nil for none.
	Observe func(simcore.Exchange)
}

// Cloud is the running simulation.
type Cloud struct {
	*simcore.Core
	// AAD and ARM are the services, for tests that look inside.
	AAD *aad.Service
	ARM *arm.Service
	// ControlURL is the control API's origin.
	ControlURL string

	caFile    string
	services  []served
	listeners []*simcore.Listener
}

type served struct {
	simcore.Service
	url string
}

// envProvider is a service that contributes to the env file.
type envProvider interface {
	Env(url string) []simcore.EnvVar
}

// Start runs all services; they listen when it returns.
func Start(options Options) (*Cloud, error) {
	if options.Listen == "" {
		options.Listen = "127.0.0.1"
	}
	if options.Clock == nil {
		options.Clock = simcore.NewClock()
	}
	if options.CA == nil {
		ca, err := simcore.NewCA()
		if err != nil {
			return nil, err
		}
		options.CA = ca
	}
	cloud := &Cloud{Core: simcore.NewCore(options.Clock), caFile: options.CAFile}
	cloud.Observe = options.Observe
	if err := cloud.start(options); err != nil {
		return nil, errors.Join(err, cloud.Close())
	}
	return cloud, nil
}

func (c *Cloud) start(options Options) error {
	var err error
	if c.AAD, err = aad.New(c.Core, aad.Options{Realistic: options.Realistic}); err != nil {
		return err
	}
	c.ARM = arm.New(c.Core, c.AAD, arm.Options{Realistic: options.Realistic})
	for _, service := range []simcore.Service{c.AAD, c.ARM} {
		url, err := c.listen(options.Listen, options.CA, c.Handler(service), c.Connected(service))
		if err != nil {
			return err
		}
		c.services = append(c.services, served{service, url})
	}
	services := make([]simcore.Service, 0, len(c.services))
	for _, service := range c.services {
		services = append(services, service.Service)
	}
	c.ControlURL, err = c.listen(options.Listen, nil, c.ControlHandler(services), nil)
	return err
}

func (c *Cloud) listen(address string, ca *simcore.CA, handler http.Handler, onConnect func()) (string, error) {
	listener, err := simcore.Listen(address, ca, handler, onConnect)
	if err != nil {
		return "", err
	}
	c.listeners = append(c.listeners, listener)
	return listener.URL, nil
}

// Env returns what a shell needs so that the provider talks to the
// simulation: trust, credentials, endpoints, and the ids of seeded objects.
func (c *Cloud) Env() []simcore.EnvVar {
	env := []simcore.EnvVar{{Name: "CLOUDTAP_SIM_URL", Value: c.ControlURL}}
	if c.caFile != "" {
		env = append(env, simcore.EnvVar{Name: "SSL_CERT_FILE", Value: c.caFile})
	}
	for _, service := range c.services {
		if provider, ok := service.Service.(envProvider); ok {
			env = append(env, provider.Env(service.url)...)
		}
	}
	return env
}

// Lookup returns one variable of Env, or "".
func (c *Cloud) Lookup(name string) string {
	for _, variable := range c.Env() {
		if variable.Name == name {
			return variable.Value
		}
	}
	return ""
}

// Close stops all services.
func (c *Cloud) Close() error {
	var problems []error
	for _, listener := range c.listeners {
		problems = append(problems, listener.Close())
	}
	return errors.Join(problems...)
}
