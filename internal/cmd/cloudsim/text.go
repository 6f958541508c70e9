package main

import (
	"fmt"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// tfvars returns the seeded objects as values of variables: CLOUDTAP_SIM_VM_ID
// is vm_id. The rule that takes records is also there as the object that
// logs_ingestion of cloudtap_azure_log_ingest takes.
func tfvars(cloud *cloudsim.Cloud) string {
	var text strings.Builder
	text.WriteString("# Objects of the simulated clouds, written by make sim.\n")
	for _, variable := range cloud.Env() {
		name, found := strings.CutPrefix(variable.Name, "CLOUDTAP_SIM_")
		if !found || name == "URL" {
			continue
		}
		fmt.Fprintf(&text, "%s = %q\n", strings.ToLower(name), variable.Value)
	}
	fmt.Fprintf(&text, "logs_ingestion = {\n  endpoint   = %q\n  rule_id    = %q\n  stream     = %q\n  table_name = %q\n}\n",
		cloud.Lookup("CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT"), cloud.Lookup("CLOUDTAP_SIM_DCR_ID"),
		cloud.Lookup("CLOUDTAP_SIM_DCR_STREAM"), cloud.Lookup("CLOUDTAP_SIM_DCR_TABLE"))
	return text.String()
}

// explanation says what can be done with the simulation.
func explanation(envFile, variables, url string) string {
	if !strings.Contains(envFile, "/") {
		// A shell looks for a bare name in the PATH.
		envFile = "./" + envFile
	}
	return strings.NewReplacer("ENV", envFile, "VARS", variables, "URL", url).Replace(`
The simulated clouds are running. See what is in them: URL

In another shell, with the provider of make install:

  . ENV
  terraform init && terraform apply -var-file=VARS

Move the simulated clock, so that captures end:

  curl -d '{"advance": "1m"}' URL/clock

Make the next request of an operation fail:

  curl -d '{"service": "arm", "operation": "PacketCaptures_Get", "kind": "status", "code": 503}' URL/faults

Remove a capture behind Terraform's back:

  curl -X DELETE 'URL/objects?service=arm&id=<id of the capture>'

Ctrl-C ends them.
`)
}
