package capturetask_test

import (
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

const firewallType = "cloudtap_huaweicloud_firewall"

func TestFirewallDataSource(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	creating := cloud.CFW.AddFirewall(cfw.Firewall{Name: "creating", SupportsCapture: true})
	for name, test := range map[string]struct {
		config acctest.Config
		want   []string
	}{
		"by name":         {acctest.Config{"name": "sim-firewall"}, []string{cloud.CFW.FirewallID(), "sim-firewall", "running", "true", "true", "0"}},
		"by id":           {acctest.Config{"fw_instance_id": cloud.CFW.FirewallID()}, []string{cloud.CFW.FirewallID(), "sim-firewall", "running", "true", "true", "0"}},
		"without IPv6":    {acctest.Config{"fw_instance_id": cloud.CFW.FirewallWithoutIPv6ID()}, []string{cloud.CFW.FirewallWithoutIPv6ID(), "sim-firewall-without-ipv6", "running", "true", "false", "0"}},
		"without capture": {acctest.Config{"name": "sim-firewall-without-capture"}, []string{cloud.CFW.FirewallWithoutCaptureID(), "sim-firewall-without-capture", "running", "false", "true", "0"}},
		"creating":        {acctest.Config{"fw_instance_id": creating.ID}, []string{creating.ID, "creating", "creating", "true", "false", "0"}},
		"project kept":    {acctest.Config{"name": "sim-firewall", "enterprise_project_id": "default"}, []string{cloud.CFW.FirewallID(), "sim-firewall", "running", "true", "true", "default"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, diagnostics := p.ReadData(t.Context(), firewallType, test.config)
			p.Expect(diagnostics)
			for i, attribute := range []string{"fw_instance_id", "name", "status", "supports_capture", "supports_ipv6", "enterprise_project_id"} {
				if got := acctest.Get(t, read, attribute); got != test.want[i] {
					t.Errorf("%s is %q, want %q", attribute, got, test.want[i])
				}
			}
		})
	}
}

func TestFirewallThatIsNotFound(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	cloud.CFW.AddFirewall(cfw.Firewall{Name: "twice"})
	cloud.CFW.AddFirewall(cfw.Firewall{Name: "twice"})
	for name, test := range map[string]struct {
		config acctest.Config
		want   []string
	}{
		"unknown name": {acctest.Config{"name": "sim"}, []string{"name", "Could not find firewall", `No firewall is named "sim"`, "check the name"}},
		"unknown id":   {acctest.Config{"fw_instance_id": "sim"}, []string{"fw_instance_id", `No firewall has the id "sim"`}},
		"two":          {acctest.Config{"name": "twice"}, []string{"2 firewalls", "use fw_instance_id"}},
		"both":         {acctest.Config{"name": "a", "fw_instance_id": "b"}, []string{"name", "fw_instance_id"}},
		"nothing":      {acctest.Config{}, []string{"name", "fw_instance_id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diagnostics := p.ReadData(t.Context(), firewallType, test.config)
			text := strings.Join(diagnostics.Errors(), "\n")
			simtest.Says(t, text, test.want...)
		})
	}
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "ListFirewallList", Kind: simcore.KindStatus, Code: 403})
	_, diagnostics := acctest.NewProvider(t, cloud).ReadData(t.Context(), firewallType, acctest.Config{"name": "sim-firewall"})
	acctest.ExpectError(t, diagnostics, "Could not find firewall", "403", "permissions")
}

func TestUnsupportedCapturesAreNamedAtPlan(t *testing.T) {
	t.Parallel()
	six := acctest.Config{"source_address": "2001:db8::1", "destination_address": "2001:db8::2"}
	cloud, p := start(t, nil)
	for name, test := range map[string]struct {
		changes acctest.Config
		want    []string
	}{
		"capture": {acctest.Config{"fw_instance_id": cloud.CFW.FirewallWithoutCaptureID()},
			[]string{"fw_instance_id", "Firewall does not support packet capture", "sim-firewall-without-capture", "nothing was created"}},
		"IPv6": {acctest.Changed(six, acctest.Config{"fw_instance_id": cloud.CFW.FirewallWithoutIPv6ID()}),
			[]string{"fw_instance_id", "Firewall does not support IPv6", "sim-firewall-without-ipv6"}},
		"firewall": {acctest.Config{"fw_instance_id": "no-such-firewall"},
			[]string{"fw_instance_id", "Firewall does not exist", "no-such-firewall", "check the id, the region"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diagnostics := p.Plan(t.Context(), typeName, nil, web(cloud, test.changes))
			acctest.ExpectError(t, diagnostics, test.want...)
		})
	}
	if posts := cloud.Journal.Count("cfw", "CreateCaptureTask"); posts != 0 {
		t.Errorf("%d POSTs", posts)
	}
}

func TestAFirewallThatCannotBeCheckedDoesNotFailThePlan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		code     int
		warnings int
	}{
		"not allowed to look": {403, 0},
		"bad credentials":     {401, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, nil)
			acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "ListFirewallDetail", Kind: simcore.KindStatus, Code: test.code, Times: -1})
			_, diagnostics := p.Plan(t.Context(), typeName, nil, web(cloud, nil))
			p.Expect(diagnostics)
			if warnings := diagnostics.Warnings(); len(warnings) != test.warnings {
				t.Errorf("warnings: %v", warnings)
			}
		})
	}
}
