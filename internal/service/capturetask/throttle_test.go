package capturetask_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestAPauseBeyondTheTimeoutIsSaidToBeThrottling has the service throttle each
// operation for a day.
func TestAPauseBeyondTheTimeoutIsSaidToBeThrottling(t *testing.T) {
	t.Parallel()
	apply := func(name string, fresh bool, changes acctest.Config) func(*testing.T, *acctest.Provider, *cloudsim.Cloud, *acctest.Object) acctest.Diagnostics {
		return func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) acctest.Diagnostics {
			t.Helper()
			if fresh {
				object = nil
			}
			_, diagnostics := p.Apply(t.Context(), typeName, object, long(cloud, acctest.Changed(changes, acctest.Config{"name": name})))
			return diagnostics
		}
	}
	for name, test := range map[string]struct {
		operation string
		ended     bool
		run       func(*testing.T, *acctest.Provider, *cloudsim.Cloud, *acctest.Object) acctest.Diagnostics
	}{
		"create":               {createTask, true, apply("new", true, acctest.Config{})},
		"list before a create": {listTasks, true, apply("new", true, acctest.Config{})},
		"stop":                 {stopTask, false, apply("web", false, acctest.Config{"desired_state": "stopped"})},
		"read": {listTasks, false, func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.Read(t.Context(), typeName, object)
			return diagnostics
		}},
		"delete": {deleteTask, true, func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.Apply(t.Context(), typeName, object, nil)
			return diagnostics
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, nil)
			object := p.MustApply(t, typeName, nil, long(cloud, nil))
			if test.ended {
				cloud.CFW.SetStatus(acctest.Get(t, object.Value, "task_id"), statusCompleted)
			}
			day := 86400
			acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: test.operation, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: &day, Times: -1})
			diagnostics := test.run(t, acctest.NewProvider(t, cloud), cloud, object)
			said := strings.Join(diagnostics.Errors(), "\n")
			if !strings.Contains(said, "429") || !strings.Contains(said, "24h0m0s") {
				t.Errorf("got %q", said)
			}
		})
	}
}
