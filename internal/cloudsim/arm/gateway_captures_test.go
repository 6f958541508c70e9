package arm_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

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
			t.Parallel()
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
	f.do(t, http.MethodPost, connections+"vpn-wien/startPacketCapture", "").wantError(t, http.StatusConflict, "PacketCaptureLimitReached")
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
