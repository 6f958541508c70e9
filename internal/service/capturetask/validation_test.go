package capturetask_test

import (
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// TestBadInputIsRefusedAtPlan has every rule, with the attribute at fault and
// the words that tell the way out.
func TestBadInputIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	for name, test := range map[string]struct {
		changes acctest.Config
		want    []string
	}{
		"empty firewall":          {acctest.Config{"fw_instance_id": ""}, []string{"fw_instance_id", "must not be empty"}},
		"firewall with a slash":   {acctest.Config{"fw_instance_id": "a/b"}, []string{"fw_instance_id", "slash"}},
		"empty name":              {acctest.Config{"name": " "}, []string{"name", "needs a name"}},
		"no minutes":              {acctest.Config{"duration_in_minutes": 0}, []string{"duration_in_minutes", "between 1 and"}},
		"too many minutes":        {acctest.Config{"duration_in_minutes": 2147483648}, []string{"duration_in_minutes", "2147483647"}},
		"no packets":              {acctest.Config{"max_packets": 0}, []string{"max_packets", "between 1 and 1000000"}},
		"too many packets":        {acctest.Config{"max_packets": 1000001}, []string{"max_packets", "between 1 and 1000000"}},
		"source is no address":    {acctest.Config{"source_address": "web"}, []string{"source_address", `"web" is neither an IP address nor a CIDR block`}},
		"destination is empty":    {acctest.Config{"destination_address": ""}, []string{"destination_address", "neither an IP address"}},
		"families":                {acctest.Config{"destination_address": "2001:db8::1"}, []string{"destination_address", "source_address is ipv4 and destination_address is ipv6", "two capture tasks"}},
		"protocol":                {acctest.Config{"protocol": "TCPv4"}, []string{"protocol", `"TCPv4" is not a protocol`, "tcp, udp, icmp, icmpv6 or any"}},
		"port of icmp":            {acctest.Config{"protocol": "icmp", "source_port": "80"}, []string{"source_port", "icmp has no ports", "Remove source_port"}},
		"port of icmpv6":          {acctest.Config{"protocol": "icmpv6", "destination_port": "80"}, []string{"destination_port", "icmpv6 has no ports"}},
		"port 0":                  {acctest.Config{"source_port": "0"}, []string{"source_port", `"0" is not a port`, "8000-8080"}},
		"port 65536":              {acctest.Config{"destination_port": "65536"}, []string{"destination_port", "from 1 to 65535"}},
		"port with a zero":        {acctest.Config{"destination_port": "080"}, []string{"destination_port", `"080"`}},
		"range without an end":    {acctest.Config{"destination_port": "80-"}, []string{"destination_port", `"80-"`}},
		"range runs backwards":    {acctest.Config{"destination_port": "90-80"}, []string{"destination_port", "runs backwards", "write 80-90"}},
		"list of ports":           {acctest.Config{"destination_port": "80,443"}, []string{"destination_port", `"80,443" is not a port`}},
		"desired state":           {acctest.Config{"desired_state": "paused"}, []string{"desired_state", "running"}},
		"empty region":            {acctest.Config{"region": ""}, []string{"region", "at least 1"}},
		"timeout":                 {acctest.Config{"timeouts": acctest.Config{"create": "soon"}}, []string{"create", "soon"}},
		"empty enterprise projec": {acctest.Config{"enterprise_project_id": ""}, []string{"enterprise_project_id", "at least 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.ExpectError(t, p.Validate(t.Context(), typeName, web(cloud, test.changes)), test.want...)
		})
	}
}

func TestDoubtfulInputIsWarnedOf(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	six := acctest.Config{"source_address": "2001:db8::1", "destination_address": "2001:db8::2"}
	for name, test := range map[string]struct {
		changes acctest.Config
		want    string
	}{
		"icmpv6 and IPv4":       {acctest.Config{"protocol": "icmpv6"}, "no icmpv6 packets between ipv4"},
		"icmp and IPv6":         {acctest.Changed(six, acctest.Config{"protocol": "icmp"}), "no icmp packets between ipv6"},
		"longer than the wait":  {acctest.Config{"wait_for_completion": true, "duration_in_minutes": 90}, "90 minutes, while creating it may take 1h0m0s"},
		"longer than allowed":   {acctest.Config{"wait_for_completion": true, "timeouts": acctest.Config{"create": "2m"}}, "3 minutes"},
		"long enough":           {acctest.Config{"wait_for_completion": true, "duration_in_minutes": 90, "timeouts": acctest.Config{"create": "2h"}}, ""},
		"not waited for":        {acctest.Config{"duration_in_minutes": 90}, ""},
		"stopped anyway":        {acctest.Config{"wait_for_completion": true, "duration_in_minutes": 90, "desired_state": "stopped"}, ""},
		"maxima":                {acctest.Config{"max_packets": 1000000, "duration_in_minutes": 2147483647, "source_port": "1-65535", "destination_port": "65535"}, ""},
		"CIDR blocks":           {acctest.Config{"source_address": "10.0.0.0/8", "destination_address": "0.0.0.0/0"}, ""},
		"a long, strange name":  {acctest.Config{"name": strings.Repeat("抓包/", 200)}, ""},
		"icmpv6 and IPv6":       {acctest.Changed(six, acctest.Config{"protocol": "icmpv6"}), ""},
		"ports of any protocol": {acctest.Config{"protocol": "any", "source_port": "80"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diagnostics := p.Validate(t.Context(), typeName, web(cloud, test.changes))
			p.Expect(diagnostics)
			warnings := strings.Join(diagnostics.Warnings(), "\n")
			if (warnings == "") != (test.want == "") || !strings.Contains(warnings, test.want) {
				t.Errorf("got %q, want %q", warnings, test.want)
			}
		})
	}
	if calls := cloud.Journal.Requests(); len(calls) > 0 {
		t.Errorf("validation made calls: %v", calls)
	}
}
