package imds_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	simulator "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestNegotiation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		switches map[string]string
		want     string
		// requests is for the instance document and the list of versions.
		requests int
	}{
		"newest":                          {nil, "2025-04-07", 1},
		"newest-versions":                 {map[string]string{"newest_version": "2021-10-01"}, "2021-10-01", 2},
		"Azure Stack Hub":                 {map[string]string{"scenario": "azure-stack-hub"}, "2021-05-01", 2},
		"the first clouds":                {map[string]string{"newest_version": "2017-04-02"}, "2017-04-02", 2},
		"404 with the list of versions":   {map[string]string{"newest_version": "2020-06-01", "unknown_version_status": "404"}, "2020-06-01", 3},
		"404 without list, first resort":  {map[string]string{"newest_version": "2021-03-01", "unknown_version_status": "404", "versions_endpoint": "false"}, "2021-02-01", 3},
		"404 without list, second resort": {map[string]string{"newest_version": "2020-06-01", "unknown_version_status": "404", "versions_endpoint": "false"}, "2019-06-04", 4},
		"404 without list, last resort":   {map[string]string{"newest_version": "2018-02-01", "unknown_version_status": "404", "versions_endpoint": "false"}, "2017-08-01", 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imdstest.Start(t, nil, simulator.Options{RequestsPerSecond: 5})
			for key, value := range test.switches {
				s.Set(t, key, value)
			}
			client, _ := newClient(t, s, imds.Config{})
			document, err := client.Instance(t.Context(), imds.InstanceOptions{})
			if err != nil || document.APIVersionUsed != test.want {
				t.Fatalf("%v %v, want %s", document, err, test.want)
			}
			if got := s.Core.Journal.Count("imds", simulator.OperationInstance) + s.Core.Journal.Count("imds", simulator.OperationVersions); got != test.requests {
				t.Errorf("%d requests, want %d: %v", got, test.requests, s.Core.Journal.Summary())
			}
		})
	}
}

func TestAHostThatRefusesEveryVersion(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	s.Fault(t, simcore.Fault{Operation: simulator.OperationInstance, Kind: simcore.KindStatus, Code: 400, Times: -1})
	client, _ := newClient(t, s, imds.Config{})
	_, err := client.Instance(t.Context(), imds.InstanceOptions{})
	mustContain(t, err, "400", `error "Bad request"`)
	if got := s.Core.Journal.Count("imds", simulator.OperationInstance); got > 6 {
		t.Errorf("%d tries", got)
	}
}

func TestAPinThatTheHostDoesNotKnow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		switches map[string]string
		known    string
	}{
		"listed":           {nil, "2017-03-01, 2017-04-02, "},
		"only the refusal": {map[string]string{"versions_endpoint": "false"}, "it knows 2025-04-07, 2024-07-17, 2024-03-15"},
		"nothing listed":   {map[string]string{"versions_endpoint": "false", "unknown_version_status": "404"}, "did not say"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imdstest.Start(t, nil, simulator.Options{})
			for key, value := range test.switches {
				s.Set(t, key, value)
			}
			client, _ := newClient(t, s, imds.Config{})
			_, err := client.Instance(t.Context(), imds.InstanceOptions{APIVersion: "2019-12-31"})
			var unknown *imds.UnknownVersionError
			if !errors.As(err, &unknown) || unknown.Version != "2019-12-31" {
				t.Fatalf("%v", err)
			}
			mustContain(t, err, `"2019-12-31"`, test.known)
		})
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	s.Set(t, "newest_version", "2021-05-01")
	client, _ := newClient(t, s, imds.Config{})
	for range 2 {
		versions, err := client.Versions(t.Context())
		if err != nil || !slices.IsSorted(versions) || versions[len(versions)-1] != "2021-05-01" {
			t.Errorf("%v %v", versions, err)
		}
	}
	if got := s.Core.Journal.Count("imds", simulator.OperationVersions); got != 1 {
		t.Errorf("asked %d times", got)
	}
	wrong := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		simcore.WriteJSON(w, http.StatusOK, map[string]int{"apiVersions": 1})
	})
	_, err := newClientAt(t, wrong.URL).Versions(t.Context())
	mustContain(t, err, "GetVersions", "cannot be read", "x-ms-client-request-id")
}

func TestCheckEndpoint(t *testing.T) {
	t.Parallel()
	for _, good := range []string{imds.DefaultEndpoint, "http://localhost:8080", "http://127.0.0.1:1/", "http://[::1]:80", "https://127.8.9.1", "http://[fe80::1]:80"} {
		if err := imds.CheckEndpoint(good); err != nil {
			t.Errorf("%s: %s", good, err)
		}
	}
	for bad, part := range map[string]string{
		"http://10.0.0.1":                  "loopback",
		"http://metadata.example.com":      "loopback",
		"http://localhost.example.com":     "loopback",
		"http://127.0.0.1/metadata":        "paths are the client's",
		"http://127.0.0.1?x=1":             "paths are the client's",
		"http://user:canary@127.0.0.1":     "user name",
		"http://user:canary@127.0.0.1:x/%": "not a URL",
		"ftp://127.0.0.1":                  "has to look like",
		"127.0.0.1:80":                     "not a URL",
		"":                                 "has to look like",
		"http://":                          "has to look like",
	} {
		err := imds.CheckEndpoint(bad)
		mustContain(t, err, part)
		if strings.Contains(err.Error(), "canary") {
			t.Errorf("the error holds a password: %s", err)
		}
	}
}

func TestAForbiddenEndpointIsNeverAsked(t *testing.T) {
	t.Parallel()
	client := imds.NewClient(imds.Config{Endpoint: "http://192.0.2.1"}, nil)
	t.Cleanup(client.Close)
	_, err := client.Instance(t.Context(), imds.InstanceOptions{})
	mustContain(t, err, "192.0.2.1", "loopback")
}
