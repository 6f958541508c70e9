package packetcapture_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

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
		runs := classic(cloud, acctest.Config{"desired_state": "running"})
		p.ExpectAction(t, typeName, imported, runs, "no-op")
		// An update for another reason does not make it ours to run again.
		other := classic(cloud, acctest.Config{"timeouts": acctest.Config{"delete": "1h"}})
		p.ExpectAction(t, typeName, p.MustApply(t, typeName, imported, other), silent, "update")
		p.ExpectAction(t, typeName, p.MustApply(t, typeName, imported, acctest.Changed(runs, acctest.Config{"timeouts": acctest.Config{"delete": "1h"}})), runs, "update")
		// A stop that the configuration asked for is taken back by a new capture.
		wanted := p.MustApply(t, typeName, imported, acctest.Changed(stopped, acctest.Config{"timeouts": acctest.Config{"delete": "1h"}}))
		p.ExpectAction(t, typeName, wanted, other, "replace")
		p.ExpectAction(t, typeName, wanted, runs, "replace")
	}
}

// TestAStopOfWhatEndedByItselfIsNoted wants a session stopped that is over: the
// update calls nothing, and running then makes a new capture.
func TestAStopOfWhatEndedByItselfIsNoted(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	runs, stopped := classic(cloud, nil), classic(cloud, acctest.Config{"desired_state": "stopped"})
	object := p.MustApply(t, typeName, nil, runs)
	cloud.Clock.Advance(6 * time.Hour)
	object = p.MustRead(t, typeName, object)
	expect(t, object, "status", "Stopped", "desired_state", "running")
	cloud.Journal.Reset()
	p.ExpectAction(t, typeName, object, stopped, "update")
	object = p.MustApply(t, typeName, object, stopped)
	if calls := cloud.Journal.Count("arm", ""); calls != 0 {
		t.Errorf("%d calls: %v", calls, cloud.Journal.Summary())
	}
	p.ExpectAction(t, typeName, object, runs, "replace")
}

// TestAccImportOfWhatHasEndedShowsNothingToDo asks Terraform, which takes a
// planned value other than the configured one only if it is the prior one.
func TestAccImportOfWhatHasEndedShowsNothingToDo(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.NewProvider(t, cloud).MustApply(t, typeName, nil, classic(cloud, nil))
	cloud.Clock.Advance(6 * time.Hour)
	runs := hcl(cloud, `desired_state = "running"`)
	acctest.Run(t, cloud, expectEmpty(cloud), []resource.TestStep{
		{
			Config:           runs + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, cloud.ARM.Seeded().NetworkWatcherID+"/packetCaptures/web"),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionNoop),
		},
		{Config: runs, ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionNoop)},
	})
}
