package logingest_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// TestTheCLIQuotesNoLiteralSecret writes secrets as literals into
// configurations. The CLI quotes the source of the attribute that a diagnostic
// names, so that it is the anchors that are tested.
func TestTheCLIQuotesNoLiteralSecret(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	reattach := serve(t, cloud)
	key := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("canary", 10)))
	target := fmt.Sprintf("workspace_id = %q\n    log_type = \"Literal\"\n", workspace(cloud))
	block := func(lines ...string) string {
		return "data_collector = {\n    " + target + "    " + strings.Join(lines, "\n    ") + "\n  }\n"
	}
	good := block(fmt.Sprintf("shared_key = %q", sharedKey(cloud)), fmt.Sprintf("secondary_shared_key = %q", key))
	hidden := fmt.Sprintf("records_wo = %q\n  records_wo_version = 1\n", `{"md5":"57920d1feee527313658340bb1ab101a","secret":"`+canary+`"}`)
	const open = "records = \"{\\\"a\\\":1}\"\n"
	for name, test := range map[string]struct{ body, says string }{
		"retired and changed": {good + "  " + hidden, "is retired"},
		"changed":             {good + "  " + hidden, "Records will be changed"},
		"refused":             {good + "  records_wo = \"" + canary + "\"\n", "Records cannot be sent"},
		"key in state":        {good + "  " + open, "shared_key_wo"},
		"wrong key":           {block(fmt.Sprintf("shared_key_wo = %q", key)) + "  " + open, "could not send"},
		"not base64":          {block(`shared_key = "`+canary+`!"`) + "  " + open, "Shared key is not valid"},
		"other not base64":    {block(`secondary_shared_key_wo = "`+canary+`!"`) + "  " + open, "Shared key is not valid"},
		"two keys":            {block(fmt.Sprintf("shared_key = %q", key), fmt.Sprintf("shared_key_wo = %q", key)) + "  " + open, "shared_key_wo"},
		"no key":              {block(fmt.Sprintf("secondary_shared_key = %q", key)) + "  " + open, "Shared key is missing"},
		"two sources":         {good + "  " + open + "  " + hidden, "records_wo"},
		"two destinations": {good + "  logs_ingestion = {\n    endpoint = \"https://127.0.0.1:1\"\n    rule_id = \"dcr-00000000000000000000000000000001\"\n    stream = \"Custom-A_CL\"\n  }\n  " + hidden,
			"logs_ingestion"},
		"verify without ids": {good + "  " + hidden + "  verify = {}\n", "Verification needs ids"},
		"version alone":      {good + "  " + open + "  records_wo_version = 1\n", "Version without records"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output := runCLI(t, reattach, "resource \"cloudtap_azure_log_ingest\" \"x\" {\n  "+test.body+"}\n")
			if !strings.Contains(strings.ToLower(output), strings.ToLower(test.says)) {
				t.Errorf("it does not say %q:\n%s", test.says, output)
			}
			for _, secret := range []string{canary, key, sharedKey(cloud), "57920d1feee5"} {
				if strings.Contains(output, secret) {
					t.Errorf("it shows a secret:\n%s", output)
				}
			}
		})
	}
}

// serve runs the provider in this process, without keys in its environment,
// and returns what makes the CLI use it.
func serve(t *testing.T, cloud *cloudsim.Cloud) string {
	t.Helper()
	const address = "registry.terraform.io/cloudtap/cloudtap"
	factory := acctest.FactoriesWithEnvironment(func(name string) string {
		if strings.Contains(name, "SHARED_KEY") {
			return ""
		}
		return cloud.Lookup(name)
	})["cloudtap"]
	ctx, cancel := context.WithCancel(context.Background())
	configs, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	go func() {
		err := tf6server.Serve(address, func() tfprotov6.ProviderServer {
			server, err := factory()
			if err != nil {
				t.Error(err)
			}
			return server
		}, tf6server.WithDebug(ctx, configs, closed), tf6server.WithoutLogStderrOverride())
		if err != nil {
			t.Error(err)
		}
	}()
	config := <-configs
	t.Cleanup(func() {
		cancel()
		<-closed
	})
	return acctest.Reattach(t, map[string]*plugin.ReattachConfig{"cloudtap/cloudtap": config})
}

// runCLI applies a configuration, and returns all that the CLI says; whether
// it succeeds does not matter.
func runCLI(t *testing.T, reattach, configuration string) string {
	t.Helper()
	folder := t.TempDir()
	text := "terraform {\n  required_providers {\n    cloudtap = { source = \"cloudtap/cloudtap\" }\n  }\n}\n" + configuration
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), os.Getenv("TF_ACC_TERRAFORM_PATH"), "apply", "-auto-approve", "-no-color") //nolint:gosec // the CLI of the tests
	command.Dir = folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "CHECKPOINT_DISABLE=1", "TF_REATTACH_PROVIDERS=" + reattach}
	output, err := command.CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(strings.NewReplacer("│", "", "\n", " ").Replace(string(output))), " ")
}
