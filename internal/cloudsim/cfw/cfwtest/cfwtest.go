// Package cfwtest serves the simulated Huawei Cloud to a test: IAM, Cloud
// Firewall and the ECS metadata service, with a clock that stands until it
// is advanced, and with every exchange checked against the vendor's
// published definitions.
package cfwtest

import (
	"net/http"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/ecsmetadata"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/iam"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// Cloud is a simulated Huawei Cloud that ends with its test.
type Cloud struct {
	*simcore.Core
	IAM      *iam.Service
	CFW      *cfw.Service
	Metadata *ecsmetadata.Service
	// The services' origins.
	IAMURL, CFWURL, MetadataURL string
	// HTTP trusts the simulation's authority.
	HTTP *http.Client
}

// Start is the time at which the clouds of tests stand.
func Start() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// New starts a cloud.
func New(t *testing.T) *Cloud {
	t.Helper()
	core := simcore.NewCore(simcore.NewStoppedClock(Start()))
	core.Observe = observer(t)
	accounts := iam.New(core, iam.Options{})
	cloud := &Cloud{
		Core: core, IAM: accounts,
		CFW:      cfw.New(core, accounts, cfw.Options{}),
		Metadata: ecsmetadata.New(core, accounts),
	}
	ca := simtest.NewCA(t)
	cloud.IAMURL = simtest.Serve(t, core, ca, cloud.IAM)
	cloud.CFWURL = simtest.Serve(t, core, ca, cloud.CFW)
	cloud.MetadataURL = simtest.Serve(t, core, nil, cloud.Metadata)
	cloud.HTTP = simtest.Client(t, ca)
	return cloud
}

// Set changes switches of the Cloud Firewall.
func (c *Cloud) Set(tb testing.TB, values map[string]string) {
	tb.Helper()
	for name, value := range values {
		if err := c.CFW.Switches().Set(name, value); err != nil {
			tb.Fatal(err)
		}
	}
}

// Fail plans a fault of the Cloud Firewall.
func (c *Cloud) Fail(tb testing.TB, operation string, fault simcore.Fault) {
	tb.Helper()
	fault.Service, fault.Operation = c.CFW.Name(), operation
	if err := c.Faults.Add(fault); err != nil {
		tb.Fatal(err)
	}
}

// Calls counts the requests to an operation of the Cloud Firewall.
func (c *Cloud) Calls(operation string) int { return c.Journal.Count(c.CFW.Name(), operation) }

// observer returns what checks the exchanges.
func observer(t *testing.T) func(simcore.Exchange) {
	t.Helper()
	published := load(t)
	return func(exchange simcore.Exchange) {
		if exchange.Service == "ecs_metadata" || exchange.Status >= http.StatusMultipleChoices {
			return
		}
		if err := published.check(exchange); err != nil {
			t.Error(err)
		}
	}
}
