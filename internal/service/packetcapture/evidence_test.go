package packetcapture_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestAFailedOperationKeepsWhatRuns has the service report a creation as
// failed or cancelled whose capture runs.
func TestAFailedOperationKeepsWhatRuns(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"failed":    `{"status":"Failed","error":{"code":"InternalServerError","message":"An error occurred."}}`,
		"cancelled": `{"status":"Canceled"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			p := acctest.NewProvider(t, cloud)
			acctest.AddFault(t, cloud, "arm", simcore.Fault{Operation: arm.OperationsGet, Kind: simcore.KindStatus, Code: 200, Body: []byte(body)})
			object, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, nil))
			acctest.ExpectWarning(t, diagnostics, "reported as failed", "Running", "The capture is kept")
			p.ExpectAction(t, typeName, p.MustRead(t, typeName, object), classic(cloud, nil), "no-op")
		})
	}
}

func TestANameThatThisRunTookIsNoImport(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	object := p.MustApply(t, typeName, nil, classic(cloud, nil))
	_, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Packet capture already exists", "this run created it", "name of its own")

	// A new process applies a replacement that creates first: Terraform plans
	// the change of what the state has, and then the create.
	p = acctest.NewProvider(t, cloud)
	changed := classic(cloud, acctest.Config{"time_limit_in_seconds": 60})
	p.ExpectAction(t, typeName, object, changed, "replace")
	_, diagnostics = p.Apply(t.Context(), typeName, nil, changed)
	acctest.ExpectError(t, diagnostics, "it is in this state", "create_before_destroy")
	if text := strings.Join(diagnostics.Errors(), ""); strings.Contains(text, "terraform import") {
		t.Errorf("offers an import: %s", text)
	}
}

func TestANamePlannedTwiceIsSaidAtPlan(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	if _, diagnostics := p.Plan(t.Context(), typeName, nil, classic(cloud, nil)); len(diagnostics.Warnings()) > 0 {
		t.Errorf("warnings %v", diagnostics.Warnings())
	}
	_, diagnostics := p.Plan(t.Context(), typeName, nil, classic(cloud, nil))
	acctest.ExpectWarning(t, diagnostics, "planned twice", "give each of them its own")
}

// TestAStopWithoutAStoragePath has a service that never tells the blob.
func TestAStopWithoutAStoragePath(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	object := p.MustApply(t, typeName, nil, classic(cloud, nil))
	if err := cloud.ARM.Mutate(acctest.Get(t, object.Value, "id"), func(properties *arm.CaptureProperties) { properties.StorageLocation.StoragePath = "" }); err != nil {
		t.Fatal(err)
	}
	object = p.MustRead(t, typeName, object)
	object = p.MustApply(t, typeName, object, classic(cloud, acctest.Config{"desired_state": "stopped"}))
	expect(t, object, "status", "Stopped")
	if !object.Value.IsFullyKnown() {
		t.Errorf("unknown values after the apply: %s", object.Value)
	}
}

func TestASessionThatFailedIsSaidOnce(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	object := p.MustApply(t, typeName, nil, classic(cloud, nil))
	if err := cloud.ARM.FailSession(acctest.Get(t, object.Value, "id"), "StorageFailed"); err != nil {
		t.Fatal(err)
	}
	object, diagnostics := p.Read(t.Context(), typeName, object)
	acctest.ExpectWarning(t, diagnostics, "Packet capture ended with an error", "StorageFailed", "shared key access")
	if _, diagnostics = p.Read(t.Context(), typeName, object); len(diagnostics.Warnings()) > 0 {
		t.Errorf("said again: %v", diagnostics.Warnings())
	}
}

// TestARunningStatusElsewhereHoldsNoPlan has a service whose 202 has no body
// and that asks to come back after ten seconds.
func TestARunningStatusElsewhereHoldsNoPlan(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	object := p.MustApply(t, typeName, nil, classic(cloud, nil))
	cloud.Clock.Advance(time.Second)
	object = p.MustRead(t, typeName, object)
	expect(t, object, "status", "Running")
	for name, value := range map[string]string{arm.SwitchStatusIn202: "false", arm.SwitchRetryAfter: "10s"} {
		if err := cloud.ARM.Switches().Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	cloud.Journal.Reset()
	expect(t, p.MustRead(t, typeName, object), "status", "Running")
	if polls := cloud.Journal.Count("arm", arm.OperationResultsGet); polls != 0 {
		t.Errorf("%d polls", polls)
	}
}

func TestAHugeRetryAfterIsSaid(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	acctest.AddFault(t, cloud, "arm", simcore.Fault{Kind: simcore.KindStatus, Code: 429, RetryAfter: new(86400), Times: -1})
	_, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"timeouts": acctest.Config{"create": "1s"}}))
	acctest.ExpectError(t, diagnostics, "429", "24h0m0s")
}

func TestWarningsAtPlan(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	made := acctest.Config{
		"storage_account_id": cloud.ARM.Seeded().StorageAccountID,
		"storage_path":       "https://a.blob.core.windows.net/network-watcher-logs/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/vm/2026/03/04/packetcapture_12_00_00_123.cap",
	}
	for name, test := range map[string]struct {
		config acctest.Config
		want   string
	}{
		"filter without condition": {classic(cloud, acctest.Config{"filters": []acctest.Config{{"local_port": "443"}, {}}}), "filters[1] has no condition"},
		"filter of empty texts":    {classic(cloud, acctest.Config{"filters": []acctest.Config{{"protocol": "Any", "local_port": ""}}}), "matches every packet"},
		"generated blob":           {classic(cloud, acctest.Config{"storage_location": made}), "Remove storage_path"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.ExpectWarning(t, p.Validate(t.Context(), typeName, test.config), test.want)
		})
	}
	for _, test := range []struct {
		config acctest.Config
		want   string
	}{
		{classic(cloud, acctest.Config{"name": "a", "wait_for_completion": true}), "The capture ends after 5h0m0s"},
		{ring(cloud, acctest.Config{"name": "b", "wait_for_completion": true, "continuous_capture": true}), "overwrites its oldest file"},
	} {
		_, diagnostics := p.Plan(t.Context(), typeName, nil, test.config)
		acctest.ExpectWarning(t, diagnostics, "may not end in time", test.want, "30m0s")
	}
	_, diagnostics := p.Plan(t.Context(), typeName, nil, classic(cloud, acctest.Config{"name": "c", "wait_for_completion": true, "time_limit_in_seconds": 60}))
	if len(diagnostics.Warnings()) > 0 {
		t.Errorf("warnings %v", diagnostics.Warnings())
	}
}

func TestNullElementsAndFilterTexts(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	scaleSet := func(instances acctest.Config) acctest.Config {
		return ring(cloud, acctest.Config{"instances": instances})
	}
	for _, test := range []struct {
		config acctest.Config
		want   []string
	}{
		{scaleSet(acctest.Config{"include": []any{"0", nil}}), []string{"instances", "include", "is null"}},
		{scaleSet(acctest.Config{"exclude": []any{nil}}), []string{"exclude", "is null"}},
		{classic(cloud, acctest.Config{"filters": []any{nil}}), []string{"filters[0] is null"}},
		{classic(cloud, acctest.Config{"filters": []acctest.Config{{"local_port": "80"}, {"local_port": "443-70000"}}}), []string{`filters[1].local_port = "443-70000"`, `"70000"`}},
		{classic(cloud, acctest.Config{"filters": []acctest.Config{{"protocol": "icmp"}}}), []string{"ICMP cannot be selected", "use Any"}},
	} {
		acctest.ExpectError(t, p.Validate(t.Context(), typeName, test.config), test.want...)
	}
	// As azurerm writes what is unset.
	config := classic(cloud, acctest.Config{"filters": []acctest.Config{{"protocol": "TCP", "local_port": "443", "remote_port": "", "local_ip_address": ""}}})
	object := p.MustApply(t, typeName, nil, config)
	p.ExpectAction(t, typeName, p.MustRead(t, typeName, object), config, "no-op")
}

func TestMissingTargetsAreNamed(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	seeded := cloud.ARM.Seeded()
	_, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"target_id": seeded.VMID + "x"}))
	acctest.ExpectError(t, diagnostics, "target_id: this virtual machine or scale set does not exist")
	if err := cloud.ARM.Switches().Set(arm.SwitchCaptureQuota, "0"); err != nil {
		t.Fatal(err)
	}
	_, diagnostics = p.Apply(t.Context(), typeName, nil, classic(cloud, nil))
	acctest.ExpectError(t, diagnostics, "PacketCaptureLimitReached", "stop or delete others")
}
