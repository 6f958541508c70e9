package packetcapture_test

import (
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

func TestEveryCapture(t *testing.T) {
	t.Parallel()
	acctest.Captures{
		Type:   typeName,
		Config: classic,
		Imported: func(cloud *cloudsim.Cloud) map[string]acctest.Config {
			return map[string]acctest.Config{
				"classic": classic(cloud, acctest.Config{"filters": []acctest.Config{{"protocol": "UDP", "remote_port": "53"}}}),
				"ring":    ring(cloud, acctest.Config{"instances": acctest.Config{"include": []string{"0"}}, "recapture_triggers": acctest.Config{"incident": "1"}}),
			}
		},
		Identity: func(cloud *cloudsim.Cloud, capture *acctest.Object) acctest.Config {
			return acctest.Config{
				"subscription_id": cloud.ARM.Seeded().SubscriptionID, "resource_group_name": "NetworkWatcherRG",
				"network_watcher_name": "NetworkWatcher_westeurope", "name": acctest.Get(t, capture.Value, "name"),
			}
		},
		OtherIDs: func(id string) []string { return []string{strings.ToLower(id)} },
		IDs: func(cloud *cloudsim.Cloud) []string {
			var ids []string
			for _, capture := range cloud.ARM.Snapshot().PacketCaptures {
				ids = append(ids, capture.ID)
			}
			return ids
		},
		Delete: func(t *testing.T, cloud *cloudsim.Cloud, capture *acctest.Object) {
			t.Helper()
			cloud.ARM.Delete(acctest.Get(t, capture.Value, "id"))
		},
		Stopped: []string{"status", "Stopped", "stop_reason", "Manual"},
		Action: func(capture *acctest.Object) acctest.Config {
			return acctest.Config{"packet_capture_id": acctest.Get(t, capture.Value, "id")}
		},
		Service: "arm",
		Throttled: map[string]string{
			"create": arm.PacketCapturesCreate, "create after its list": arm.PacketCapturesList,
			"read": arm.PacketCapturesGet, "read the status": arm.PacketCapturesGetStatus,
			"stop": arm.PacketCapturesStop, "delete": arm.PacketCapturesDelete,
		},
		Timeout: "1s",
	}.Run(t)
}

func TestImportByAWrongID(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t, acctest.StartCloud(t, cloudsim.Options{}))
	_, diagnostics := p.Import(t.Context(), typeName, "web")
	acctest.ExpectError(t, diagnostics, "/packetCaptures/")
}
