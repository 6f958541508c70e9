package edgecapture_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestMistakesOfAConfigurationHaveAPath(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	p := e.run(t)
	filter := func(changes acctest.Config) acctest.Config {
		return e.firewall(acctest.Config{"filters": []acctest.Config{acctest.Changed(acctest.Config{
			"sources": []string{"10.1.0.4"}, "destinations": []string{"10.2.0.0/24"}, "destination_ports": []int{443},
		}, changes)}})
	}
	in := func(changes acctest.Config) acctest.Config { return e.vpn(acctest.Config{"filter": changes}) }
	for name, test := range map[string]struct {
		kind   string
		config acctest.Config
		says   []string
	}{
		"firewall":              {firewallType, e.firewall(acctest.Config{"firewall_id": e.seed.VPNGatewayID}), []string{"firewall_id", "azureFirewalls/{name}"}},
		"too few packets":       {firewallType, e.firewall(acctest.Config{"max_packets": 99}), []string{"max_packets", "100"}},
		"too many packets":      {firewallType, e.firewall(acctest.Config{"max_packets": 90001}), []string{"max_packets", "90000"}},
		"too short":             {firewallType, e.firewall(acctest.Config{"time_limit_in_seconds": 29}), []string{"time_limit_in_seconds", "30"}},
		"too long":              {firewallType, e.firewall(acctest.Config{"time_limit_in_seconds": 1801}), []string{"time_limit_in_seconds", "1800"}},
		"protocol":              {firewallType, e.firewall(acctest.Config{"protocol": "tcp"}), []string{"protocol", `"TCP"`}},
		"flag":                  {firewallType, e.firewall(acctest.Config{"flags": []string{"SYN"}}), []string{"flags", `"syn"`}},
		"flags of UDP":          {firewallType, e.firewall(acctest.Config{"protocol": "UDP", "flags": []string{"syn"}}), []string{"flags", "set protocol to TCP"}},
		"a folder":              {firewallType, e.firewall(acctest.Config{"file_name": "a/b"}), []string{"file_name", "no folder"}},
		"the folder above":      {firewallType, e.firewall(acctest.Config{"file_name": ".."}), []string{"file_name", "no file name"}},
		"a long name":           {firewallType, e.firewall(acctest.Config{"file_name": strings.Repeat("a", 1025)}), []string{"file_name", "at most 1024"}},
		"host bits":             {firewallType, filter(acctest.Config{"sources": []string{"10.0.0.4/24"}}), []string{"sources", "the subnet is 10.0.0.0/24"}},
		"host bits inside":      {vpnType, in(acctest.Config{"source_subnets": []string{"10.1.0.4/16"}}), []string{"source_subnets", "the subnet is 10.1.0.0/16"}},
		"no filters":            {firewallType, e.firewall(acctest.Config{"filters": []acctest.Config{}}), []string{"filters", "at least 1"}},
		"a range":               {firewallType, filter(acctest.Config{"sources": []string{"10.0.0.1-10.0.0.9"}}), []string{`ElementKeyInt(0).AttributeName("sources").ElementKeyInt(0)`, "a subnet such as"}},
		"a name":                {firewallType, filter(acctest.Config{"sources": []string{"web.example.com"}}), []string{"sources", "names are not taken"}},
		"six addresses":         {firewallType, filter(acctest.Config{"sources": []string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"}}), []string{"sources", "at most 5"}},
		"everywhere":            {firewallType, filter(acctest.Config{"destinations": []string{"0.0.0.0/0"}}), []string{"destinations", "without packets"}},
		"no port":               {firewallType, filter(acctest.Config{"destination_ports": []int{}}), []string{"destination_ports", "at least 1"}},
		"port zero":             {firewallType, filter(acctest.Config{"destination_ports": []int{0}}), []string{"destination_ports", "between 1 and 65535"}},
		"target":                {vpnType, e.vpn(acctest.Config{"target_id": e.seed.FirewallID}), []string{"target_id", "vpnConnections/{name}"}},
		"links of a gateway":    {vpnType, e.vpn(acctest.Config{"link_connection_names": []string{"link"}}), []string{"link_connection_names", "virtual network gateway"}},
		"no seconds":            {vpnType, e.vpn(acctest.Config{"duration_in_seconds": 0}), []string{"duration_in_seconds", "between 1 and"}},
		"seconds without end":   {vpnType, e.vpn(acctest.Config{"duration_in_seconds": 10_000_000_000}), []string{"duration_in_seconds", "31622400"}},
		"trace":                 {vpnType, in(acctest.Config{"tracing_flags": []string{"TCP"}}), []string{"tracing_flags", `"ESP"`}},
		"IPv6 inside":           {vpnType, in(acctest.Config{"source_subnets": []string{"2001:db8::/64"}}), []string{"source_subnets", "no IPv4 subnet"}},
		"an address":            {vpnType, in(acctest.Config{"destination_subnets": []string{"10.0.0.4"}}), []string{"destination_subnets", "/32"}},
		"protocol number":       {vpnType, in(acctest.Config{"protocols": []int{256}}), []string{"protocols", "between 0 and 255"}},
		"TCP flag":              {vpnType, in(acctest.Config{"tcp_flags": []string{"syn"}}), []string{"tcp_flags", `"SYN"`}},
		"no bytes of a packet":  {vpnType, in(acctest.Config{"max_packet_buffer_size_in_bytes": 0}), []string{"max_packet_buffer_size_in_bytes", "at least 1"}},
		"no megabytes":          {vpnType, in(acctest.Config{"max_file_size_in_megabytes": 0}), []string{"max_file_size_in_megabytes", "at least 1"}},
		"what destroying means": {vpnType, e.vpn(acctest.Config{"on_destroy": "stop"}), []string{"on_destroy", `"abandon"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.ExpectError(t, p.Validate(t.Context(), test.kind, test.config), test.says...)
		})
	}
}

// TestContainersAreCheckedAtPlan looks at what is wrong with a SAS. No error has
// a path: the CLI would quote the line on which it stands.
func TestContainersAreCheckedAtPlan(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	for kind, config := range map[string]func(acctest.Config) acctest.Config{firewallType: e.firewall, vpnType: e.vpn} {
		for name, test := range map[string]struct{ sas, says string }{
			"no container": {strings.Replace(e.sas, "/packet-captures", "/", 1), "sas_url_wo: path names no container"},
			"read only":    {containerURL(e.Cloud, "rl", 24*time.Hour), "sas_url_wo: sp is"},
			"too short":    {containerURL(e.Cloud, "c", 20*time.Second), "sas_url_wo: se is"},
			"expired":      {containerURL(e.Cloud, "c", -30*time.Minute), "has expired"},
			"http":         {strings.Replace(e.sas, "https:", "http:", 1), "must begin with https"},
			"none":         {"", "SAS URL is missing"},
		} {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				changed := config(acctest.Config{"sas_url_wo": test.sas})
				if test.sas == "" {
					changed = config(acctest.Config{"sas_url_wo": nil})
				}
				_, diagnostics := e.run(t).Plan(t.Context(), kind, nil, changed)
				acctest.ExpectError(t, diagnostics, test.says)
				for _, d := range diagnostics {
					if d.Attribute != nil {
						t.Errorf("the error has a path: %s", d.Attribute)
					}
				}
				e.expectNoSecret(t, nil, diagnostics)
				// The environment's is checked as well.
				if test.sas != "" {
					_, diagnostics = e.runWith(t, test.sas).Plan(t.Context(), kind, nil, config(acctest.Config{"sas_url_wo": nil}))
					acctest.ExpectError(t, diagnostics, strings.Replace(test.says, "sas_url_wo", sasVariable, 1))
				}
			})
		}
	}
}

// TestASASThatIsBoundToAddresses is warned of, wherever it was given.
func TestASASThatIsBoundToAddresses(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	bound := e.sas + "&sip=168.1.5.60"
	for kind, config := range map[string]func(acctest.Config) acctest.Config{firewallType: e.firewall, vpnType: e.vpn} {
		_, diagnostics := e.run(t).Plan(t.Context(), kind, nil, config(acctest.Config{"sas_url_wo": bound}))
		acctest.ExpectWarning(t, diagnostics, "SAS URL is bound to addresses", "sas_url_wo: sip is", "168.1.5.60")
		_, diagnostics = e.runWith(t, bound).Plan(t.Context(), kind, nil, config(acctest.Config{"sas_url_wo": nil}))
		acctest.ExpectWarning(t, diagnostics, sasVariable+": sip is")
		_, diagnostics = e.run(t).Plan(t.Context(), kind, nil, config(nil))
		if len(diagnostics) > 0 {
			t.Errorf("%s, bound to none: %v", kind, diagnostics.Warnings())
		}
	}
}

// TestASASMayExpireInTheWaitForAFirewall: what could not be stored is not
// captured.
func TestASASMayExpireInTheWaitForAFirewall(t *testing.T) {
	t.Parallel()
	waits, looks := make(chan struct{}), func() {}
	e := newEdgeAt(t, 10, func(exchange simcore.Exchange) {
		select {
		case <-waits:
			if strings.Contains(string(exchange.RequestBody), `"Status"`) {
				looks()
			}
		default:
		}
	})
	looks = func() { e.Clock.Advance(10 * time.Minute) }
	e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"file_name": "first", "wait_for_completion": false, "time_limit_in_seconds": 1800}))
	close(waits) // From now on time passes with each look at the firewall.
	object, diagnostics := e.run(t).Apply(t.Context(), firewallType, nil, e.firewall(acctest.Config{"sas_url_wo": containerURL(e.Cloud, "cw", 20*time.Minute)}))
	acctest.ExpectError(t, diagnostics, "Could not start packet capture", "se is", "Nothing was started")
	if object.Exists() {
		t.Error("what was not started is in the state")
	}
}

func TestTimeoutsThatAreTooShort(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	short := acctest.Config{"timeouts": acctest.Config{"create": "30s"}}
	_, diagnostics := e.run(t).Plan(t.Context(), vpnType, nil, e.vpn(short))
	acctest.ExpectError(t, diagnostics, `AttributeName("timeouts").AttributeName("create")`, "timeouts.create is 30s", "takes 1m0s", "31m0s")
	_, diagnostics = e.run(t).Plan(t.Context(), firewallType, nil, e.firewall(short))
	acctest.ExpectWarning(t, diagnostics, `AttributeName("timeouts").AttributeName("create")`, "may take 1m0s")
	_, diagnostics = e.run(t).Plan(t.Context(), firewallType, nil, e.firewall(acctest.Changed(short, acctest.Config{"wait_for_completion": false})))
	if len(diagnostics) > 0 {
		t.Errorf("without waiting: %v %v", diagnostics.Errors(), diagnostics.Warnings())
	}
}

func TestTheEnvironmentHasAContainer(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	object := e.runWith(t, e.sas).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"sas_url_wo": nil}))
	acctest.ExpectAttributes(t, object.Value, "status", "completed")
}

// TestOneFileNamePlannedTwiceIsWarnedOf until the first is made: a later one
// overwrites what is there, as its argument says.
func TestOneFileNamePlannedTwiceIsWarnedOf(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	p := e.run(t)
	expectNothing := func(diagnostics acctest.Diagnostics) {
		t.Helper()
		if len(diagnostics) > 0 {
			t.Error(diagnostics.Errors(), diagnostics.Warnings())
		}
	}
	first, diagnostics := p.Plan(t.Context(), firewallType, nil, e.firewall(nil))
	expectNothing(diagnostics)
	for _, changes := range []acctest.Config{{"file_name": "web.pcap"}, {"firewall_id": e.seed.BasicFirewallID}} {
		_, diagnostics = p.Plan(t.Context(), firewallType, nil, e.firewall(changes))
		acctest.ExpectWarning(t, diagnostics, "Packet captures have one file name", "https://tapcaptures.blob.core.windows.net/packet-captures,", "its own file_name")
		e.expectNoSecret(t, nil, diagnostics)
	}
	_, diagnostics = p.Plan(t.Context(), firewallType, nil, e.firewall(acctest.Config{"file_name": "web-2"}))
	expectNothing(diagnostics)
	object, diagnostics := p.ApplyPlan(t.Context(), firewallType, nil, first)
	expectNothing(diagnostics)
	_, diagnostics = p.PlanReplace(t.Context(), firewallType, object, e.firewall(nil))
	expectNothing(diagnostics)
}
