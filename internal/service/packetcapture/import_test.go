package packetcapture_test

import (
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// TestImportOfWhatHasEndedShowsNothingToDo imports a session that ended by a
// stop or by itself; whatever the configuration wants of it, it has come to pass.
func TestImportOfWhatHasEndedShowsNothingToDo(t *testing.T) {
	t.Parallel()
	for end, finish := range map[string]func(*acctest.Provider, *cloudsim.Cloud, *acctest.Object){
		"stopped": func(p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) {
			p.MustApply(t, typeName, object, classic(cloud, acctest.Config{"desired_state": "stopped"}))
		},
		"over": func(_ *acctest.Provider, cloud *cloudsim.Cloud, _ *acctest.Object) {
			cloud.Clock.Advance(6 * time.Hour)
		},
	} {
		cloud := acctest.StartCloud(t, cloudsim.Options{})
		p := acctest.NewProvider(t, cloud)
		finish(p, cloud, p.MustApply(t, typeName, nil, classic(cloud, nil)))
		imported, diagnostics := p.Import(t.Context(), typeName, cloud.ARM.Seeded().NetworkWatcherID+"/packetCaptures/web")
		p.Expect(diagnostics)
		t.Log(end)
		expect(t, imported, "status", "Stopped", "desired_state", "stopped")
		// The protocol is spelled as the service does.
		stopped, silent := classic(cloud, acctest.Config{"desired_state": "stopped"}), classic(cloud, nil)
		p.ExpectAction(t, typeName, imported, stopped, "no-op")
		p.ExpectAction(t, typeName, imported, silent, "no-op")
		p.ExpectAction(t, typeName, imported, classic(cloud, acctest.Config{"desired_state": "running"}), "update")
		// An update for another reason does not make it ours to run again.
		other := classic(cloud, acctest.Config{"timeouts": acctest.Config{"delete": "1h"}})
		p.ExpectAction(t, typeName, p.MustApply(t, typeName, imported, other), silent, "update")
		// A stop that the configuration asked for is taken back by a new capture.
		wanted := p.MustApply(t, typeName, imported, acctest.Changed(stopped, acctest.Config{"timeouts": acctest.Config{"delete": "1h"}}))
		p.ExpectAction(t, typeName, wanted, other, "replace")
	}
}
