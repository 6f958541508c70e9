package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// TestContract checks what shells and other programs rely on: "ready", the env
// file, and the control API that it names.
func TestContract(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	envFile := filepath.Join(t.TempDir(), "sim.env")
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-env-file", envFile}, writer) }()
	ready := make([]byte, len("ready\n"))
	if _, err := io.ReadFull(reader, ready); err != nil || string(ready) != "ready\n" {
		t.Fatalf("printed %q, %v", ready, err)
	}
	env := parseEnv(t, envFile)
	for _, name := range []string{
		"SSL_CERT_FILE", "CLOUDTAP_SIM_URL", "ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_SUBSCRIPTION_ID",
		"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT", "CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT",
		"CLOUDTAP_SIM_SUBSCRIPTION_ID", "CLOUDTAP_SIM_VM_ID", "CLOUDTAP_SIM_VMSS_ID", "CLOUDTAP_SIM_NETWORK_WATCHER_ID",
		"CLOUDTAP_SIM_STORAGE_ACCOUNT_ID", "CLOUDTAP_SIM_LOCATION", "CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT",
		"HW_REGION_NAME", "HW_ACCESS_KEY", "HW_SECRET_KEY", "CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT", "CLOUDTAP_HUAWEICLOUD_CFW_ENDPOINT",
		"CLOUDTAP_SIM_FW_INSTANCE_ID", "CLOUDTAP_SIM_PROJECT_ID",
		"CLOUDTAP_AZURE_DATA_COLLECTOR_ENDPOINT", "CLOUDTAP_AZURE_LOG_ANALYTICS_QUERY_ENDPOINT",
		"CLOUDTAP_SIM_WORKSPACE_ID", "CLOUDTAP_SIM_WORKSPACE_KEY", "CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT", "CLOUDTAP_SIM_DCR_ID", "CLOUDTAP_SIM_DCR_STREAM",
	} {
		if env[name] == "" {
			t.Errorf("the env file lacks %s", name)
		}
	}
	if _, err := os.Stat(env["SSL_CERT_FILE"]); err != nil {
		t.Error(err)
	}
	variables, err := os.ReadFile(filepath.Join(filepath.Dir(envFile), "sim.auto.tfvars"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"vm_id = \"" + env["CLOUDTAP_SIM_VM_ID"] + "\"\n", "storage_account_id = \"" + env["CLOUDTAP_SIM_STORAGE_ACCOUNT_ID"] + "\"\n",
		"location = \"" + env["CLOUDTAP_SIM_LOCATION"] + "\"\n", "  rule_id    = \"" + env["CLOUDTAP_SIM_DCR_ID"] + "\"\n",
	} {
		if !strings.Contains(string(variables), line) {
			t.Errorf("sim.auto.tfvars lacks %q:\n%s", line, variables)
		}
	}
	var state map[string]json.RawMessage
	get(t, env["CLOUDTAP_SIM_URL"]+"/state", &state)
	for _, service := range []string{"arm", "aad", "imds", "iam", "cfw", "data_collector", "logs_ingestion", "log_query"} {
		if state[service] == nil {
			t.Errorf("the state lacks %s: %v", service, state)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

var export = regexp.MustCompile(`^export ([A-Z0-9_]+)='(.*)'$`)

func parseEnv(t *testing.T, path string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{}
	for line := range strings.Lines(string(content)) {
		match := export.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if match == nil {
			t.Fatalf("not an export: %q", line)
		}
		env[match[1]] = match[2]
	}
	return env
}

func get(t *testing.T, url string, into any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := simtest.PlainClient(t).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := response.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

func TestWrongArguments(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"no env file":     {},
		"unknown flag":    {"-nonsense"},
		"foreign address": {"-env-file", filepath.Join(t.TempDir(), "sim.env"), "-listen", "192.0.2.1"},
		"no such folder":  {"-env-file", filepath.Join(t.TempDir(), "missing", "sim.env")},
	} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestExportsQuote(t *testing.T) {
	t.Parallel()
	if got := quote("it's"); got != `'it'\''s'` {
		t.Error(got)
	}
}
