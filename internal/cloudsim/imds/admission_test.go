package imds_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
)

const instance = "/metadata/instance?api-version=2025-04-07"

func TestAdmissionRefusesWhatTheServiceRefuses(t *testing.T) {
	t.Parallel()
	none := http.Header{"Metadata": nil}
	const newest = `"newest-versions":["2025-04-07","2024-07-17","2024-03-15"]`
	for name, test := range map[string]struct {
		method, path string
		header       http.Header
		status       int
		body         string
	}{
		"header missing":          {"GET", instance, none, 400, "Required metadata header not specified"},
		"header false":            {"GET", instance, http.Header{"Metadata": {"false"}}, 400, "Required metadata header not specified"},
		"header True":             {"GET", instance, http.Header{"Metadata": {"True"}}, 200, "compute"},
		"identity header missing": {"GET", "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x", none, 400, "bad_request_102"},
		"versions header missing": {"GET", "/metadata/versions", none, 400, "Required metadata header not specified"},
		"forwarded":               {"GET", instance, http.Header{"X-Forwarded-For": {"10.0.0.1"}}, 400, "Bad request"},
		"no version":              {"GET", "/metadata/instance", nil, 400, newest},
		"unknown version":         {"GET", "/metadata/instance?api-version=2099-01-01", nil, 400, newest},
		"version in other case":   {"GET", "/metadata/instance?API-VERSION=2025-04-07", nil, 400, newest},
		"path in other case":      {"GET", "/metadata/Instance?api-version=2025-04-07", nil, 404, "Not found"},
		"twice the version":       {"GET", instance + "&api-version=2025-04-07", nil, 400, `{"error":"Bad request"}`},
		"twice another parameter": {"GET", instance + "&a=1&a=2", nil, 400, `{"error":"Bad request"}`},
		"broken query":            {"GET", instance + "&%zz", nil, 400, `{"error":"Bad request"}`},
		"POST":                    {"POST", instance, nil, 405, "Not allowed"},
		"PUT on events":           {"PUT", "/metadata/scheduledevents?api-version=2020-07-01", nil, 405, "Not allowed"},
		"identity POST":           {"POST", "/metadata/identity/info?api-version=2018-02-01", nil, 405, "method_not_allowed"},
		"attested too old":        {"GET", "/metadata/attested/document?api-version=2018-04-02", nil, 400, newest},
		"load balancer too old":   {"GET", "/metadata/loadbalancer?api-version=2020-09-01", nil, 400, newest},
		"events have own train":   {"GET", "/metadata/scheduledevents?api-version=2025-04-07", nil, 400, `"newest-versions":["2020-07-01","2019-08-01","2019-04-01"]`},
		"identity without":        {"GET", "/metadata/identity/info", nil, 400, "invalid_request"},
		"another cloud's path":    {"GET", "/latest/meta-data/", nil, 404, "Not found"},
		"unknown element":         {"GET", "/metadata/instance/compute/nothing?api-version=2025-04-07", nil, 404, "Not found"},
		"leaf as json":            {"GET", "/metadata/instance/compute/vmId?api-version=2025-04-07", nil, 400, `{"error":"Bad request"}`},
		"leaf as explicit json":   {"GET", "/metadata/instance/compute/vmId?api-version=2025-04-07&format=json", nil, 400, `{"error":"Bad request"}`},
		"unknown format":          {"GET", instance + "&format=xml", nil, 400, `{"error":"Bad request"}`},
		"nonce too long":          {"GET", "/metadata/attested/document?api-version=2025-04-07&nonce=" + strings.Repeat("a", 33), nil, 400, "Bad request"},
		"no resource":             {"GET", "/metadata/identity/oauth2/token?api-version=2018-02-01", nil, 400, "resource"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imdstest.Start(t, nil, imds.Options{})
			got := ask(t, s, test.method, test.path, "", test.header)
			if got.status != test.status || !strings.Contains(got.body, test.body) {
				t.Errorf("got %d %s, want %d with %s", got.status, got.body, test.status, test.body)
			}
			if !strings.HasPrefix(got.header.Get("Server"), "IMDS/") || got.header.Get("x-ms-request-id") == "" || got.header.Get("Content-Type") != "application/json; charset=utf-8" {
				t.Errorf("headers %v", got.header)
			}
		})
	}
}

func TestUnknownsAreSwitches(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		name, value string
		path        string
		header      http.Header
		status      int
		body        string
	}{
		"forwarded":           {"forwarded_for_status", "403", instance, http.Header{"X-Forwarded-For": {"10.0.0.1"}}, 403, "Forbidden"},
		"unknown version":     {"unknown_version_status", "404", "/metadata/instance?api-version=2099-01-01", nil, 404, "Invalid version requested"},
		"no list of versions": {"versions_endpoint", "false", "/metadata/versions", nil, 404, "Not found"},
		"free versions":       {"versions_need_header", "false", "/metadata/versions", http.Header{"Metadata": nil}, 200, "apiVersions"},
		"old host":            {"newest_version", "2019-08-01", instance, nil, 400, `"newest-versions":["2019-08-01","2019-06-04","2019-06-01"]`},
		"young host":          {"oldest_version", "2025-04-07", "/metadata/versions", nil, 200, `{"apiVersions":["2025-04-07"]}`},
		"stack hub":           {"scenario", "azure-stack-hub", instance, nil, 400, `"newest-versions":["2021-05-01","2021-03-01","2021-02-01"]`},
		"stack hub has less":  {"scenario", "azure-stack-hub", "/metadata/loadbalancer?api-version=2020-10-01", nil, 404, "Not found"},
		"no tagsList":         {"tags_list_gap", "true", "/metadata/instance/compute/tagsList?api-version=2019-08-15", nil, 404, "Not found"},
		"no load balancer":    {"load_balancer", "none", "/metadata/loadbalancer?api-version=2020-10-01", nil, 404, "No load balancer metadata is found"},
		"load balancer later": {"load_balancer", "unavailable", "/metadata/loadbalancer?api-version=2020-10-01", nil, 404, "isn't available right now"},
		"environment":         {"az_environment", "AzureChinaCloud", "/metadata/instance/compute/azEnvironment?format=text&api-version=2025-04-07", nil, 200, "AzureChinaCloud"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imdstest.Start(t, nil, imds.Options{})
			s.Set(t, test.name, test.value)
			if got := ask(t, s, "GET", test.path, "", test.header); got.status != test.status || !strings.Contains(got.body, test.body) {
				t.Errorf("got %d %s, want %d with %s", got.status, got.body, test.status, test.body)
			}
		})
	}
}

func TestRateLimitFollowsTheSimulatedClock(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{RequestsPerSecond: 5})
	s.Set(t, "too_many_requests_retry_after", "1")
	statuses := func(path string, count int) string {
		var all []string
		for range count {
			all = append(all, fmt.Sprint(get(t, s, path).status))
		}
		return strings.Join(all, " ")
	}
	if got := statuses(instance, 6); got != "200 200 200 200 200 429" {
		t.Errorf("first second: %s", got)
	}
	if got := get(t, s, instance); got.header.Get("Retry-After") != "1" || got.body != `{"error":"Too many requests"}` {
		t.Errorf("%v %s", got.header, got.body)
	}
	if got := statuses("/metadata/identity/info?api-version=2018-02-01", 21); !strings.HasSuffix(got, "200 429") {
		t.Errorf("identity has its own limit of 20: %s", got)
	}
	s.Core.Clock.Advance(999 * time.Millisecond)
	if got := statuses(instance, 1); got != "429" {
		t.Errorf("still the first second: %s", got)
	}
	s.Core.Clock.Advance(time.Millisecond)
	if got := statuses(instance, 2); got != "200 200" {
		t.Errorf("next second: %s", got)
	}
}

func TestJournalEnvAndState(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{})
	get(t, s, instance)
	get(t, s, "/metadata/instance/network?api-version=2025-04-07")
	ask(t, s, "POST", "/metadata/scheduledevents?api-version=2020-07-01", "{}", nil)
	want := map[string]int{"imds Instances_GetMetadata": 2, "imds ScheduledEvents_Approve": 1}
	for name, count := range s.Core.Journal.Summary() {
		if want[name] != count {
			t.Errorf("%s: %d", name, count)
		}
	}
	if env := s.Service.Env(s.URL); len(env) != 1 || env[0].Name != "CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT" || env[0].Value != s.URL {
		t.Errorf("env %v", env)
	}
	if state := fmt.Sprintf("%+v", s.Service.State()); !strings.Contains(state, "Standard_D2s_v5") {
		t.Errorf("state %s", state)
	}
}
