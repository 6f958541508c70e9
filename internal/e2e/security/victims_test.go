package security

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// victim is one of the provider's clients, and what a user writes to make it
// call its service.
type victim struct {
	// plain services have no TLS, as in life.
	plain bool
	// environment points the client at the hostile service.
	environment func(cloud *cloudsim.Cloud, url string) map[string]string
	// call makes the client call; getenv is the provider's environment, and
	// url is where the hostile service is.
	call func(ctx context.Context, p *acctest.Provider, getenv func(string) string, url string) acctest.Diagnostics
	// before answers what has to be answered in good faith for the attack to
	// come to something, and reports whether it did; nil answers nothing.
	before func(w http.ResponseWriter, r *http.Request, url string) bool
}

func endpoint(variable string) func(*cloudsim.Cloud, string) map[string]string {
	return func(_ *cloudsim.Cloud, url string) map[string]string { return map[string]string{variable: url} }
}

// withoutKeys takes the simulation's access key away and adds variables.
func withoutKeys(variables map[string]string) map[string]string {
	all := map[string]string{"HW_ACCESS_KEY": "", "HW_SECRET_KEY": ""}
	maps.Copy(all, variables)
	return all
}

func readCaptures(ctx context.Context, p *acctest.Provider, getenv func(string) string, _ string) acctest.Diagnostics {
	_, diagnostics := p.ReadData(ctx, "cloudtap_azure_packet_captures", acctest.Config{"network_watcher_id": getenv("CLOUDTAP_SIM_NETWORK_WATCHER_ID")})
	return diagnostics
}

func readTasks(ctx context.Context, p *acctest.Provider, getenv func(string) string, _ string) acctest.Diagnostics {
	_, diagnostics := p.ReadData(ctx, "cloudtap_huaweicloud_capture_tasks", acctest.Config{"fw_instance_id": getenv("CLOUDTAP_SIM_FW_INSTANCE_ID")})
	return diagnostics
}

func sendRecords(ctx context.Context, p *acctest.Provider, destination acctest.Config) acctest.Diagnostics {
	config := acctest.Config{"records": `[{"Name":"web"}]`}
	maps.Copy(config, destination)
	_, diagnostics := p.Apply(ctx, "cloudtap_azure_log_ingest", nil, config)
	return diagnostics
}

func collect(ctx context.Context, p *acctest.Provider, getenv func(string) string, _ string) acctest.Diagnostics {
	return sendRecords(ctx, p, acctest.Config{"data_collector": acctest.Config{
		"workspace_id": getenv("CLOUDTAP_SIM_WORKSPACE_ID"), "shared_key_wo": getenv("CLOUDTAP_SIM_WORKSPACE_KEY"), "log_type": "PacketCapture",
	}})
}

func ingest(ctx context.Context, p *acctest.Provider, getenv func(string) string, url string) acctest.Diagnostics {
	return sendRecords(ctx, p, acctest.Config{"logs_ingestion": acctest.Config{
		"endpoint": url, "rule_id": getenv("CLOUDTAP_SIM_DCR_ID"), "stream": getenv("CLOUDTAP_SIM_DCR_STREAM"), "table_name": getenv("CLOUDTAP_SIM_DCR_TABLE"),
	}})
}

func query(ctx context.Context, p *acctest.Provider, getenv func(string) string, _ string) acctest.Diagnostics {
	_, diagnostics := p.ReadData(ctx, "cloudtap_azure_log_query", acctest.Config{"workspace_id": getenv("CLOUDTAP_SIM_WORKSPACE_ID"), "query": "PacketCapture_CL"})
	return diagnostics
}

func readMetadata(ctx context.Context, p *acctest.Provider, _ func(string) string, _ string) acctest.Diagnostics {
	_, diagnostics := p.ReadData(ctx, "cloudtap_azure_instance_metadata", acctest.Config{})
	return diagnostics
}

// discovery answers for a directory until it is asked for a token.
func discovery(w http.ResponseWriter, r *http.Request, url string) bool {
	tenant, isDiscovery := strings.CutSuffix(r.URL.Path, "/v2.0/.well-known/openid-configuration")
	if isDiscovery {
		w.Header().Set("Content-Type", "application/json")
		write(w, fmt.Sprintf(`{"token_endpoint":%q,"issuer":%q,"authorization_endpoint":%q}`,
			url+tenant+"/oauth2/v2.0/token", url+tenant+"/v2.0", url+tenant+"/oauth2/v2.0/authorize"))
	}
	return isDiscovery
}

// victims are all clients, each with every kind of request that carries a
// credential.
func victims() map[string]victim {
	const entra = "CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT"
	return map[string]victim{
		"resource manager": {environment: endpoint("CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT"), call: readCaptures},
		"entra discovery":  {environment: endpoint(entra), call: readCaptures},
		"entra token":      {environment: endpoint(entra), call: readCaptures, before: discovery},
		"managed identity": {plain: true, call: readCaptures, environment: func(cloud *cloudsim.Cloud, url string) map[string]string {
			return map[string]string{"ARM_CLIENT_SECRET": "", "ARM_USE_MSI": "true", "CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT": url}
		}},
		"instance metadata": {plain: true, call: readMetadata, environment: endpoint("CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT")},
		"data collector":    {call: collect, environment: endpoint("CLOUDTAP_AZURE_DATA_COLLECTOR_ENDPOINT")},
		"logs ingestion":    {call: ingest, environment: endpoint("")},
		"log query":         {call: query, environment: endpoint("CLOUDTAP_AZURE_LOG_ANALYTICS_QUERY_ENDPOINT")},
		"iam password": {call: readTasks, environment: func(cloud *cloudsim.Cloud, url string) map[string]string {
			user, password, domain := cloud.IAM.User()
			return withoutKeys(map[string]string{
				"HW_USER_NAME": user, "HW_USER_PASSWORD": password, "HW_DOMAIN_NAME": domain, "CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT": url,
			})
		}},
		"iam projects": {call: readTasks, environment: func(cloud *cloudsim.Cloud, url string) map[string]string {
			key := cloud.IAM.IssueTemporaryKey(time.Hour)
			return map[string]string{
				"HW_ACCESS_KEY": key.Access, "HW_SECRET_KEY": key.Secret, "HW_SECURITY_TOKEN": key.SecurityToken, "CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT": url,
			}
		}},
		"cloud firewall": {call: readTasks, environment: func(cloud *cloudsim.Cloud, url string) map[string]string {
			return withoutKeys(map[string]string{
				"HW_AUTH_TOKEN": cloud.IAM.IssueToken(cloud.IAM.ProjectID(), time.Hour), "CLOUDTAP_HUAWEICLOUD_CFW_ENDPOINT": url,
			})
		}},
		"ecs metadata": {plain: true, call: readTasks, environment: func(_ *cloudsim.Cloud, url string) map[string]string {
			return withoutKeys(map[string]string{"CLOUDTAP_HUAWEICLOUD_METADATA_ENDPOINT": url})
		}},
	}
}

// attack lets the client meet a service that answers with handler, and
// returns what the provider reports. The provider's waits take no time.
//
//nolint:contextcheck // the provider is made for the whole test
func (v victim) attack(ctx context.Context, t *testing.T, handler http.HandlerFunc) (*server, acctest.Diagnostics) {
	t.Helper()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	hostile := v.serve(t, handler)
	getenv := acctest.Override(cloud, v.environment(cloud, hostile.URL))
	p := acctest.NewProviderIn(t, provider.Environment{Getenv: getenv, Clock: waittest.NewClock(time.Now(), nil)}, acctest.Config{})
	diagnostics := v.call(ctx, p, getenv, hostile.URL)
	return hostile, diagnostics
}

func (v victim) serve(t *testing.T, handler http.HandlerFunc) *server {
	t.Helper()
	scheme := "https://"
	if v.plain {
		scheme = "http://"
	}
	return serve(t, v.plain, func(w http.ResponseWriter, r *http.Request) {
		if v.before == nil || !v.before(w, r, scheme+r.Host) {
			handler(w, r)
		}
	})
}

// forEachVictim runs a test for every client.
func forEachVictim(t *testing.T, test func(t *testing.T, v victim)) {
	t.Helper()
	for name, v := range victims() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, v)
		})
	}
}

// mostErrorText is how long an error may be that a service had a part in.
const mostErrorText = 8 << 10

// expectClearError checks that exactly one error was reported, that fits a
// screen.
func expectClearError(t *testing.T, diagnostics acctest.Diagnostics) string {
	t.Helper()
	errors := diagnostics.Errors()
	if len(errors) != 1 {
		t.Fatalf("%d errors instead of one: %q, and warnings %q", len(errors), errors, diagnostics.Warnings())
	}
	if len(errors[0]) > mostErrorText {
		t.Errorf("an error of %d bytes: %.300s", len(errors[0]), errors[0])
	}
	return errors[0]
}
