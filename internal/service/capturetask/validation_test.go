package capturetask_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
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
		"empty firewall":        {acctest.Config{"fw_instance_id": ""}, []string{"fw_instance_id", "must not be empty"}},
		"firewall with a slash": {acctest.Config{"fw_instance_id": "a/b"}, []string{"fw_instance_id", "slash"}},
		"empty name":            {acctest.Config{"name": " "}, []string{"name", "needs a name"}},
		"no minutes":            {acctest.Config{"duration_in_minutes": 0}, []string{"duration_in_minutes", "between 1 and"}},
		"too many minutes":      {acctest.Config{"duration_in_minutes": 2147483648}, []string{"duration_in_minutes", "2147483647"}},
		"no packets":            {acctest.Config{"max_packets": 0}, []string{"max_packets", "between 1 and 1000000"}},
		"too many packets":      {acctest.Config{"max_packets": 1000001}, []string{"max_packets", "between 1 and 1000000"}},
		"source is no address":  {acctest.Config{"source_address": "web"}, []string{"source_address", `"web" is neither an IP address nor a CIDR block`}},
		"destination is empty":  {acctest.Config{"destination_address": ""}, []string{"destination_address", "neither an IP address"}},
		"families":              {acctest.Config{"destination_address": "2001:db8::1"}, []string{"destination_address", "source_address is ipv4 and destination_address is ipv6", "two capture tasks"}},
		"protocol":              {acctest.Config{"protocol": "TCPv4"}, []string{"protocol", `"TCPv4" is not a protocol`, "tcp, udp, icmp, icmpv6 or any"}},
		"port of icmp":          {acctest.Config{"protocol": "icmp", "source_port": "80"}, []string{"source_port", "icmp has no ports", "Remove source_port"}},
		"port of icmpv6":        {acctest.Config{"protocol": "icmpv6", "destination_port": "80"}, []string{"destination_port", "icmpv6 has no ports"}},
		"port 0":                {acctest.Config{"source_port": "0"}, []string{"source_port", `"0" is not a port`, "8000-8080"}},
		"port 65536":            {acctest.Config{"destination_port": "65536"}, []string{"destination_port", "from 1 to 65535"}},
		"port with a zero":      {acctest.Config{"destination_port": "080"}, []string{"destination_port", `"080"`}},
		"range without an end":  {acctest.Config{"destination_port": "80-"}, []string{"destination_port", `"80-"`}},
		"range runs backwards":  {acctest.Config{"destination_port": "90-80"}, []string{"destination_port", "runs backwards", "write 80-90"}},
		"list of ports":         {acctest.Config{"destination_port": "80,443"}, []string{"destination_port", `"80,443" is not a port`}},
		"desired state":         {acctest.Config{"desired_state": "paused"}, []string{"desired_state", "running"}},
		"timeout":               {acctest.Config{"timeouts": acctest.Config{"create": "soon"}}, []string{"create", "soon"}},
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

// TestAWaitThatMayNotEndInTimeIsWarnedOfOnce plans, and validates, which
// Terraform does twice.
func TestAWaitThatMayNotEndInTimeIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	for name, test := range map[string]struct {
		changes acctest.Config
		want    string
	}{
		"longer than the wait": {acctest.Config{"wait_for_completion": true, "duration_in_minutes": 90}, "90 minutes, and the apply waits for its end for 1h0m0s"},
		"longer than allowed":  {acctest.Config{"wait_for_completion": true, "timeouts": acctest.Config{"create": "2m"}}, "3 minutes"},
		"long enough":          {acctest.Config{"wait_for_completion": true, "duration_in_minutes": 90, "timeouts": acctest.Config{"create": "2h"}}, ""},
		"not waited for":       {acctest.Config{"duration_in_minutes": 90}, ""},
		"stopped anyway":       {acctest.Config{"wait_for_completion": true, "duration_in_minutes": 90, "desired_state": "stopped"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewProvider(t, cloud)
			config := web(cloud, test.changes)
			if diagnostics := p.Validate(t.Context(), typeName, config); len(diagnostics) > 0 {
				t.Errorf("validation reports %q %q", diagnostics.Warnings(), diagnostics.Errors())
			}
			_, diagnostics := p.Plan(t.Context(), typeName, nil, config)
			p.Expect(diagnostics)
			if test.want == "" {
				if len(diagnostics) > 0 {
					t.Errorf("got %q", diagnostics.Warnings())
				}
				return
			}
			acctest.ExpectWarning(t, diagnostics, "wait_for_completion", "may not end in time", test.want, "Raise timeouts.create")
		})
	}
}

// TestTasksOfOneFirewallTakeTurns plans several tasks in one run.
func TestTasksOfOneFirewallTakeTurns(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	plan := func(changes acctest.Config) acctest.Diagnostics {
		_, diagnostics := p.Plan(t.Context(), typeName, nil, web(cloud, changes))
		p.Expect(diagnostics)
		return diagnostics
	}
	if diagnostics := plan(acctest.Config{"duration_in_minutes": 20}); len(diagnostics) > 0 {
		t.Errorf("the first one: %q", diagnostics.Warnings())
	}
	if diagnostics := plan(acctest.Config{"fw_instance_id": cloud.CFW.FirewallWithoutIPv6ID()}); len(diagnostics) > 0 {
		t.Errorf("on another firewall: %q", diagnostics.Warnings())
	}
	second := plan(acctest.Config{"name": "second", "duration_in_minutes": 25})
	acctest.ExpectWarning(t, second, "fw_instance_id", "take turns", "at least 2 capture tasks", "45 minutes in all")
	if strings.Contains(second.Warnings()[0], "may fail") {
		t.Errorf("the time suffices: %s", second.Warnings()[0])
	}
	// A task that is stopped at once holds the firewall for a moment.
	acctest.ExpectWarning(t, plan(acctest.Config{"name": "third", "duration_in_minutes": 90, "desired_state": "stopped"}), "at least 3 capture tasks", "45 minutes in all")
	acctest.ExpectWarning(t, plan(acctest.Config{"name": "fourth", "duration_in_minutes": 40, "timeouts": acctest.Config{"create": "30m"}}),
		"at least 4 capture tasks", "85 minutes in all", "Each create waits for 30m0s at most", "raise create in timeouts")
}

func TestTheSameTaskPlannedTwiceIsWarnedOf(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, map[string]string{"capture_minute": "1ms"})
	first, diagnostics := p.Plan(t.Context(), typeName, nil, web(cloud, nil))
	p.Expect(diagnostics)
	_, diagnostics = p.Plan(t.Context(), typeName, nil, web(cloud, nil))
	p.Expect(diagnostics)
	if warnings := strings.Join(diagnostics.Warnings(), "\n"); !strings.Contains(warnings, "planned twice") || !strings.Contains(warnings, "cannot be told apart") {
		t.Errorf("got %q", warnings)
	}
	// What is applied is planned no more.
	for range 2 {
		if _, diagnostics = p.ApplyPlan(t.Context(), typeName, nil, first); len(diagnostics.Errors()) > 0 {
			t.Fatal(diagnostics.Errors())
		}
	}
	if _, diagnostics = p.Plan(t.Context(), typeName, nil, web(cloud, nil)); len(diagnostics) > 0 {
		t.Errorf("got %q", diagnostics.Warnings())
	}
}

// TestAnEmptyScopeIsNone leaves region and enterprise project empty, as modules
// do, and then changes the provider's default.
func TestAnEmptyScopeIsNone(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	empty := web(cloud, acctest.Config{"region": "", "enterprise_project_id": ""})
	object := p.MustApply(t, typeName, nil, empty)
	region := cloud.Lookup("HW_REGION_NAME")
	if identity := p.Identity(typeName, object); !identity["region"].Equal(tftypes.NewValue(tftypes.String, region)) {
		t.Errorf("the identity is %v", identity)
	}
	elsewhere := acctest.NewProviderWithEnvironment(t, func(name string) string {
		if name == "HW_REGION_NAME" || name == "OS_REGION_NAME" {
			return "eu-west-101"
		}
		return cloud.Lookup(name)
	})
	object = elsewhere.MustRead(t, typeName, object)
	expect(t, object, "region", region)
	for name, config := range map[string]acctest.Config{"empty": empty, "none": web(cloud, nil), "the same": web(cloud, acctest.Config{"region": region})} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.NewProvider(t, cloud).ExpectAction(t, typeName, object, config, "no-op")
		})
	}
	t.Run("another", func(t *testing.T) {
		t.Parallel()
		acctest.NewProvider(t, cloud).ExpectAction(t, typeName, object, web(cloud, acctest.Config{"region": "cn-south-1"}), "replace")
	})
}
