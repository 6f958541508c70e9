package messages

import (
	"context"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

const (
	edgeFirewall = "cloudtap_azure_firewall_packet_capture"
	vpn          = "cloudtap_azure_vpn_packet_capture"

	// Names of what the simulated Azure has.
	azureFirewall  = "{azure firewall}"
	noManagement   = "{azure firewall without management NIC}"
	gateway        = "{vpn gateway}"
	policyBased    = "{policy-based vpn gateway}"
	captureStorage = "{container with a SAS}"
)

// badSAS is the URL of a container with a SAS, with a part that is at fault.
func badSAS(path, parameters string) string {
	return "https://tapcaptures.blob.core.windows.net/" + path + "?sv=2022-11-02&sr=c&" + parameters + "&sig=" + canary
}

func goodFirewallCapture() acctest.Config {
	return acctest.Config{
		"firewall_id": azureFirewall, "file_name": "web", "sas_url_wo": captureStorage,
		"filters": []any{acctest.Config{"sources": []any{"10.1.0.4"}, "destinations": []any{"10.2.0.0/24"}, "destination_ports": []any{443}}},
	}
}

func goodVPNCapture() acctest.Config {
	return acctest.Config{"target_id": gateway, "duration_in_seconds": 1, "sas_url_wo": captureStorage}
}

func edgeMistakes() []mistake {
	good, goodVPN := goodFirewallCapture(), goodVPNCapture()
	filter := func(name string, value any) acctest.Config {
		changed := with(good["filters"].([]any)[0].(acctest.Config), acctest.Config{name: value}) //nolint:forcetypeassert // written above
		return with(good, acctest.Config{"filters": []any{changed}})
	}
	sas := func(base acctest.Config, path, parameters string) acctest.Config {
		return with(base, acctest.Config{"sas_url_wo": badSAS(path, parameters)})
	}
	return []mistake{
		{title: edgeFirewall + ": SAS without a container", call: plan(edgeFirewall, sas(good, "", "sp=w&se=2100-01-01"))},
		{title: edgeFirewall + ": SAS of a blob", call: plan(edgeFirewall, sas(good, "edge/web.pcap", "sp=w&se=2100-01-01"))},
		{title: edgeFirewall + ": SAS that cannot write", call: plan(edgeFirewall, sas(good, "edge", "sp=rl&se=2100-01-01"))},
		{title: edgeFirewall + ": SAS that has expired", call: plan(edgeFirewall, sas(good, "edge", "sp=w&se=2020-10-27"))},
		{title: vpn + ": SAS that is not valid yet", call: plan(vpn, sas(goodVPN, "edge", "sp=w&st=2099-01-01&se=2100-01-01"))},
		{title: vpn + ": no SAS", call: plan(vpn, with(goodVPN, acctest.Config{"sas_url_wo": nil}))},
		{title: edgeFirewall + ": a range of addresses", call: validate(edgeFirewall, filter("sources", []any{"10.0.0.1-10.0.0.9"}))},
		{title: edgeFirewall + ": all destinations", call: validate(edgeFirewall, filter("destinations", []any{"0.0.0.0/0"}))},
		{title: edgeFirewall + ": too many packets", call: validate(edgeFirewall, with(good, acctest.Config{"max_packets": 100000}))},
		{title: edgeFirewall + ": flags of UDP", call: validate(edgeFirewall, with(good, acctest.Config{"protocol": "UDP", "flags": []any{"syn"}}))},
		{title: edgeFirewall + ": file in a folder", call: validate(edgeFirewall, with(good, acctest.Config{"file_name": "captures/web"}))},
		{title: edgeFirewall + ": not the ID of a firewall", call: validate(edgeFirewall, with(good, acctest.Config{"firewall_id": machine}))},
		{title: edgeFirewall + ": no management NIC", call: create(edgeFirewall, with(good, acctest.Config{"firewall_id": noManagement}))},
		{title: edgeFirewall + ": the firewall does not exist", call: create(edgeFirewall, with(good, acctest.Config{"firewall_id": azureFirewall + "x"}))},
		{title: vpn + ": not the ID of a gateway", call: validate(vpn, with(goodVPN, acctest.Config{"target_id": machine}))},
		{title: vpn + ": links of a gateway", call: validate(vpn, with(goodVPN, acctest.Config{"link_connection_names": []any{"link-1"}}))},
		{title: vpn + ": IPv6 in the tunnel", call: validate(vpn, with(goodVPN, acctest.Config{"filter": acctest.Config{"source_subnets": []any{"2001:db8::/64"}}}))},
		{title: vpn + ": a policy-based gateway", call: create(vpn, with(goodVPN, acctest.Config{"target_id": policyBased}))},
		{title: vpn + ": a signature that is none", call: create(vpn, sas(goodVPN, "packet-captures", "sp=w&se=2100-01-01"))},
		{title: vpn + ": destroyed while it runs", call: steps(destroyWhatRuns)},
		{
			title: vpn + ": destroyed while it runs, with a SAS that has expired", call: steps(destroyWhatRuns), prepare: func(*testing.T, *cloudsim.Cloud) {},
			environment: map[string]string{"CLOUDTAP_AZURE_CAPTURE_SAS_URL": badSAS("packet-captures", "sp=w&se=2020-10-27")},
		},
	}
}

// destroyWhatRuns interrupts a create, and destroys what it left.
func destroyWhatRuns(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	config := inCloud(cloud, with(goodVPNCapture(), acctest.Config{"duration_in_seconds": 3600}))
	object, left := p.Apply(ctx, vpn, nil, config)
	if len(left.Warnings()) != 1 || len(left.Errors()) != 0 {
		t.Errorf("interrupted: %v", left)
	}
	_, diagnostics := p.Apply(t.Context(), vpn, object, nil)
	return append(left, diagnostics...)
}
