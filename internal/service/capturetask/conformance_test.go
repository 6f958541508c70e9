package capturetask_test

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

func TestEveryCapture(t *testing.T) {
	t.Parallel()
	acctest.Captures{
		Type:   typeName,
		Config: web,
		Imported: func(cloud *cloudsim.Cloud) map[string]acctest.Config {
			return map[string]acctest.Config{"ports": web(cloud, acctest.Config{"protocol": "udp", "destination_port": "53"})}
		},
		Identity: func(cloud *cloudsim.Cloud, capture *acctest.Object) acctest.Config {
			return acctest.Config{
				"fw_instance_id": cloud.CFW.FirewallID(), "task_id": acctest.Get(t, capture.Value, "task_id"), "region": cloud.IAM.Region(),
			}
		},
		OtherIDs: func(string) []string { return nil },
		IDs: func(cloud *cloudsim.Cloud) []string {
			var ids []string
			for _, task := range cloud.CFW.Tasks() {
				ids = append(ids, cloud.CFW.FirewallID()+"/"+task.ID)
			}
			return ids
		},
		Delete: func(t *testing.T, cloud *cloudsim.Cloud, capture *acctest.Object) {
			t.Helper()
			cloud.CFW.Delete(acctest.Get(t, capture.Value, "task_id"))
		},
		Stopped: []string{"status", "stopped", "capture_size", "1kb"},
		Changes: []string{"capture_size", "modified_date", "remaining_days"},
		Action: func(capture *acctest.Object) acctest.Config {
			return acctest.Config{"fw_instance_id": acctest.Get(t, capture.Value, "fw_instance_id"), "task_id": acctest.Get(t, capture.Value, "task_id")}
		},
		Service:   "cfw",
		Throttled: map[string]string{"create": createTask, "create after its list": listTasks, "read": listTasks, "stop": stopTask, "delete": deleteTask},
		Timeout:   "20s",
		Pause:     []string{"24h0m0s"},
	}.Run(t)
}
