package edgecapture_test

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// TestLimitsAreTaken plans the smallest and the largest of each number and list;
// what is beyond them is in TestMistakesOfAConfigurationHaveAPath.
func TestLimitsAreTaken(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	p := e.run(t)
	addresses := []string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4/32", "2001:db8::/64"}
	long := acctest.Config{"timeouts": acctest.Config{"create": "10000h"}}
	for name, test := range map[string]struct {
		kind   string
		config acctest.Config
	}{
		"few packets":  {firewallType, e.firewall(acctest.Config{"max_packets": 100})},
		"many packets": {firewallType, e.firewall(acctest.Config{"max_packets": 90000})},
		"a short time": {firewallType, e.firewall(acctest.Config{"time_limit_in_seconds": 30})},
		"a long time":  {firewallType, e.firewall(acctest.Config{"time_limit_in_seconds": 1800})},
		"all flags":    {firewallType, e.firewall(acctest.Config{"protocol": "TCP", "flags": []string{"fin", "syn", "rst", "push", "ack", "urg"}})},
		"all addresses": {firewallType, e.firewall(acctest.Config{"filters": []acctest.Config{
			{"sources": addresses, "destinations": addresses, "destination_ports": []int{1, 65535}}, {"sources": addresses[:1], "destinations": addresses[:1], "destination_ports": []int{443}},
		}})},
		"one second": {vpnType, e.vpn(acctest.Config{"duration_in_seconds": 1})},
		"a day":      {vpnType, e.vpn(acctest.Changed(long, acctest.Config{"duration_in_seconds": 24 * 60 * 60}))},
		"the least of a filter": {vpnType, e.vpn(acctest.Config{"filter": acctest.Config{
			"tracing_flags": []string{"ESP"}, "max_packet_buffer_size_in_bytes": 1, "max_file_size_in_megabytes": 1, "protocols": []int{0}, "source_ports": []int{1}, "tcp_flags": []string{"FIN"},
		}})},
		"the most of a filter": {vpnType, e.vpn(acctest.Config{"filter": acctest.Config{
			"tracing_flags": []string{"ESP", "IKE", "OVPN"}, "max_file_size_in_megabytes": 501, "max_packet_buffer_size_in_bytes": 65535, "protocols": []int{255}, "destination_ports": []int{65535},
			"source_subnets": []string{"0.0.0.0/0"}, "tcp_flags": []string{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"}, "capture_single_direction_traffic_only": true,
		}})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.Expect(p.Validate(t.Context(), test.kind, test.config))
			plan := p.ExpectAction(t, test.kind, nil, test.config, "create")
			acctest.ExpectAttributes(t, plan.Value, "sas_url_wo", acctest.Null)
		})
	}
}
