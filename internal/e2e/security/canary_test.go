package security

import (
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// noCredentials takes the simulation's own ones out of an environment.
var noCredentials = map[string]string{"ARM_CLIENT_SECRET": "", "ARM_USE_CLI": "false", "HW_ACCESS_KEY": "", "HW_SECRET_KEY": ""}

// secretRecords is the content of records that are write-only.
const secretRecords = "canary-of-the-records-51ac0d"

// sources is a cloud whose every service is watched, with a workspace.
func sources(t *testing.T) (*cloudsim.Cloud, *wire, *workspace) {
	t.Helper()
	watched := &wire{}
	cloud := acctest.StartCloud(t, cloudsim.Options{Observe: watched.observe})
	if err := cloud.CFW.Switches().Set("running_limit", "20"); err != nil {
		t.Fatal(err)
	}
	return cloud, watched, newWorkspace(t, cloud, noCredentials)
}

// variable declares one that Terraform itself keeps nowhere, and gives it a
// value.
func (w *workspace) variable(name, value string) string {
	w.env["TF_VAR_"+name] = value
	return fmt.Sprintf("variable %q {\n  type      = string\n  ephemeral = true\n  sensitive = true\n}\n", name)
}

// block is a provider block with an alias, whose settings are all variables.
func (w *workspace) block(name string, m method) string {
	var variables, settings strings.Builder
	for _, setting := range slices.Sorted(maps.Keys(m.settings)) {
		variable := name + "_" + setting
		variables.WriteString(w.variable(variable, m.settings[setting]))
		fmt.Fprintf(&settings, "    %s = var.%s\n", setting, variable)
	}
	return fmt.Sprintf("%sprovider \"cloudtap\" {\n  alias = %q\n  %s = {\n%s  }\n}\n", &variables, name, m.cloud, &settings)
}

// object is a resource of a provider's alias ("" for none).
func object(cloud *cloudsim.Cloud, alias, kind string) string {
	name, provider := alias, ""
	if alias == "" {
		name = "here"
	} else {
		provider = "provider = cloudtap." + alias
	}
	if kind == "azure" {
		seeded := cloud.ARM.Seeded()
		return fmt.Sprintf(`
resource "cloudtap_azure_packet_capture" %q {
  %s
  name               = %q
  network_watcher_id = %q
  target_id          = %q
  storage_location   = { storage_account_id = %q }
  desired_state      = "stopped"
}
`, name, provider, name, seeded.NetworkWatcherID, seeded.VMID, seeded.StorageAccountID)
	}
	if alias != "" && alias != "access_key" {
		// Creates of several processes at one firewall wait for each other.
		return fmt.Sprintf("data \"cloudtap_huaweicloud_capture_tasks\" %q {\n  %s\n  fw_instance_id = %q\n}\n", name, provider, cloud.CFW.FirewallID())
	}
	return fmt.Sprintf(`
resource "cloudtap_huaweicloud_capture_task" %q {
  %s
  fw_instance_id      = %q
  name                = %q
  duration_in_minutes = 3
  max_packets         = 1000
  source_address      = "1.1.1.1"
  destination_address = "2.2.2.2"
}
`, name, provider, cloud.CFW.FirewallID(), name)
}

// regenerated returns a key that no workspace has any more.
func regenerated(name string) string {
	key := sha512.Sum512([]byte(name))
	return base64.StdEncoding.EncodeToString(key[:])
}

// keys are the resources with keys of their own: write-only ones, those that
// are kept in the state by design, and those of the environment. The first
// key of each was regenerated, so that the second is used as well.
func (w *workspace) keys(t *testing.T, cloud *cloudsim.Cloud) (hcl string, secrets map[string][]string) {
	t.Helper()
	primary, secondary, _ := cloud.LogStore.Keys(logstore.SeededWorkspaceID)
	old, oldKept, oldInEnvironment := regenerated("first"), regenerated("in the state"), regenerated("of the environment")
	w.env["AZURE_LOG_ANALYTICS_SHARED_KEY"], w.env["AZURE_LOG_ANALYTICS_SECONDARY_SHARED_KEY"] = oldInEnvironment, primary
	w.env["TF_VAR_old_kept_key"], w.env["TF_VAR_kept_key"], w.env["TF_VAR_trigger"] = oldKept, secondary, "first"
	hcl = w.variable("old_write_only_key", old) + w.variable("write_only_key", primary) + w.variable("write_only_records", `[{"Name":"`+secretRecords+`"}]`) +
		"variable \"trigger\" {\n  type = string\n}\n"
	for _, kept := range []string{"old_kept_key", "kept_key"} {
		hcl += fmt.Sprintf("variable %q {\n  type      = string\n  sensitive = true\n}\n", kept)
	}
	for name, key := range map[string]string{
		"WriteOnly":   "shared_key_wo = var.old_write_only_key\n    secondary_shared_key_wo = var.write_only_key",
		"Kept":        "shared_key = var.old_kept_key\n    secondary_shared_key = var.kept_key",
		"Environment": "",
	} {
		hcl += fmt.Sprintf(`
resource "cloudtap_azure_log_ingest" %q {
  data_collector = {
    workspace_id = %q
    log_type     = %q
    %s
  }
  records_wo         = var.write_only_records
  records_wo_version = 1
  triggers           = { run = var.trigger }
}
`, name, logstore.SeededWorkspaceID, name, key)
	}
	captures, signature := w.captures(t, cloud)
	return hcl + captures, map[string][]string{
		"capture SAS": {signature}, "workspace key": {primary, old, oldInEnvironment}, "workspace key in the state": {secondary, oldKept}, "secret records": {secretRecords},
	}
}

// captures are those that get a container with a signature: in a write-only
// argument, and in the environment.
func (w *workspace) captures(t *testing.T, cloud *cloudsim.Cloud) (hcl, signature string) {
	t.Helper()
	container := cloud.Lookup("CLOUDTAP_SIM_CAPTURE_CONTAINER_SAS_URL")
	parsed, err := url.Parse(container)
	if err != nil || parsed.Query().Get("sig") == "" {
		t.Fatalf("there is no container: %v", err)
	}
	w.env["CLOUDTAP_AZURE_CAPTURE_SAS_URL"] = container
	seeded := cloud.ARM.Seeded()
	return w.variable("container", container) + fmt.Sprintf(`
resource "cloudtap_azure_vpn_packet_capture" "here" {
  provider            = cloudtap.client_secret
  target_id           = %q
  duration_in_seconds = 1
  sas_url_wo          = var.container
}

resource "cloudtap_azure_firewall_packet_capture" "here" {
  provider            = cloudtap.client_secret
  firewall_id         = %q
  file_name           = "here"
  filters             = [{ sources = ["10.1.0.4"], destinations = ["10.2.0.0/24"], destination_ports = [443] }]
  wait_for_completion = false
}
`, seeded.SingleVPNGatewayID, seeded.FirewallID), parsed.Query().Get("sig")
}

// usedKeys proves that each of keys' resources sent its records.
func usedKeys(t *testing.T, watched *wire) {
	t.Helper()
	for _, operation := range []string{arm.VirtualNetworkGatewaysStop, arm.AzureFirewallsCaptureOperation} {
		if !slices.ContainsFunc(watched.seen(), func(e simcore.Exchange) bool {
			return e.Operation == operation && strings.Contains(string(e.RequestBody), "sig=")
		}) {
			t.Errorf("%s got no container", operation)
		}
	}
	for _, name := range []string{"WriteOnly", "Kept", "Environment"} {
		proven := slices.ContainsFunc(watched.seen(), succeeded("data_collector", func(r *http.Request) bool {
			return r.Header.Get("Log-Type") == name && strings.HasPrefix(r.Header.Get("Authorization"), "SharedKey ")
		}))
		if !proven {
			t.Errorf("the key of %s was not used", name)
		}
	}
}

func expectUsed(t *testing.T, watched *wire, all map[string]method, names ...string) {
	t.Helper()
	for _, name := range names {
		if !slices.ContainsFunc(watched.seen(), all[name].proof) {
			t.Errorf("%s was not used", name)
		}
	}
}

func addFault(t *testing.T, cloud *cloudsim.Cloud, faults ...simcore.Fault) {
	t.Helper()
	for _, fault := range faults {
		if err := cloud.Faults.Add(fault); err != nil {
			t.Fatal(err)
		}
	}
}

// trouble lets every read of both clouds fail in one way.
func trouble(t *testing.T, cloud *cloudsim.Cloud, kind simcore.Kind, code int) {
	t.Helper()
	cloud.Faults.Clear()
	for _, service := range []string{"arm", "cfw"} {
		addFault(t, cloud, simcore.Fault{Service: service, Kind: kind, Code: code, Times: -1})
	}
}

// expectNowhere looks for all secrets in all that was written, and on the
// wire. The key that the state keeps by design may be in states and plans.
func expectNowhere(t *testing.T, cloud *cloudsim.Cloud, watched *wire, w *workspace, secrets map[string][]string) {
	t.Helper()
	for name, values := range watched.secrets(cloud) {
		secrets[name] = append(secrets[name], values...)
	}
	newHaystack(secrets).expectClean(t, w.folder, map[string][]string{
		"workspace key in the state": {"terraform.tfstate", "saved.tfplan", "run-2-show.out"},
	})
	watched.expectPlaces(t, secrets)
	w.expectNoNewFiles()
	logs := w.logs()
	simtest.Says(t, logs, "provider.terraform-provider-cloudtap", "Azure request", "Huawei Cloud request", "[TRACE]")
}

// TestSecretsOfTheConfiguration gives the secrets of every way to sign in,
// and of every resource, in the configuration: one provider for each, in one
// run. It plans, applies, refreshes, and meets refusals, answers that make no
// sense, and lost ones.
func TestSecretsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	cloud, watched, w := sources(t)
	all := methods(t, cloud, w)
	hcl, secrets := w.keys(t, cloud)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		hcl += w.block(name, all[name]) + object(cloud, name, all[name].cloud)
		for secret, values := range all[name].secrets {
			secrets[secret] = append(secrets[secret], values...)
		}
	}
	w.configuration(hcl)

	w.mustRun("plan", "-out=saved.tfplan")
	if shown := w.mustRun("show", "-json", "saved.tfplan"); !strings.Contains(shown, `"planned_values"`) {
		t.Errorf("that is no plan: %.300s", shown)
	}
	addFault(t, cloud, simcore.Fault{Service: "arm", Operation: "PacketCaptures_Create", Kind: simcore.KindDropAfterCommit},
		simcore.Fault{Service: "cfw", Operation: "ListFirewallDetail", Kind: simcore.KindDropAfterCommit})
	w.mustRun("apply", "saved.tfplan")
	w.env["TF_VAR_trigger"] = "second"
	w.mustRun("apply", "-auto-approve")
	for _, failure := range []struct {
		kind simcore.Kind
		code int
	}{{simcore.KindStatus, http.StatusForbidden}, {simcore.KindMalformed, 0}} {
		trouble(t, cloud, failure.kind, failure.code)
		if output, err := w.run("plan", "-refresh-only"); err == nil || !strings.Contains(output, "Error:") {
			t.Errorf("a refresh with %s worked: %.500s", failure.kind, output)
		}
	}
	expectUsed(t, watched, all, slices.Collect(maps.Keys(all))...)
	usedKeys(t, watched)
	expectNowhere(t, cloud, watched, w, secrets)
}

// TestSecretsOfTheEnvironment gives the secrets of every way to sign in as
// environment variables, one for each cloud at a time.
func TestSecretsOfTheEnvironment(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"client_secret", "access_key"}, {"certificate", "temporary_key"}, {"certificate_file", "auth_token"},
		{"federated", "password"}, {"managed_identity", "agency"}, {"cli", "access_key"}, {"app_service", "auth_token"},
	} {
		t.Run(pair[0]+" and "+pair[1], func(t *testing.T) {
			t.Parallel()
			cloud, watched, w := sources(t)
			all := methods(t, cloud, w)
			appService, refuseIdentity := appServiceMethod(t, cloud)
			all["app_service"] = appService
			hcl, secrets := "", map[string][]string{}
			for _, name := range pair {
				maps.Copy(w.env, all[name].environment)
				maps.Copy(secrets, all[name].secrets)
				hcl += object(cloud, "", all[name].cloud)
			}
			w.configuration(hcl)
			w.mustRun("apply", "-auto-approve")
			trouble(t, cloud, simcore.KindStatus, http.StatusForbidden)
			if output, err := w.run("plan"); err == nil {
				t.Errorf("a refused refresh worked: %.500s", output)
			}
			if pair[0] == "app_service" {
				refuseIdentity()
				if output, err := w.run("plan"); err == nil || !strings.Contains(output, "cannot sign in to Azure") {
					t.Errorf("a plan without an identity: %v, %.2000s", err, output)
				}
			}
			expectUsed(t, watched, all, pair[:]...)
			expectNowhere(t, cloud, watched, w, secrets)
		})
	}
}
