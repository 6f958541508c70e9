package arm_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azarm "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

const definitionsFile = "azure-packet-capture/networkWatcher-packetCaptures-2025-05-01.json"

// exchangeChecker checks every exchange of a service against the published
// definitions, polls of a Location against the operation that announced it.
type exchangeChecker struct {
	t           *testing.T
	definitions *simtest.Definitions
	announced   map[string]string
	checked     map[string]int
}

func newExchangeChecker(t *testing.T) *exchangeChecker {
	t.Helper()
	definitions := simtest.LoadDefinitions(t, definitionsFile)
	// Scale sets answer with sentences instead of the declared values.
	definitions.OpenEnum("PcError")
	return &exchangeChecker{t: t, definitions: definitions, announced: map[string]string{}, checked: map[string]int{}}
}

func (c *exchangeChecker) observe(exchange simcore.Exchange) {
	operation := exchange.Operation
	if location, err := url.Parse(exchange.Header.Get("Location")); err == nil && strings.HasPrefix(operation, "PacketCaptures_") {
		c.announced[location.Path] = operation
	}
	switch {
	case operation == arm.OperationResultsGet && exchange.Status != http.StatusAccepted:
		operation = c.announced[exchange.Request.URL.Path]
	case !strings.HasPrefix(operation, "PacketCaptures_"):
		return
	default:
		if err := c.definitions.CheckRequest(operation, exchange.RequestBody); err != nil {
			c.t.Errorf("request: %v", err)
		}
	}
	if err := c.definitions.CheckResponse(operation, exchange.Status, exchange.Body); err != nil {
		c.t.Errorf("answer: %v\n%s", err, exchange.Body)
	}
	c.checked[operation]++
}

// sdk returns the official clients, signed in with a client secret.
func (f *fixture) sdk(t *testing.T) *armnetwork.ClientFactory {
	t.Helper()
	configuration := cloud.Configuration{
		ActiveDirectoryAuthorityHost: simtest.Serve(t, f.core, f.ca, f.directory) + "/",
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: f.url, Audience: "https://management.core.windows.net/"},
		},
	}
	options := azcore.ClientOptions{Cloud: configuration, Transport: f.client, Retry: policy.RetryOptions{MaxRetries: -1}}
	credential, err := azidentity.NewClientSecretCredential(f.directory.TenantID(), f.directory.ClientID(), f.directory.ClientSecret(),
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	factory, err := armnetwork.NewClientFactory(f.ids.SubscriptionID, credential, &azarm.ClientOptions{ClientOptions: options, DisableRPRegistration: true})
	if err != nil {
		t.Fatal(err)
	}
	return factory
}

func finish[T any](t *testing.T, begin func(context.Context) (*runtime.Poller[T], error)) (T, error) {
	t.Helper()
	poller, err := begin(t.Context())
	if err != nil {
		var none T
		return none, err
	}
	return poller.PollUntilDone(t.Context(), nil)
}

func ptr[T any](value T) *T { return &value }

// The official client runs every operation, and each exchange fits the
// published definitions.
func TestOfficialClient(t *testing.T) {
	t.Parallel()
	checker := newExchangeChecker(t)
	f := newFixture(t, arm.Options{})
	f.core.Observe = func(exchange simcore.Exchange) {
		if exchange.Service == "arm" {
			checker.observe(exchange)
		}
	}
	f.set(t, arm.SwitchInProgressPolls, "2")
	captures := f.sdk(t).NewPacketCapturesClient()
	ctx := t.Context()

	_, err := captures.Get(ctx, arm.WatcherGroup, arm.NetworkWatcher, "pc1", nil)
	wantResponseError(t, err, http.StatusNotFound, "NotFound")

	created, err := finish(t, func(ctx context.Context) (*runtime.Poller[armnetwork.PacketCapturesClientCreateResponse], error) {
		return captures.BeginCreate(ctx, arm.WatcherGroup, arm.NetworkWatcher, "pc1", armnetwork.PacketCapture{Properties: &armnetwork.PacketCaptureParameters{
			Target:          &f.ids.VMID,
			StorageLocation: &armnetwork.PacketCaptureStorageLocation{StorageID: &f.ids.StorageAccountID, FilePath: ptr("/var/captures/pc1.cap")},
			Filters:         []*armnetwork.PacketCaptureFilter{{Protocol: ptr(armnetwork.PcProtocolTCP), LocalPort: ptr("443;80;")}},
		}}, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if *created.ID != f.captureID("pc1") || *created.Properties.ProvisioningState != armnetwork.ProvisioningStateSucceeded || *created.Properties.TimeLimitInSeconds != 18000 {
		t.Errorf("created %+v", created.PacketCaptureResult)
	}
	f.core.Clock.Advance(f.service.Switches().Duration(arm.SwitchStartDelay))
	wantSDKStatus(t, captures, armnetwork.PcStatusRunning, "")

	if _, err := finish(t, func(ctx context.Context) (*runtime.Poller[armnetwork.PacketCapturesClientStopResponse], error) {
		return captures.BeginStop(ctx, arm.WatcherGroup, arm.NetworkWatcher, "pc1", nil)
	}); err != nil {
		t.Fatal(err)
	}
	wantSDKStatus(t, captures, armnetwork.PcStatusStopped, "Manual")

	listed := 0
	for pager := captures.NewListPager(arm.WatcherGroup, arm.NetworkWatcher, nil); pager.More(); {
		page, err := pager.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		listed += len(page.Value)
	}
	if listed != 1 {
		t.Errorf("%d captures listed, want 1", listed)
	}

	for range 2 { // The second time there is nothing left to delete.
		if _, err := finish(t, func(ctx context.Context) (*runtime.Poller[armnetwork.PacketCapturesClientDeleteResponse], error) {
			return captures.BeginDelete(ctx, arm.WatcherGroup, arm.NetworkWatcher, "pc1", nil)
		}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = captures.Get(ctx, arm.WatcherGroup, arm.NetworkWatcher, "pc1", nil)
	wantResponseError(t, err, http.StatusNotFound, "NotFound")

	for operation, least := range map[string]int{
		arm.PacketCapturesCreate: 1, arm.PacketCapturesGet: 3, arm.PacketCapturesList: 1,
		arm.PacketCapturesGetStatus: 3, arm.PacketCapturesStop: 2, arm.PacketCapturesDelete: 2,
	} {
		if checker.checked[operation] < least {
			t.Errorf("%d exchanges of %s checked, want at least %d", checker.checked[operation], operation, least)
		}
	}
	if got := f.core.Journal.Count("arm", arm.OperationsGet); got != 9 {
		t.Errorf("%d polls of status monitors, want 3 for each of create, stop and delete", got)
	}
}

func wantSDKStatus(t *testing.T, captures *armnetwork.PacketCapturesClient, status armnetwork.PcStatus, reason string) {
	t.Helper()
	got, err := finish(t, func(ctx context.Context) (*runtime.Poller[armnetwork.PacketCapturesClientGetStatusResponse], error) {
		return captures.BeginGetStatus(ctx, arm.WatcherGroup, arm.NetworkWatcher, "pc1", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	gotReason := ""
	if got.StopReason != nil {
		gotReason = *got.StopReason
	}
	if got.PacketCaptureStatus == nil || *got.PacketCaptureStatus != status || gotReason != reason || got.CaptureStartTime == nil {
		t.Errorf("status %+v, want %s %q", got.PacketCaptureQueryStatusResult, status, reason)
	}
}

func wantResponseError(t *testing.T, err error, status int, code string) {
	t.Helper()
	var failed *azcore.ResponseError
	if !errors.As(err, &failed) || failed.StatusCode != status || failed.ErrorCode != code {
		t.Errorf("got %v, want %d %s", err, status, code)
	}
}

// Failures of operations reach the official client with their code.
func TestOfficialClientSeesFailedOperations(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	captures := f.sdk(t).NewPacketCapturesClient()
	_, err := finish(t, func(ctx context.Context) (*runtime.Poller[armnetwork.PacketCapturesClientCreateResponse], error) {
		return captures.BeginCreate(ctx, arm.WatcherGroup, arm.NetworkWatcher, "pc1", armnetwork.PacketCapture{Properties: &armnetwork.PacketCaptureParameters{
			Target:          &f.ids.VMWithoutAgentID,
			StorageLocation: &armnetwork.PacketCaptureStorageLocation{StorageID: &f.ids.StorageAccountID},
		}}, nil)
	})
	wantResponseError(t, err, http.StatusOK, "NetworkWatcherAgentNotInstalled")
}

func TestOfficialWatchersClient(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	watchers := f.sdk(t).NewWatchersClient()
	found, err := watchers.Get(t.Context(), strings.ToLower(arm.WatcherGroup), strings.ToUpper(arm.NetworkWatcher), nil)
	if err != nil {
		t.Fatal(err)
	}
	if *found.ID != f.ids.NetworkWatcherID || *found.Location != arm.Location || *found.Properties.ProvisioningState != armnetwork.ProvisioningStateSucceeded {
		t.Errorf("found %+v", found.Watcher)
	}
	inGroup, err := watchers.NewListPager(arm.WatcherGroup, nil).NextPage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, err := watchers.NewListAllPager(nil).NextPage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := watchers.NewListPager(arm.ResourceGroup, nil).NextPage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(inGroup.Value) != 2 || len(all.Value) != 2 || len(elsewhere.Value) != 0 {
		t.Errorf("%d watchers in the group, %d in all, %d in the other group, want 2, 2, 0", len(inGroup.Value), len(all.Value), len(elsewhere.Value))
	}
	_, err = watchers.Get(t.Context(), arm.WatcherGroup, "missing", nil)
	wantResponseError(t, err, http.StatusNotFound, "ResourceNotFound")
}
