package cloudsim_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// The page shows the captures that run on firewalls and gateways, and their files
// are in the container of the SAS that the environment has.
func TestGatewayCaptures(t *testing.T) {
	t.Parallel()
	ca := simtest.NewCA(t)
	cloud, err := cloudsim.Start(cloudsim.Options{CA: ca, Clock: simcore.NewStoppedClock(time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	sas := cloud.Lookup("CLOUDTAP_SIM_CAPTURE_CONTAINER_SAS_URL")
	post := func(id, operation, body string) {
		t.Helper()
		target := cloud.Lookup("CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT") + cloud.Lookup(id) + operation + "?api-version=2025-09-01"
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		token, err := cloud.AAD.IssueToken("https://management.azure.com", cloud.AAD.ClientID())
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token.AccessToken)
		request.Header.Set("Content-Type", "application/json")
		response, err := simtest.Client(t, ca).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusAccepted {
			t.Fatalf("%s: %d, %v", body, response.StatusCode, err)
		}
	}
	post("CLOUDTAP_SIM_FIREWALL_ID", "/packetCaptureOperation", `{"operation":"Start","durationInSeconds":60,"sasUrl":"`+sas+`","fileName":"<b>fw</b>","filters":[{"sources":["10.1.0.4"],"destinations":["93.184.216.34"],"destinationPorts":["443"]}]}`)
	post("CLOUDTAP_SIM_VPN_CONNECTION_ID", "/startPacketCapture", `{}`)
	cloud.Clock.Advance(15 * time.Second)
	page := tables(t, fetch(t, cloud.ControlURL))
	for id, cells := range map[string][]string{
		"firewalls": {"azureFirewalls/fw-premium", "AzureFirewallPacketCaptureInProgress", "45s", "<b>fw</b>", "AzureFirewallPacketCaptureNotInProgress"},
		"gateways":  {"connections/vpn-berlin", "running", "none", "2026-11-20 10:00:00 UTC"},
	} {
		for _, cell := range cells {
			if !contains(page[id], cell) {
				t.Errorf("table %s lacks %q: %q", id, cell, page[id])
			}
		}
	}
	post("CLOUDTAP_SIM_VPN_CONNECTION_ID", "/stopPacketCapture", `{"sasUrl":"`+sas+`"}`)
	cloud.Clock.Advance(time.Minute)
	listed := get(t, simtest.Client(t, ca), strings.Replace(sas, "https://"+blob.SeededAccount+".blob.core.windows.net/", cloud.Lookup("CLOUDTAP_AZURE_BLOB_ENDPOINT")+"/"+blob.SeededAccount+"/", 1)+"&restype=container&comp=list")
	for _, name := range []string{"_0.pcap", "_1.pcap", "2026/11/20/10_00_00/INT0/vpn-berlin.pcap", "2026/11/20/10_00_00/INT1/vpn-berlin.pcap"} {
		if !strings.Contains(listed, name+"</Name>") {
			t.Errorf("%s is not listed: %s", name, listed)
		}
	}
}

func get(t *testing.T, client *http.Client, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%d %s, %v", response.StatusCode, text.String(), err)
	}
	return text.String()
}
