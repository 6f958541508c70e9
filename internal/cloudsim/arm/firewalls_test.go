package arm_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
)

func (f *fixture) operate(t *testing.T, body string) answer {
	t.Helper()
	return f.do(t, http.MethodPost, f.ids.FirewallID+"/packetCaptureOperation", body)
}

// firewallStart asks for TLS of the machine for a minute; extra members replace.
func firewallStart(sas string, change map[string]any) string {
	members := map[string]any{
		"operation": "Start", "durationInSeconds": 60, "numberOfPacketsToCapture": 1000, "sasUrl": sas, "fileName": "tls", "protocol": "Any",
		"filters": []any{map[string]any{"sources": []string{"10.1.0.0/24"}, "destinations": []string{"93.184.216.34"}, "destinationPorts": []string{"443"}}},
	}
	for name, value := range change {
		members[name] = value
	}
	text, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func statusCode(t *testing.T, got answer) string {
	t.Helper()
	var body azurefirewall.Response
	got.want(t, http.StatusOK).decode(t, &body)
	if body.Message == "" {
		t.Errorf("no message in %s", got.body)
	}
	return strings.TrimPrefix(body.StatusCode, "AzureFirewallPacketCapture")
}

// The story of a firewall's capture: it starts, keeps others out, ends by itself,
// and leaves a file of each instance in the root of the container.
func TestFirewallCapture(t *testing.T) {
	t.Parallel()
	f := newStorageFixture(t)
	ask := func(body string) string {
		t.Helper()
		accepted := f.operate(t, body)
		if accepted.status == http.StatusOK {
			return statusCode(t, accepted)
		}
		_, _, result := f.poll(t, accepted)
		return statusCode(t, result)
	}
	const status, stop = `{"operation":"Status"}`, `{"operation":"Stop"}`
	for _, step := range []struct {
		body, want string
		after      time.Duration
	}{
		{status, "NotInProgress", 0},
		{stop, "NotInProgress", 0},
		{firewallStart(f.sas("w"), nil), "StartSucceeded", 0},
		{firewallStart(f.sas("w"), nil), "InProgress", 0},
		{status, "InProgress", 59 * time.Second},
		{status, "Completed", time.Second},
		{firewallStart(f.sas("w"), map[string]any{"fileName": "again.pcap"}), "StartSucceeded", 0},
		{stop, "StopSucceeded", 10 * time.Second},
		{status, "Completed", 0},
	} {
		f.core.Clock.Advance(step.after)
		if got := ask(step.body); got != step.want {
			t.Errorf("%.40s answers %s, want %s", step.body, got, step.want)
		}
	}
	if got := strings.Join(f.names(), " "); got != "again_1.pcap again_0.pcap tls_1.pcap tls_0.pcap" {
		t.Errorf("stored %s", got)
	}
}

func TestFirewallRefuses(t *testing.T) {
	t.Parallel()
	f := newStorageFixture(t)
	rule := func(sources, destinations, ports []string) map[string]any {
		return map[string]any{"filters": []any{map[string]any{"sources": sources, "destinations": destinations, "destinationPorts": ports}}}
	}
	one := []string{"10.1.0.4"}
	for name, change := range map[string]map[string]any{
		"too short":              {"durationInSeconds": 29},
		"too long":               {"durationInSeconds": 1801},
		"too few packets":        {"numberOfPacketsToCapture": 99},
		"too many packets":       {"numberOfPacketsToCapture": 90001},
		"no SAS":                 {"sasUrl": ""},
		"no file name":           {"fileName": ""},
		"no filter":              {"filters": []any{}},
		"no source":              rule(nil, one, []string{"443"}),
		"six sources":            rule([]string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"}, one, []string{"443"}),
		"a range of addresses":   rule([]string{"10.0.0.1-10.0.0.9"}, one, []string{"443"}),
		"a name":                 rule(one, []string{"www.contoso.com"}, []string{"443"}),
		"no port":                rule(one, one, nil),
		"a range of ports":       rule(one, one, []string{"80-90"}),
		"port 0":                 rule(one, one, []string{"0"}),
		"unknown protocol":       {"protocol": "tcp"},
		"unknown flag":           {"flags": []any{map[string]string{"type": "ece"}}},
		"unknown operation":      {"operation": "Pause"},
		"unknown member":         {"maxPackets": 1},
		"text for a number":      {"durationInSeconds": "60"},
		"address with no length": rule([]string{"10.0.0.0/"}, one, []string{"443"}),
	} {
		code := "InvalidParameter"
		if strings.HasPrefix(name, "unknown") || name == "text for a number" {
			code = "InvalidRequestFormat"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.operate(t, firewallStart(f.sas("w"), change)).wantError(t, http.StatusBadRequest, code)
		})
	}
	f.do(t, http.MethodPost, f.ids.FirewallID+"x/packetCaptureOperation", `{"operation":"Status"}`).wantError(t, http.StatusNotFound, "ResourceNotFound")
	f.do(t, http.MethodPost, f.ids.FirewallID+"/packetCaptureOperation?api-version=2024-07-01", `{"operation":"Status"}`).wantError(t, http.StatusNotFound, "InvalidResourceType")
	f.do(t, http.MethodPost, f.ids.FirewallID+"/packetCapture", firewallStart(f.sas("w"), nil)).wantError(t, http.StatusBadRequest, "InvalidRequestFormat")
}

// What fails a start, by the status code that it gets.
func TestFirewallStartFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare  func(t *testing.T, f *storageFixture)
		firewall func(arm.Seeded) string
		sas      func(*storageFixture) string
		want     string
	}{
		"expired SAS":      {sas: func(f *storageFixture) string { return f.expired() }, want: "StartFailedToUpload"},
		"SAS without w":    {sas: func(f *storageFixture) string { return f.sas("rl") }, want: "StartFailedToUpload"},
		"no container":     {sas: func(f *storageFixture) string { return strings.Replace(f.sas("w"), "/packet-captures", "/", 1) }, want: "StartFailedToUpload"},
		"wrong signature":  {sas: func(f *storageFixture) string { return strings.Replace(f.sas("w"), "sp=w", "sp=rw", 1) }, want: "StartFailedToUpload"},
		"absent container": {sas: func(f *storageFixture) string { return f.sasOf("elsewhere") }, want: "StartFailedToUpload"},
		"network rules": {prepare: func(t *testing.T, f *storageFixture) {
			t.Helper()
			if err := f.blob.Switches().Set(blob.SwitchUploads, "refused"); err != nil {
				t.Fatal(err)
			}
		}, want: "StartFailedToUpload"},
		"no management NIC": {firewall: func(s arm.Seeded) string { return s.FirewallWithoutManagementID }, want: "NotImplemented"},
		"by switch": {prepare: func(t *testing.T, f *storageFixture) {
			t.Helper()
			f.set(t, azurefirewall.SwitchStart, "start_failed")
		}, want: "StartFailed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newStorageFixture(t)
			if test.prepare != nil {
				test.prepare(t, f)
			}
			sas, id := f.sas("w"), f.ids.FirewallID
			if test.sas != nil {
				sas = test.sas(f)
			}
			if test.firewall != nil {
				id = test.firewall(f.ids)
			}
			_, _, result := f.poll(t, f.do(t, http.MethodPost, id+"/packetCaptureOperation", firewallStart(sas, nil)))
			if got := statusCode(t, result); got != test.want {
				t.Errorf("start answers %s, want %s", got, test.want)
			}
			if got := statusCode(t, f.do(t, http.MethodPost, id+"/packetCaptureOperation", `{"operation":"Status"}`)); got != "NotInProgress" {
				t.Errorf("afterwards %s", got)
			}
			f.set(t, azurefirewall.SwitchFailure, azurefirewall.ByOperation)
			status, code, _ := f.poll(t, f.do(t, http.MethodPost, id+"/packetCaptureOperation", firewallStart(sas, nil)))
			if status != "Failed" || strings.TrimPrefix(code, "AzureFirewallPacketCapture") != test.want {
				t.Errorf("the operation ends with %s %s", status, code)
			}
		})
	}
}

// A capture has succeeded if at least half of the instances could upload, with a
// SAS that still holds at the end.
func TestFirewallUploads(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		failing, want string
		seconds       int
		files         int
	}{
		"all":             {"0", "Completed", 60, 2},
		"half of them":    {"1", "Completed", 60, 1},
		"none":            {"2", "Failed", 60, 0},
		"SAS ends before": {"0", "Failed", 1800, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newStorageFixture(t)
			f.set(t, azurefirewall.SwitchFailingInstances, test.failing)
			now := f.core.Clock.Now()
			sas := f.blob.ContainerURL(blob.SeededAccount, blob.SeededContainer, "c", now, now.Add(20*time.Minute))
			f.operate(t, firewallStart(sas, map[string]any{"durationInSeconds": test.seconds})).want(t, http.StatusAccepted)
			f.core.Clock.Advance(time.Duration(test.seconds) * time.Second)
			if got := statusCode(t, f.operate(t, `{"operation":"Status"}`)); got != test.want || len(f.names()) != test.files {
				t.Errorf("%s with %v", got, f.names())
			}
			// Creation does not permit to overwrite.
			if test.files > 0 {
				_, _, result := f.poll(t, f.operate(t, firewallStart(sas, nil)))
				if got := statusCode(t, result); got != "StartFailedToUpload" {
					t.Errorf("overwriting: %s", got)
				}
			}
		})
	}
}

// A capture overwrites the files of an earlier one with its name, also where
// somebody has deleted them meanwhile.
func TestFirewallOverwrites(t *testing.T) {
	t.Parallel()
	f := newStorageFixture(t)
	const path = blob.SeededAccount + "/" + blob.SeededContainer + "/tls_0.pcap"
	var times []time.Time
	for range 2 {
		f.operate(t, firewallStart(f.sas("w"), nil)).want(t, http.StatusAccepted)
		f.core.Clock.Advance(time.Minute)
		if !f.blob.Delete(path) || f.blob.Delete(path) {
			t.Error("the file is not there, or stays when it is deleted")
		}
		times = append(times, f.service.Blobs()[0].LastModified)
	}
	if got := len(f.names()); got != 4 || !times[1].After(times[0]) {
		t.Errorf("%d files at %v, the newest first", got, times)
	}
}
