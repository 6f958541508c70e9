package logingest_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

const address = typeName + ".captures"

// hcl returns an ingest through the Data Collector API, with a key from the
// variable "key".
func hcl(cloud *cloudsim.Cloud, rest string) string {
	return fmt.Sprintf(`
variable "key" {
  type      = string
  ephemeral = true
}

resource "cloudtap_azure_log_ingest" "captures" {
  data_collector = {
    workspace_id          = %q
    log_type              = "PacketCapture"
    shared_key_wo         = var.key
    shared_key_wo_version = 1
  }
  %s
}
`, workspace(cloud), rest)
}

// hclRecords are records of captures on the named machines.
func hclRecords(names ...string) string {
	items := make([]string, 0, len(names))
	for _, name := range names {
		items = append(items, fmt.Sprintf(`{ Name = %q, Packets = %d }`, name, len(name)))
	}
	return "records = jsonencode([" + strings.Join(items, ", ") + "])"
}

func keyVariable(cloud *cloudsim.Cloud) config.Variables {
	return config.Variables{"key": config.StringVariable(sharedKey(cloud))}
}

func attribute(name string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
}

func TestAccLogIngest(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	query := fmt.Sprintf(`
data "cloudtap_azure_log_query" "captures" {
  workspace_id = %q
  query        = "${cloudtap_azure_log_ingest.captures.table_name} | order by Name_s asc | project Name_s, Packets_d"
  depends_on   = [cloudtap_azure_log_ingest.captures]
}
output "names" {
  value = jsondecode(data.cloudtap_azure_log_query.captures.rows_json)[*].Name_s
}
output "predicted" {
  value = provider::cloudtap::log_columns(jsonencode({ Name = "web" }))[0].name
}
`, workspace(cloud))
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{
			Config: hcl(cloud, hclRecords("web", "mail")) + query, ConfigVariables: keyVariable(cloud),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute("record_count", knownvalue.Int64Exact(2)), attribute("batch_count", knownvalue.Int64Exact(1)),
				attribute("table_name", knownvalue.StringExact("PacketCapture_CL")), attribute("status", knownvalue.StringExact("complete")),
				attribute("columns", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.ObjectExact(map[string]knownvalue.Check{"name": knownvalue.StringExact("Name_s"), "type": knownvalue.StringExact("string")}),
					knownvalue.ObjectExact(map[string]knownvalue.Check{"name": knownvalue.StringExact("Packets_d"), "type": knownvalue.StringExact("real")}),
				})),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("data_collector").AtMapKey("shared_key_wo"), knownvalue.Null()),
				statecheck.ExpectKnownOutputValue("names", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("mail"), knownvalue.StringExact("web")})),
				statecheck.ExpectKnownOutputValue("predicted", knownvalue.StringExact("Name_s")),
			},
		},
		{
			Config: hcl(cloud, hclRecords("web", "mail", "db")) + query, ConfigVariables: keyVariable(cloud),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("record_count"), knownvalue.Int64Exact(3)),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("bytes_sent"), knownvalue.Int64Exact(27)),
			}},
			ConfigStateChecks: []statecheck.StateCheck{attribute("status", knownvalue.StringExact("complete"))},
		},
		{
			Config: hcl(cloud, hclRecords("db")+"\n  timeouts = { update = \"2h\" }") + query, ConfigVariables: keyVariable(cloud),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
		},
		{
			Config: hcl(cloud, hclRecords("db")+"\n  triggers = { build = \"2\" }"), ConfigVariables: keyVariable(cloud),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
		},
		{
			Config: hcl(cloud, hclRecords("db")), ConfigVariables: keyVariable(cloud),
			ResourceName: address, ImportState: true, ImportStateId: "x", ExpectError: regexp.MustCompile("Log ingest cannot be imported"),
		},
	})
	expectRows(t, cloud, collectorTable, 4)
}

// TestAccPartialCreateIsNotTainted looks for the in-place update that sends
// the rest, with a real CLI.
func TestAccPartialCreateIsNotTainted(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	file := writeFile(t, noise(3))
	text := fmt.Sprintf(`
resource "cloudtap_azure_log_ingest" "captures" {
  logs_ingestion = {
    endpoint = %q
    rule_id  = %q
    stream   = %q
  }
  records_file = %q
}
`, cloud.Lookup("CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT"), cloud.Lookup("CLOUDTAP_SIM_DCR_ID"), cloud.Lookup("CLOUDTAP_SIM_DCR_STREAM"), file)
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{
			PreConfig: func() {
				acctest.AddFault(t, cloud, "logs_ingestion", simcore.Fault{Kind: simcore.KindStatus, Code: 403, Skip: 2})
			},
			Config: text, ExpectNonEmptyPlan: true,
			ConfigStateChecks: []statecheck.StateCheck{attribute("status", knownvalue.StringExact("partial"))},
		},
		{
			Config: text,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("batch_count"), knownvalue.Int64Exact(1)),
			}},
			ConfigStateChecks: []statecheck.StateCheck{attribute("status", knownvalue.StringExact("complete"))},
		},
	})
	expectRows(t, cloud, ingestionTable, 3)
}

func TestAccUnknownInputs(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	text := func(logType, records string) string {
		return fmt.Sprintf(`
variable "key" {
  type      = string
  ephemeral = true
}
resource "terraform_data" "later" {
  input = { workspace = %q, type = %q, records = %q, resource = "/subscriptions/s/resourceGroups/g/providers/p/t/n", column = "IngestId", build = "1" }
}
resource "cloudtap_azure_log_ingest" "captures" {
  data_collector = {
    workspace_id      = terraform_data.later.output.workspace
    log_type          = terraform_data.later.output.type
    azure_resource_id = terraform_data.later.output.resource
    shared_key_wo     = var.key
  }
  records          = terraform_data.later.output.records
  ingest_id_column = terraform_data.later.output.column
  triggers         = { build = terraform_data.later.output.build }
  verify           = { workspace_id = terraform_data.later.output.workspace }
}
`, workspace(cloud), logType, records)
	}
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{
			Config: text("Later", `[{"Name":"a"},{"tenant":1}]`), ConfigVariables: keyVariable(cloud),
			ExpectError: regexp.MustCompile(`(?s)Records cannot be sent.*record 1.*"tenant"`),
		},
		{
			Config: text("Later", records(0, 2)), ConfigVariables: keyVariable(cloud),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute("table_name", knownvalue.StringExact("Later_CL")), attribute("record_count", knownvalue.Int64Exact(2)),
			},
		},
		{
			// All outputs are unknown while their source changes.
			Config: text("Later", records(0, 3)), ConfigVariables: keyVariable(cloud),
			ConfigStateChecks: []statecheck.StateCheck{attribute("record_count", knownvalue.Int64Exact(3))},
		},
	})
}

// TestAccAzureCredentialKnownLater changes a credential that only the apply
// knows: the Data Collector API does not wait for it.
func TestAccAzureCredentialKnownLater(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	text := func(secret string, names ...string) string {
		return hcl(cloud, hclRecords(names...)) + fmt.Sprintf(`
resource "terraform_data" "secret" {
  input = %q
}
provider "cloudtap" {
  azure = { client_secret = terraform_data.secret.output }
}
`, secret)
	}
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{Config: text("one", "web"), ConfigVariables: keyVariable(cloud)},
		{
			Config: text("two", "web", "mail"), ConfigVariables: keyVariable(cloud),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
		},
	})
	expectRows(t, cloud, collectorTable, 2)
}

// TestAccNoSecretIsWritten looks for the shared keys and for write-only
// records in the state, the plan, the outputs of the CLI and the TRACE log.
func TestAccNoSecretIsWritten(t *testing.T) { //nolint:paralleltest // KeepEverything sets the environment
	folder := acctest.KeepEverything(t)
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	text := func(version int) string {
		return hcl(cloud, fmt.Sprintf("records_wo = var.records\n  records_wo_version = %d\n", version)) + `
variable "records" {
  type      = string
  ephemeral = true
}
`
	}
	variables := func(key, records string) config.Variables {
		return config.Variables{"key": config.StringVariable(key), "records": config.StringVariable(records)}
	}
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{Config: text(1), ConfigVariables: variables(wrongKey, secretRecords("a")), ExpectError: regexp.MustCompile("InvalidAuthorization")},
		{Config: text(1), ConfigVariables: variables(sharedKey(cloud), secretRecords("a"))},
		{Config: text(2), ConfigVariables: variables(sharedKey(cloud), secretRecords("a", "b"))},
	})
	expectRows(t, cloud, collectorTable, 2)
	acctest.ExpectNotWritten(t, folder, "records were accepted", canary, wrongKey, sharedKey(cloud))
}
