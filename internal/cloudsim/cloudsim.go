// Package cloudsim runs the simulated clouds: stateful stand-ins for the
// services that the provider uses, over real TCP, for tests, for the demo, and
// for trying a configuration without an account.
package cloudsim

import (
	"errors"
	"net/http"
	"path"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/ecsmetadata"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/iam"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/obs"
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
	// The services, for tests that look inside.
	AAD           *aad.Service
	ARM           *arm.Service
	Blob          *blob.Service
	IMDS          *imds.Service
	IAM           *iam.Service
	ECSMetadata   *ecsmetadata.Service
	CFW           *cfw.Service
	OBS           *obs.Service
	LogStore      *logstore.Store
	DataCollector *datacollector.Service
	LogsIngestion *logsingestion.Service
	LogQuery      *logquery.Service
	// ControlURL is the control API's origin; a browser finds a page there.
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
	if err := c.makeServices(options); err != nil {
		return err
	}
	ca := options.CA
	for _, service := range []struct {
		simcore.Service
		ca *simcore.CA
	}{
		// Metadata is served without TLS, as in life.
		{c.AAD, ca}, {c.ARM, ca}, {c.IMDS, nil}, {c.IAM, ca}, {c.ECSMetadata, nil}, {c.CFW, ca},
		{c.DataCollector, ca}, {c.LogsIngestion, ca}, {c.LogQuery, ca}, {c.Blob, ca}, {c.OBS, ca},
	} {
		url, err := c.listen(options.Listen, service.ca, c.Handler(service.Service), c.Connected(service.Service), simcore.Protocols(service.Service)...)
		if err != nil {
			return err
		}
		c.services = append(c.services, served{service.Service, url})
		if protected, ok := service.Service.(interface{ Audience() string }); ok {
			c.AAD.Serve(url, protected.Audience())
		}
		if service.Service == simcore.Service(c.OBS) {
			c.OBS.Serve(c.CFW, url)
		}
	}
	c.ARM.Connect(arm.Endpoints{
		ActiveDirectory: c.Lookup("CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT"), LogAnalytics: c.Lookup("CLOUDTAP_AZURE_LOG_ANALYTICS_QUERY_ENDPOINT"),
	})
	services := make([]simcore.Service, 0, len(c.services))
	for _, service := range c.services {
		services = append(services, service.Service)
	}
	control, err := c.withPage(c.ControlHandler(services))
	if err != nil {
		return err
	}
	url, err := c.listen(options.Listen, nil, control, nil)
	c.ControlURL = url
	return err
}

func (c *Cloud) makeServices(options Options) error {
	realistic := options.Realistic
	var err error
	if c.AAD, err = aad.New(c.Core, aad.Options{Realistic: realistic}); err != nil {
		return err
	}
	c.Blob = blob.New(c.Core, c.AAD)
	c.ARM = arm.New(c.Core, c.AAD, arm.Options{Realistic: realistic, Storage: c.Blob})
	c.Blob.AddSource(c.ARM)
	c.AAD.AddSource(func() []string {
		var audiences []string
		for _, account := range c.ARM.StorageAccounts() {
			audiences = append(audiences, blob.AccountAudience(account))
		}
		return audiences
	})
	// The machine that the metadata describes is the one to capture on.
	machine := c.ARM.Seeded()
	if c.IMDS, err = imds.New(c.Core, identityTokens{c.AAD}, imds.Options{
		SubscriptionID: machine.SubscriptionID, TenantID: c.AAD.TenantID(), ClientID: c.AAD.ClientID(),
		ResourceGroupName: arm.ResourceGroup, VirtualMachineName: path.Base(machine.VMID), VirtualMachineScaleSetName: path.Base(machine.VMSSID),
		Location: machine.Location, Realistic: realistic, CA: options.CA,
	}); err != nil {
		return err
	}
	c.IAM = iam.New(c.Core, iam.Options{})
	c.ECSMetadata = ecsmetadata.New(c.Core, c.IAM)
	c.OBS = obs.New(c.Core)
	c.CFW = cfw.New(c.Core, c.IAM, cfw.Options{Realistic: realistic, Storage: c.OBS})
	c.LogStore = logstore.New(c.Clock)
	c.DataCollector = datacollector.New(c.Core, c.LogStore)
	c.LogsIngestion = logsingestion.New(c.Core, c.LogStore, c.AAD, logsingestion.Options{Realistic: realistic})
	c.LogQuery = logquery.New(c.Core, c.LogStore, c.AAD, logquery.Options{Realistic: realistic, Resources: c.ARM})
	return nil
}

// identityTokens lets the metadata service hand out the directory's tokens,
// as the machine's managed identity.
type identityTokens struct{ directory *aad.Service }

func (t identityTokens) IssueToken(resource, clientID string) (string, time.Time, error) {
	token, err := t.directory.IssueToken(resource, clientID)
	return token.AccessToken, token.ExpiresOn, err
}

func (c *Cloud) listen(address string, ca *simcore.CA, handler http.Handler, onConnect func(), protocols ...string) (string, error) {
	listener, err := simcore.Listen(address, ca, handler, onConnect, protocols...)
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
