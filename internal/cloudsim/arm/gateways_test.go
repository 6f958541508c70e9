package arm_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

// storageFixture is a Resource Manager with a storage account.
type storageFixture struct {
	*fixture

	blob *blob.Service
}

func newStorageFixture(t *testing.T) *storageFixture {
	t.Helper()
	core := simcore.NewCore(simcore.NewStoppedClock(noon))
	directory, err := aad.New(core, aad.Options{})
	if err != nil {
		t.Fatal(err)
	}
	token, err := directory.IssueToken("https://management.azure.com", directory.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	storage := blob.New(core, directory)
	service := arm.New(core, directory, arm.Options{Storage: storage})
	storage.AddSource(service)
	ca := simtest.NewCA(t)
	return &storageFixture{&fixture{
		core: core, directory: directory, service: service, ids: service.Seeded(), ca: ca,
		url: simtest.Serve(t, core, ca, service), client: simtest.Client(t, ca), token: token.AccessToken,
	}, storage}
}

// sas is a SAS of the seeded container that ends in an hour.
func (f *storageFixture) sas(permissions string) string {
	now := f.core.Clock.Now()
	return f.blob.ContainerURL(blob.SeededAccount, blob.SeededContainer, permissions, now.Add(-time.Minute), now.Add(time.Hour))
}

// names are those of the blobs in the seeded container.
func (f *storageFixture) names() []string {
	var names []string
	for _, b := range f.service.Blobs() {
		names = append(names, b.Name)
	}
	return names
}

// poll asks the operation's status monitor, and then its result, once.
func (f *fixture) poll(t *testing.T, accepted answer) (status string, code string, result answer) {
	t.Helper()
	accepted.want(t, http.StatusAccepted)
	for _, header := range []string{"Azure-AsyncOperation", "Location"} {
		if address := accepted.header.Get(header); len(address) < 3000 || !strings.Contains(address, "&s=") {
			t.Errorf("%s has no signature: %.100s", header, address)
		}
	}
	var body struct {
		Status string
		Error  struct{ Code string }
	}
	f.do(t, http.MethodGet, accepted.header.Get("Azure-AsyncOperation"), "").want(t, http.StatusOK).decode(t, &body)
	return body.Status, body.Error.Code, f.do(t, http.MethodGet, accepted.header.Get("Location"), "")
}

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
		got := f.operate(t, firewallStart(f.sas("w"), change))
		code := "InvalidParameter"
		if strings.HasPrefix(name, "unknown") || name == "text for a number" {
			code = "InvalidRequestFormat"
		}
		t.Run(name, func(t *testing.T) { got.wantError(t, http.StatusBadRequest, code) })
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

func (f *storageFixture) expired() string {
	now := f.core.Clock.Now()
	return f.blob.ContainerURL(blob.SeededAccount, blob.SeededContainer, "w", now.Add(-time.Hour), now.Add(-time.Second))
}

func (f *storageFixture) sasOf(container string) string {
	return f.blob.ContainerURL(blob.SeededAccount, container, "w", time.Time{}, f.core.Clock.Now().Add(time.Hour))
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

const goodFilter = `{"TracingFlags":11,"MaxPacketBufferSize":120,"MaxFileSize":100,"Filters":[{"SourceSubnets":["192.168.0.0/16"],"DestinationSubnets":[],"SourcePort":[],"DestinationPort":[443],"Protocol":[6],"TcpFlags":-1,"CaptureSingleDirectionTrafficOnly":false}]}`

func startBody(t *testing.T, filter string) string {
	t.Helper()
	text, err := json.Marshal(map[string]string{"filterData": filter})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The story of each kind of gateway's capture.
func TestVPNCapture(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		id    func(arm.Seeded) string
		files string
	}{
		"gateway":           {func(s arm.Seeded) string { return s.VPNGatewayID }, "INT0/vpngw.pcap INT1/vpngw.pcap"},
		"connection":        {func(s arm.Seeded) string { return s.VPNConnectionID }, "INT0/vpn-berlin.pcap INT1/vpn-berlin.pcap"},
		"single gateway":    {func(s arm.Seeded) string { return s.SingleVPNGatewayID }, "INT0/vpngw-single.pcap"},
		"single connection": {func(s arm.Seeded) string { return s.SingleVPNConnectionID }, "INT0/vpn-single.pcap"},
		"WAN gateway":       {func(s arm.Seeded) string { return s.VirtualWANGatewayID }, "INT0/wan-vpngw.pcap INT1/wan-vpngw.pcap"},
		"WAN connection":    {func(s arm.Seeded) string { return s.VirtualWANConnectionID }, "INT0/wan-berlin.pcap INT1/wan-berlin.pcap"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newStorageFixture(t)
			f.set(t, vpngateway.SwitchFailureTime, "2m16s")
			id := test.id(f.ids)
			wantSuccess := func(accepted answer) {
				t.Helper()
				status, _, result := f.poll(t, accepted)
				if status != "Succeeded" || string(result.want(t, http.StatusOK).body) != `"{\"Status\":\"Successful\",\"Data\":\"\"}"` {
					t.Errorf("%s, %s", status, result.body)
				}
			}
			f.do(t, http.MethodGet, id, "").want(t, http.StatusOK)
			wantSuccess(f.do(t, http.MethodPost, id+"/startPacketCapture", startBody(t, goodFilter)))
			if status, code, _ := f.poll(t, f.do(t, http.MethodPost, id+"/startPacketCapture", startBody(t, ""))); status != "Failed" || code != "PacketCaptureInProgress" {
				t.Errorf("a second start: %s %s", status, code)
			}
			f.core.Clock.Advance(time.Minute)
			wantSuccess(f.do(t, http.MethodPost, id+"/stopPacketCapture", `{"sasUrl":"`+f.sas("w")+`"}`))
			var stored []string
			for _, file := range f.names() {
				rest, found := strings.CutPrefix(file, "2025/01/31/16_39_41/")
				if !found {
					t.Errorf("stored %s", file)
				}
				stored = append([]string{rest}, stored...)
			}
			if got := strings.Join(stored, " "); got != test.files {
				t.Errorf("stored %s, want %s", got, test.files)
			}
			// Nothing runs any more: the service says so after minutes.
			wantLateFailure(t, f, f.do(t, http.MethodPost, id+"/stopPacketCapture", `{"sasUrl":"`+f.sas("w")+`"}`))
		})
	}
}

func wantLateFailure(t *testing.T, f *storageFixture, accepted answer) {
	t.Helper()
	f.core.Clock.Advance(2 * time.Minute)
	if status, _, _ := f.poll(t, accepted); status != "InProgress" {
		t.Errorf("after two minutes %s", status)
	}
	f.core.Clock.Advance(16 * time.Second)
	if status, code, _ := f.poll(t, accepted); status != "Failed" || code != "NoPacketCaptureResponseDataFound" {
		t.Errorf("in the end %s %s", status, code)
	}
}

// What lets a stop fail after minutes: the SAS, or a filter that the start took.
func TestVPNStopFailsLate(t *testing.T) {
	t.Parallel()
	filter := func(change ...string) string { return strings.NewReplacer(change...).Replace(goodFilter) }
	for name, test := range map[string]struct {
		filter string
		sas    func(*storageFixture) string
	}{
		"expired SAS":                {sas: (*storageFixture).expired},
		"SAS without w":              {sas: func(f *storageFixture) string { return f.sas("rl") }},
		"no container":               {sas: func(f *storageFixture) string { return strings.Replace(f.sas("w"), "/packet-captures", "/", 1) }},
		"absent container":           {sas: func(f *storageFixture) string { return f.sasOf("elsewhere") }},
		"no SAS":                     {sas: func(*storageFixture) string { return "" }},
		"single quotes":              {filter: filter(`"`, `'`)},
		"a number for the protocols": {filter: filter(`[6]`, `6`)},
		"no TracingFlags":            {filter: filter(`"TracingFlags":11,`, ``)},
		"an unknown flag":            {filter: filter(`:11`, `:4`)},
		"two filters":                {filter: filter(`"Filters":[{`, `"Filters":[{"SourceSubnets":[],"DestinationSubnets":[],"SourcePort":[],"DestinationPort":[],"Protocol":[],"TcpFlags":0,"CaptureSingleDirectionTrafficOnly":false},{`)},
		"a subnet of IPv6":           {filter: filter(`192.168.0.0/16`, `fd00::/8`)},
		"an address without length":  {filter: filter(`192.168.0.0/16`, `192.168.0.1`)},
		"no direction":               {filter: filter(`,"CaptureSingleDirectionTrafficOnly":false`, ``)},
		"a file of 501 MB":           {filter: filter(`:100`, `:501`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newStorageFixture(t)
			f.set(t, vpngateway.SwitchFailureTime, "2m16s")
			sas := f.sas("w")
			if test.sas != nil {
				sas = test.sas(f)
			}
			if test.filter == goodFilter {
				t.Fatal("the filter is a good one")
			}
			if status, _, _ := f.poll(t, f.do(t, http.MethodPost, f.ids.VPNGatewayID+"/startPacketCapture", startBody(t, test.filter))); status != "Succeeded" {
				t.Errorf("the start: %s", status)
			}
			wantLateFailure(t, f, f.do(t, http.MethodPost, f.ids.VPNGatewayID+"/stopPacketCapture", `{"sasUrl":"`+sas+`"}`))
			if len(f.names()) > 0 || f.running() > 0 {
				t.Errorf("stored %v, %d run", f.names(), f.running())
			}
		})
	}
}

// running is how many captures run on gateways and connections.
func (f *storageFixture) running() int {
	count := 0
	for _, state := range f.service.Snapshot().VPNGateways {
		if state.Running {
			count++
		}
	}
	return count
}

func TestVPNRefuses(t *testing.T) {
	t.Parallel()
	f := newStorageFixture(t)
	for name, test := range map[string]struct {
		target, body string
		status       int
		code         string
	}{
		"policy-based gateway":   {f.ids.PolicyBasedVPNGatewayID + "/startPacketCapture", `{}`, 409, "PacketCaptureNotSupported"},
		"ExpressRoute":           {f.ids.ExpressRouteGatewayID + "/startPacketCapture", `{}`, 409, "PacketCaptureNotSupported"},
		"unknown gateway":        {f.ids.VPNGatewayID + "x/startPacketCapture", `{}`, 404, "ResourceNotFound"},
		"unknown connection":     {f.ids.VPNConnectionID + "x/startPacketCapture", `{}`, 404, "ResourceNotFound"},
		"unknown WAN connection": {f.ids.VirtualWANConnectionID + "x/startpacketcapture", `{}`, 404, "NotFound"},
		"unknown link":           {f.ids.VirtualWANConnectionID + "/startpacketcapture", `{"linkConnectionNames":["link"]}`, 400, "InvalidParameter"},
		"links of a gateway":     {f.ids.VirtualWANGatewayID + "/startpacketcapture", `{"linkConnectionNames":["link-fibre"]}`, 400, "InvalidRequestFormat"},
		"filter as an object":    {f.ids.VPNGatewayID + "/startPacketCapture", `{"filterData":{}}`, 400, "InvalidRequestFormat"},
		"stop without a body":    {f.ids.VPNGatewayID + "/stopPacketCapture", ``, 415, "UnsupportedMediaType"},
		"SAS at the start":       {f.ids.VPNGatewayID + "/startPacketCapture", `{"sasUrl":"x"}`, 400, "InvalidRequestFormat"},
	} {
		t.Run(name, func(t *testing.T) {
			f.do(t, http.MethodPost, test.target, test.body).wantError(t, test.status, test.code)
		})
	}
}

// A gateway runs five captures at once: one of its own, one of each connection.
func TestVPNRunsFiveAtOnce(t *testing.T) {
	t.Parallel()
	f := newStorageFixture(t)
	f.set(t, vpngateway.SwitchSecondStart, "refused")
	connections := strings.TrimSuffix(f.ids.VPNConnectionID, "vpn-berlin")
	for _, target := range []string{f.ids.VPNGatewayID, connections + "vpn-berlin", connections + "vpn-paris", connections + "vpn-oslo", connections + "vpn-rome", f.ids.SingleVPNGatewayID} {
		f.do(t, http.MethodPost, target+"/startPacketCapture", "").want(t, http.StatusAccepted)
	}
	f.do(t, http.MethodPost, connections+"vpn-wien/startPacketCapture", "").wantError(t, http.StatusConflict, "PacketCaptureInProgress")
	if f.running() != 6 {
		t.Errorf("%d run", f.running())
	}
	for _, id := range []string{f.ids.VPNGatewayID, f.ids.SingleVPNConnectionID, f.ids.VirtualWANConnectionID, f.ids.FirewallID} {
		if !f.service.Delete(strings.ToUpper(id)) {
			t.Errorf("%s cannot be deleted", id)
		}
		f.do(t, http.MethodGet, id, "").want(t, http.StatusNotFound)
	}
}
