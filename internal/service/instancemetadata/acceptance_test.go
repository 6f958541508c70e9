package instancemetadata_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// outputs hold everything that the data source says, so that a plan would
// show any difference between two reads.
const outputs = `
output "machine" {
  value = [for m in data.cloudtap_azure_instance_metadata.this : {
    compute = m.compute, network = m.network, raw_json = m.raw_json, available = m.available, version = m.api_version_used
  }]
}
`

func machines(count int) string {
	return fmt.Sprintf("data %q \"this\" {\n  count = %d\n}\n", typeName, count) + outputs
}

func TestAccTenDataSourcesCostWhatOneDoes(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	cloud := startCloud(t)
	documents := map[int]int{}
	step := func(count int) resource.TestStep {
		return resource.TestStep{
			PreConfig: func() { cloud.Journal.Reset() },
			Config:    machines(count),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValueAtPath("machine", tfjsonpath.New(count-1).AtMapKey("compute").AtMapKey("os_type"), knownvalue.StringExact("Linux")),
			},
			PostApplyFunc: func() { documents[count] = cloud.Journal.Count("imds", "Instances_GetMetadata") },
		}
	}
	acctest.Run(t, cloud, nil, []resource.TestStep{step(1), step(10)})
	if documents[1] == 0 || documents[10] != documents[1] {
		t.Errorf("one data source read the document %d times in plan and apply, ten did %d times", documents[1], documents[10])
	}
}

// TestAccMachines lets plugin-testing demand an empty plan after each apply.
func TestAccMachines(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	cloud := startCloud(t)
	var steps []resource.TestStep
	for _, scenario := range []string{imds.ScenarioWindows, imds.ScenarioScaleSet, imds.ScenarioPartial, imds.ScenarioClassic, imds.ScenarioAzureStackHub} {
		steps = append(steps, resource.TestStep{
			PreConfig: func() { set(t, cloud, "scenario", scenario) },
			Config:    machines(1),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValueAtPath("machine", tfjsonpath.New(0).AtMapKey("available"), knownvalue.Bool(true)),
			},
		})
	}
	acctest.Run(t, cloud, nil, steps)
}

func TestAccOutsideOfAzure(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	cloud := startCloud(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.FactoriesWithEnvironment(acctest.Override(cloud, map[string]string{endpointVariable: simtest.Closed(t)})),
		Steps: []resource.TestStep{
			{Config: machines(1), ExpectError: regexp.MustCompile(`(?s)Could not read instance metadata.*connection refused`)},
			{
				Config: `
data "cloudtap_azure_instance_metadata" "this" {
  on_unavailable = "null"
}
output "location" {
  value = data.cloudtap_azure_instance_metadata.this.available ? data.cloudtap_azure_instance_metadata.this.compute.location : "elsewhere"
}
`,
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("location", knownvalue.StringExact("elsewhere"))},
			},
		},
	})
}

// TestAccUnknownCredentials plans with credentials that only the apply knows.
func TestAccUnknownCredentials(t *testing.T) {
	t.Parallel()
	cloud := startCloud(t)
	config := func(machine string) string {
		return machine + `
resource "terraform_data" "later" {
  input = "secret"
}
provider "cloudtap" {
  azure = { client_secret = terraform_data.later.output }
}
`
	}
	acctest.Run(t, cloud, nil, []resource.TestStep{{
		Config: config(machines(1)),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValueAtPath("machine", tfjsonpath.New(0).AtMapKey("available"), knownvalue.Bool(true)),
		},
	}})
}

func TestAccScheduledEvents(t *testing.T) {
	t.Parallel()
	cloud := startCloud(t)
	const config = `
data "cloudtap_azure_scheduled_events" "coming" {}
output "events" { value = data.cloudtap_azure_scheduled_events.coming.events }
`
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{Config: config, ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("events", knownvalue.ListExact(nil))}},
		{
			PreConfig: func() { cloud.IMDS.Schedule(imds.Maintenance{EventType: imds.EventFreeze}) },
			Config:    config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValueAtPath("events", tfjsonpath.New(0).AtMapKey("event_type"), knownvalue.StringExact("Freeze")),
				statecheck.ExpectKnownOutputValueAtPath("events", tfjsonpath.New(0).AtMapKey("duration_in_seconds"), knownvalue.Int64Exact(5)),
			},
		},
	})
}

// attested echoes claims, and not the signature, into the state.
const attested = `
ephemeral "cloudtap_azure_attested_document" "this" {
  nonce = "0123456789"
}
provider "echo" {
  data = {
    nonce = ephemeral.cloudtap_azure_attested_document.this.nonce
    vm_id = ephemeral.cloudtap_azure_attested_document.this.vm_id
  }
}
resource "echo" "claims" {}
`

func TestAccAttestedDocument(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	cloud := startCloud(t)
	factories := acctest.Factories(cloud)
	factories["echo"] = echoprovider.NewProviderServer()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				PreConfig:   func() { set(t, cloud, "attested_defect", "signature") },
				Config:      attested,
				ExpectError: regexp.MustCompile(`(?s)Could not get an attested document.*refused`),
			},
			{
				PreConfig: func() { set(t, cloud, "attested_defect", "none") },
				Config:    attested,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("echo.claims", tfjsonpath.New("data").AtMapKey("nonce"), knownvalue.StringExact("0123456789")),
					statecheck.ExpectKnownValue("echo.claims", tfjsonpath.New("data").AtMapKey("vm_id"), knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f-]{36}$`))),
				},
			},
		},
	})
}

// signatures collects the attested documents that the service handed out.
type signatures struct {
	mu   sync.Mutex
	seen []string
}

func (s *signatures) observe(exchange simcore.Exchange) {
	var body struct{ Signature string }
	if exchange.Operation == imds.OperationAttested && json.Unmarshal(exchange.Body, &body) == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen = append(s.seen, body.Signature)
	}
}

// TestAccNoSecretIsWritten looks for the machine's user data, attested
// signatures and identity tokens in the state, the plan, the outputs of the CLI
// and the TRACE log.
func TestAccNoSecretIsWritten(t *testing.T) { //nolint:paralleltest // KeepEverything sets the environment
	acctest.RequireCLI(t)
	folder := acctest.KeepEverything(t)
	var signed signatures
	cloud := acctest.StartCloud(t, cloudsim.Options{Observe: signed.observe})
	set(t, cloud, "requests_per_second", "-1")
	// Signs in with the managed identity.
	environment := acctest.Override(cloud, map[string]string{"ARM_USE_MSI": "true", "ARM_CLIENT_SECRET": ""})
	factories := acctest.FactoriesWithEnvironment(environment)
	factories["echo"] = echoprovider.NewProviderServer()
	const captures = `
data "cloudtap_azure_packet_captures" "all" {
  network_watcher_id = %q
}
`
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				PreConfig:   func() { set(t, cloud, "attested_defect", "untrusted") },
				Config:      attested,
				ExpectError: regexp.MustCompile("the attested document is refused"),
			},
			{
				PreConfig: func() { set(t, cloud, "attested_defect", "none") },
				Config:    machines(2) + attested + fmt.Sprintf(captures, cloud.ARM.Seeded().NetworkWatcherID),
			},
		},
	})
	if len(signed.seen) < 2 || cloud.Journal.Count("imds", imds.OperationToken) == 0 {
		t.Fatalf("%d documents, requests %v", len(signed.seen), cloud.Journal.Summary())
	}
	const userData = "Zm9vYmFy"
	read := mustRead(t, acctest.NewProvider(t, cloud), typeName, acctest.Config{"include_user_data": true})
	acctest.ExpectAttributes(t, read, "user_data", userData)
	acctest.ExpectNotWritten(t, folder, imds.OperationInstance, append(append(signed.seen, userData), cloud.AAD.Secrets()...)...)
}
