package capturetask_test

import (
	"slices"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
)

// web returns the configuration of a task on the seeded firewall, with
// changes; a nil value removes an attribute.
func web(cloud *cloudsim.Cloud, changes acctest.Config) acctest.Config {
	return acctest.Changed(acctest.Config{
		"fw_instance_id":      cloud.CFW.FirewallID(),
		"name":                "web",
		"duration_in_minutes": 3,
		"max_packets":         100000,
		"source_address":      "1.1.1.1",
		"destination_address": "2.2.2.2",
	}, changes)
}

// start runs a simulation with some of the Cloud Firewall's switches set,
// and a provider that talks to it.
func start(t *testing.T, switches map[string]string) (*cloudsim.Cloud, *acctest.Provider) {
	t.Helper()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	set(t, cloud, switches)
	return cloud, acctest.NewProvider(t, cloud)
}

func set(t *testing.T, cloud *cloudsim.Cloud, switches map[string]string) {
	t.Helper()
	for name, value := range switches {
		if err := cloud.CFW.Switches().Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
}

// refreshed is what the next terraform run, with a provider of its own, sees.
func refreshed(t *testing.T, cloud *cloudsim.Cloud, object *acctest.Object) *acctest.Object {
	t.Helper()
	return acctest.NewProvider(t, cloud).MustRead(t, typeName, object)
}

func expect(t *testing.T, object *acctest.Object, pairs ...string) {
	t.Helper()
	acctest.ExpectAttributes(t, object.Value, pairs...)
}

// expectTasks checks which tasks the service has, and that each object is one
// of them.
func expectTasks(t *testing.T, cloud *cloudsim.Cloud, objects ...*acctest.Object) {
	t.Helper()
	var have, want []string
	for _, task := range cloud.CFW.Tasks() {
		have = append(have, task.ID)
	}
	for _, object := range objects {
		want = append(want, acctest.Get(t, object.Value, "task_id"))
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("the service has the tasks %v, the state %v", have, want)
	}
}

func status(t *testing.T, cloud *cloudsim.Cloud, object *acctest.Object) int {
	t.Helper()
	task, found := cloud.CFW.Task(acctest.Get(t, object.Value, "task_id"))
	if !found {
		t.Fatalf("the service does not have the task of %s", object.Value)
	}
	return task.Status
}

// The vendor's status numbers.
const (
	statusCompleted = 1
	statusRunning   = 2
)

// running puts in a capture of the given name that somebody else has just
// started.
func running(cloud *cloudsim.Cloud, name string) string {
	return cloud.CFW.AddTask(cfw.Seed{Name: name, CreatedAt: cloud.Clock.Now()})
}
