package packetcapture_test

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// classic returns the configuration of a classic capture on the seeded
// virtual machine, with changes; a nil value removes an attribute.
func classic(cloud *cloudsim.Cloud, changes acctest.Config) acctest.Config {
	seeded := cloud.ARM.Seeded()
	return acctest.Changed(acctest.Config{
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
	return acctest.Changed(acctest.Config{
		"name":               "ring",
		"network_watcher_id": seeded.NetworkWatcherID,
		"target_id":          seeded.VMSSID,
		"continuous_capture": false,
		"capture_settings":   acctest.Config{"file_count": 2, "file_size_in_bytes": 102400, "session_time_limit_in_seconds": 60},
		"storage_location":   acctest.Config{"file_path": "/var/captures/ring.cap"},
	}, changes)
}

func expect(t *testing.T, object *acctest.Object, pairs ...string) {
	t.Helper()
	acctest.ExpectAttributes(t, object.Value, pairs...)
}
