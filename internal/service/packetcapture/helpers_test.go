package packetcapture_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// classic returns the configuration of a classic capture on the seeded
// virtual machine, with changes; a nil value removes an attribute.
func classic(cloud *cloudsim.Cloud, changes acctest.Config) acctest.Config {
	seeded := cloud.ARM.Seeded()
	return changed(acctest.Config{
		"name":               "web",
		"network_watcher_id": seeded.NetworkWatcherID,
		"target_id":          seeded.VMID,
		"storage_location":   acctest.Config{"storage_account_id": seeded.StorageAccountID},
	}, changes)
}

// ring returns the configuration of a ring-buffer capture on the seeded
// scale set.
func ring(cloud *cloudsim.Cloud, changes acctest.Config) acctest.Config {
	seeded := cloud.ARM.Seeded()
	return changed(acctest.Config{
		"name":               "ring",
		"network_watcher_id": seeded.NetworkWatcherID,
		"target_id":          seeded.VMSSID,
		"continuous_capture": false,
		"capture_settings":   acctest.Config{"file_count": 2, "file_size_in_bytes": 102400, "session_time_limit_in_seconds": 60},
		"storage_location":   acctest.Config{"file_path": "/var/captures/ring.cap"},
	}, changes)
}

func changed(config, changes acctest.Config) acctest.Config {
	config = maps.Clone(config)
	for name, value := range changes {
		if value == nil {
			delete(config, name)
			continue
		}
		config[name] = value
	}
	return config
}

// mustApply applies and fails the test on errors.
func mustApply(t *testing.T, p *acctest.Provider, prior *acctest.Object, config acctest.Config) *acctest.Object {
	t.Helper()
	object, diagnostics := p.Apply(t.Context(), typeName, prior, config)
	p.Expect(diagnostics)
	return object
}

// mustRead refreshes and fails the test on errors.
func mustRead(t *testing.T, p *acctest.Provider, object *acctest.Object) *acctest.Object {
	t.Helper()
	object, diagnostics := p.Read(t.Context(), typeName, object)
	p.Expect(diagnostics)
	return object
}

// expectAction checks what a plan does.
func expectAction(t *testing.T, p *acctest.Provider, prior *acctest.Object, config acctest.Config, want string) acctest.Plan {
	t.Helper()
	plan, diagnostics := p.Plan(t.Context(), typeName, prior, config)
	p.Expect(diagnostics)
	if got := plan.Action(prior); got != want {
		t.Errorf("planned %s, want %s\nprior   %s\nplanned %s", got, want, prior.Value, plan.Value)
	}
	return plan
}

// expectError checks that exactly one error was reported, with all parts.
func expectError(t *testing.T, diagnostics acctest.Diagnostics, parts ...string) {
	t.Helper()
	errors := diagnostics.Errors()
	if len(errors) != 1 {
		t.Fatalf("got %d errors, want one:\n%s", len(errors), strings.Join(errors, "\n---\n"))
	}
	for _, part := range parts {
		if !strings.Contains(errors[0], part) {
			t.Errorf("the error does not say %q:\n%s", part, errors[0])
		}
	}
}

// expect checks attributes, given as pairs of path and value.
func expect(t *testing.T, object *acctest.Object, pairs ...string) {
	t.Helper()
	for pair := range slices.Chunk(pairs, 2) {
		path, want := pair[0], pair[1]
		if got := acctest.Get(object.Value, path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}
