package packetcapture_test

import (
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

const unknownVM = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web"

const unknownWatcher = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"

// TestBadInputIsRefusedAtPlan has every rule, with the attribute at fault and
// the words that tell the way out.
func TestBadInputIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	seeded := cloud.ARM.Seeded()
	filter := func(name, value string) acctest.Config {
		return acctest.Config{"filters": []acctest.Config{{name: value}}}
	}
	storage := func(location acctest.Config) acctest.Config { return acctest.Config{"storage_location": location} }
	for name, test := range map[string]struct {
		config acctest.Config
		want   []string
	}{
		"empty name":            {classic(cloud, acctest.Config{"name": ""}), []string{"name", "must not be empty"}},
		"name with a slash":     {classic(cloud, acctest.Config{"name": "a/b"}), []string{"name", `"a/b" is no name`}},
		"watcher id":            {classic(cloud, acctest.Config{"network_watcher_id": seeded.VMID}), []string{"network_watcher_id", "networkWatchers/"}},
		"target id":             {classic(cloud, acctest.Config{"target_id": seeded.StorageAccountID}), []string{"target_id", "virtualMachines/"}},
		"one instance":          {classic(cloud, acctest.Config{"target_id": seeded.VMSSID + "/virtualMachines/0"}), []string{"target_id", `instance "0"`}},
		"vendor's broken range": {classic(cloud, filter("remote_ip_address", "1.1.1.1-255.255.255")), []string{"remote_ip_address", `"255.255.255" is not an IPv4 or IPv6 address`}},
		"network":               {classic(cloud, filter("local_ip_address", "10.0.0.0/24")), []string{"local_ip_address", "no CIDR notation"}},
		"port":                  {classic(cloud, filter("local_port", "70000")), []string{"local_port", "0 to 65535"}},
		"range and list":        {classic(cloud, filter("remote_port", "80;443-445")), []string{"remote_port", "cannot be mixed"}},
		"protocol":              {classic(cloud, filter("protocol", "sctp")), []string{"protocol", "TCP"}},
		"time limit":            {classic(cloud, acctest.Config{"time_limit_in_seconds": 7890000}), []string{"time_limit_in_seconds", "18000 seconds", "continuous_capture", "session_time_limit_in_seconds"}},
		"negative time limit":   {classic(cloud, acctest.Config{"time_limit_in_seconds": -1}), []string{"time_limit_in_seconds", "0 to 18000"}},
		"session bytes":         {classic(cloud, acctest.Config{"total_bytes_per_session": 91268055040}), []string{"total_bytes_per_session", "4294967295", "continuous_capture"}},
		"packet bytes":          {classic(cloud, acctest.Config{"bytes_to_capture_per_packet": 4294967296}), []string{"bytes_to_capture_per_packet", "4294967295"}},
		"limit on continuous":   {ring(cloud, acctest.Config{"time_limit_in_seconds": 60}), []string{"time_limit_in_seconds", "session_time_limit_in_seconds"}},
		"bytes on continuous":   {ring(cloud, acctest.Config{"total_bytes_per_session": 60}), []string{"total_bytes_per_session", "file_size_in_bytes"}},
		"settings on classic":   {ring(cloud, acctest.Config{"continuous_capture": nil}), []string{"capture_settings", "Set continuous_capture"}},
		"file count":            {ring(cloud, acctest.Config{"capture_settings": acctest.Config{"file_count": 10001}}), []string{"file_count", "10000 files"}},
		"session time limit":    {ring(cloud, acctest.Config{"capture_settings": acctest.Config{"session_time_limit_in_seconds": 604801}}), []string{"session_time_limit_in_seconds", "604800"}},
		"no storage":            {classic(cloud, storage(acctest.Config{})), []string{"storage_location", "storage_account_id, file_path"}},
		"storage account id":    {classic(cloud, storage(acctest.Config{"storage_account_id": "account"})), []string{"storage_account_id", "storageAccounts/"}},
		"file without .cap":     {classic(cloud, storage(acctest.Config{"file_path": "/var/captures/xcap"})), []string{"file_path", ".cap"}},
		"file elsewhere":        {classic(cloud, storage(acctest.Config{"file_path": "/tmp/web.cap"})), []string{"file_path", "/var/captures"}},
		"file climbs out":       {classic(cloud, storage(acctest.Config{"file_path": "/var/captures/../web.cap"})), []string{"file_path", "/var/captures"}},
		"path without account":  {classic(cloud, storage(acctest.Config{"file_path": "/var/captures/a.cap", "storage_path": "https://a.blob.core.windows.net/c/a.cap"})), []string{"storage_path", "storage_account_id"}},
		"path is no URL":        {classic(cloud, storage(acctest.Config{"storage_account_id": seeded.StorageAccountID, "storage_path": "captures/a.cap"})), []string{"storage_path", "blob.core.windows.net"}},
		"include and exclude":   {ring(cloud, acctest.Config{"instances": acctest.Config{"include": []string{"0"}, "exclude": []string{"1"}}}), []string{"instances", "either include or exclude"}},
		"instances of a VM":     {classic(cloud, acctest.Config{"instances": acctest.Config{"include": []string{"0"}}}), []string{"instances", "has no instances"}},
		"instances of another":  {ring(cloud, acctest.Config{"instances": acctest.Config{"include": []string{seeded.WindowsVMSSID + "/virtualMachines/0"}}}), []string{"instances", "not of"}},
		"instances without any": {ring(cloud, acctest.Config{"instances": acctest.Config{}}), []string{"instances", "include or exclude"}},
		"desired state":         {classic(cloud, acctest.Config{"desired_state": "paused"}), []string{"desired_state", "running"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.ExpectError(t, p.Validate(t.Context(), typeName, test.config), test.want...)
		})
	}
}

func TestSignatureInStoragePathIsNotRepeated(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	diagnostics := p.Validate(t.Context(), typeName, classic(cloud, acctest.Config{"storage_location": acctest.Config{
		"storage_account_id": cloud.ARM.Seeded().StorageAccountID,
		"storage_path":       "https://a.blob.core.windows.net/c/a.cap?sv=1&sig=canary-signature",
	}}))
	acctest.ExpectError(t, diagnostics, "storage_path", "shared access signatures are secrets")
	if strings.Contains(strings.Join(diagnostics.Errors(), ""), "canary") {
		t.Error("the error repeats the signature")
	}
}

func TestGoodInputIsAccepted(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	for name, config := range map[string]acctest.Config{
		"windows file":      classic(cloud, acctest.Config{"storage_location": acctest.Config{"file_path": `C:\captures\web.cap`}}),
		"maxima":            classic(cloud, acctest.Config{"time_limit_in_seconds": 18000, "total_bytes_per_session": 4294967295, "bytes_to_capture_per_packet": 4294967295}),
		"ring maxima":       ring(cloud, acctest.Config{"capture_settings": acctest.Config{"file_count": 10000, "file_size_in_bytes": 4294967295, "session_time_limit_in_seconds": 604800}}),
		"full instance ids": ring(cloud, acctest.Config{"instances": acctest.Config{"include": []string{cloud.ARM.Seeded().VMSSID + "/virtualMachines/0"}}}),
		"lower-case ids":    classic(cloud, acctest.Config{"network_watcher_id": strings.ToLower(unknownWatcher)}),
	} {
		if errors := p.Validate(t.Context(), typeName, config).Errors(); len(errors) > 0 {
			t.Errorf("%s: %s", name, errors)
		}
	}
	if calls := cloud.Journal.Requests(); len(calls) > 0 {
		t.Errorf("validation made calls: %v", calls)
	}
}
