package packetcapture_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestAPauseBeyondTheTimeoutIsSaidToBeThrottling has the service throttle each
// operation for a day.
func TestAPauseBeyondTheTimeoutIsSaidToBeThrottling(t *testing.T) {
	t.Parallel()
	second := acctest.Config{"create": "1s", "read": "1s", "update": "1s", "delete": "1s"}
	for _, test := range []struct {
		name, operation string
		run             func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) acctest.Diagnostics
	}{
		{"create", arm.PacketCapturesCreate, func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, _ *acctest.Object) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"name": "new", "timeouts": second}))
			return diagnostics
		}},
		{"check before a create", arm.PacketCapturesList, func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, _ *acctest.Object) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"name": "new", "timeouts": second}))
			return diagnostics
		}},
		{"read", arm.PacketCapturesGet, func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.Read(t.Context(), typeName, object)
			return diagnostics
		}},
		{"status", arm.PacketCapturesGetStatus, func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.Read(t.Context(), typeName, object)
			return diagnostics
		}},
		{"stop", arm.PacketCapturesStop, func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.Apply(t.Context(), typeName, object, classic(cloud, acctest.Config{"desired_state": "stopped", "timeouts": second}))
			return diagnostics
		}},
		{"delete", arm.PacketCapturesDelete, func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.Apply(t.Context(), typeName, object, nil)
			return diagnostics
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			object := acctest.NewProvider(t, cloud).MustApply(t, typeName, nil, classic(cloud, acctest.Config{"timeouts": second}))
			day := 86400
			fault := simcore.Fault{Service: "arm", Operation: test.operation, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: &day, Times: -1}
			if err := cloud.Faults.Add(fault); err != nil {
				t.Fatal(err)
			}
			diagnostics := test.run(t, acctest.NewProvider(t, cloud), cloud, object)
			said := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
			if !strings.Contains(said, "429") {
				t.Errorf("got %q", said)
			}
		})
	}
}
