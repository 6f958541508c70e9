package arm_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

// capturesChecker checks every exchange against the published definitions, a
// result at a Location against the operation that announced it.
type capturesChecker struct {
	t           *testing.T
	definitions *simtest.Definitions
	announced   map[string]string
	checked     map[string]int
}

func (c *capturesChecker) observe(exchange simcore.Exchange) {
	operation := exchange.Operation
	isCapture := strings.Contains(operation, "PacketCapture") && !strings.HasPrefix(operation, "PacketCaptures_")
	if location, err := url.Parse(exchange.Header.Get("Location")); err == nil && isCapture {
		c.announced[location.Path] = operation
	}
	switch {
	case isCapture:
		if err := c.definitions.CheckRequest(operation, exchange.RequestBody); err != nil {
			c.t.Errorf("request: %v", err)
		}
	case operation != arm.OperationResultsGet || exchange.Status == http.StatusAccepted:
		return
	default:
		// The definitions have no answer of the older operation's end.
		if operation = c.announced[exchange.Request.URL.Path]; operation == arm.AzureFirewallsCapture {
			return
		}
	}
	if err := c.definitions.CheckResponse(operation, exchange.Status, exchange.Body); err != nil {
		c.t.Errorf("answer: %v\n%s", err, exchange.Body)
	}
	c.checked[operation]++
}

func newCapturesChecker(t *testing.T) *capturesChecker {
	t.Helper()
	return &capturesChecker{t, simtest.LoadDefinitions(t, "azure-more-captures/captures-2025-09-01.json"), map[string]string{}, map[string]int{}}
}

// The official client runs every operation, and each exchange fits the published
// definitions.
func TestOfficialClientOfOtherCaptures(t *testing.T) {
	t.Parallel()
	f := newStorageFixture(t)
	checker := newCapturesChecker(t)
	f.core.Observe = func(exchange simcore.Exchange) {
		if exchange.Service == "arm" {
			checker.observe(exchange)
		}
	}
	f.set(t, arm.SwitchInProgressPolls, "1")
	clients := f.sdk(t)
	sas := f.sas("w")

	firewalls := clients.NewAzureFirewallsClient()
	got, err := firewalls.Get(t.Context(), arm.ResourceGroup, "fw-premium", nil)
	if err != nil || got.Properties.ManagementIPConfiguration == nil || *got.Properties.SKU.Tier != armnetwork.AzureFirewallSKUTierPremium || *got.Properties.AutoscaleConfiguration.MinCapacity != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	parameters := armnetwork.FirewallPacketCaptureParameters{
		DurationInSeconds: ptr[int32](60), NumberOfPacketsToCapture: ptr[int32](100), SasURL: &sas, FileName: ptr("fw"), Protocol: ptr(armnetwork.AzureFirewallNetworkRuleProtocolTCP),
		Flags:   []*armnetwork.AzureFirewallPacketCaptureFlags{{Type: ptr(armnetwork.AzureFirewallPacketCaptureFlagsTypeSyn)}},
		Filters: []*armnetwork.AzureFirewallPacketCaptureRule{{Sources: []*string{ptr("10.1.0.4")}, Destinations: []*string{ptr("93.184.216.34")}, DestinationPorts: []*string{ptr("443")}}},
	}
	for operation, want := range map[armnetwork.AzureFirewallPacketCaptureOperationType]armnetwork.AzureFirewallPacketCaptureResponseCode{
		armnetwork.AzureFirewallPacketCaptureOperationTypeStatus: armnetwork.AzureFirewallPacketCaptureResponseCodeAzureFirewallPacketCaptureNotInProgress,
		armnetwork.AzureFirewallPacketCaptureOperationTypeStop:   armnetwork.AzureFirewallPacketCaptureResponseCodeAzureFirewallPacketCaptureNotInProgress,
	} {
		operateSDK(t, firewalls, armnetwork.FirewallPacketCaptureParameters{Operation: &operation}, want)
	}
	start := parameters
	start.Operation = ptr(armnetwork.AzureFirewallPacketCaptureOperationTypeStart)
	operateSDK(t, firewalls, start, armnetwork.AzureFirewallPacketCaptureResponseCodeAzureFirewallPacketCaptureStartSucceeded)
	operateSDK(t, firewalls, start, armnetwork.AzureFirewallPacketCaptureResponseCodeAzureFirewallPacketCaptureInProgress)
	f.core.Clock.Advance(time.Minute)
	if _, err := finish(t, func(ctx context.Context) (*runtime.Poller[armnetwork.AzureFirewallsClientPacketCaptureResponse], error) {
		return firewalls.BeginPacketCapture(ctx, arm.ResourceGroup, "fw-premium", parameters, nil)
	}); err != nil {
		t.Error(err)
	}

	filter := ptr(goodFilter)
	gateways, connections, wan, wanConnections := clients.NewVirtualNetworkGatewaysClient(), clients.NewVirtualNetworkGatewayConnectionsClient(), clients.NewVPNGatewaysClient(), clients.NewVPNConnectionsClient()
	links := []*string{ptr("link-fibre")}
	for range 2 { // The second round shows that the first one left nothing running.
		wantDone(t, func(ctx context.Context) (*runtime.Poller[armnetwork.VirtualNetworkGatewaysClientStartPacketCaptureResponse], error) {
			return gateways.BeginStartPacketCapture(ctx, arm.ResourceGroup, "vpngw", &armnetwork.VirtualNetworkGatewaysClientBeginStartPacketCaptureOptions{Parameters: &armnetwork.VPNPacketCaptureStartParameters{FilterData: filter}})
		}, func(r armnetwork.VirtualNetworkGatewaysClientStartPacketCaptureResponse) *string { return r.Value })
		wantDone(t, func(ctx context.Context) (*runtime.Poller[armnetwork.VirtualNetworkGatewaysClientStopPacketCaptureResponse], error) {
			return gateways.BeginStopPacketCapture(ctx, arm.ResourceGroup, "vpngw", armnetwork.VPNPacketCaptureStopParameters{SasURL: &sas}, nil)
		}, func(r armnetwork.VirtualNetworkGatewaysClientStopPacketCaptureResponse) *string { return r.Value })
		wantDone(t, func(ctx context.Context) (*runtime.Poller[armnetwork.VirtualNetworkGatewayConnectionsClientStartPacketCaptureResponse], error) {
			return connections.BeginStartPacketCapture(ctx, arm.ResourceGroup, "vpn-berlin", nil)
		}, func(r armnetwork.VirtualNetworkGatewayConnectionsClientStartPacketCaptureResponse) *string {
			return r.Value
		})
		wantDone(t, func(ctx context.Context) (*runtime.Poller[armnetwork.VirtualNetworkGatewayConnectionsClientStopPacketCaptureResponse], error) {
			return connections.BeginStopPacketCapture(ctx, arm.ResourceGroup, "vpn-berlin", armnetwork.VPNPacketCaptureStopParameters{SasURL: &sas}, nil)
		}, func(r armnetwork.VirtualNetworkGatewayConnectionsClientStopPacketCaptureResponse) *string {
			return r.Value
		})
		wantDone(t, func(ctx context.Context) (*runtime.Poller[armnetwork.VPNGatewaysClientStartPacketCaptureResponse], error) {
			return wan.BeginStartPacketCapture(ctx, arm.ResourceGroup, "wan-vpngw", &armnetwork.VPNGatewaysClientBeginStartPacketCaptureOptions{Parameters: &armnetwork.VPNGatewayPacketCaptureStartParameters{FilterData: filter}})
		}, func(r armnetwork.VPNGatewaysClientStartPacketCaptureResponse) *string { return r.Value })
		wantDone(t, func(ctx context.Context) (*runtime.Poller[armnetwork.VPNGatewaysClientStopPacketCaptureResponse], error) {
			return wan.BeginStopPacketCapture(ctx, arm.ResourceGroup, "wan-vpngw", &armnetwork.VPNGatewaysClientBeginStopPacketCaptureOptions{Parameters: &armnetwork.VPNGatewayPacketCaptureStopParameters{SasURL: &sas}})
		}, func(r armnetwork.VPNGatewaysClientStopPacketCaptureResponse) *string { return r.Value })
		wantDone(t, func(ctx context.Context) (*runtime.Poller[armnetwork.VPNConnectionsClientStartPacketCaptureResponse], error) {
			return wanConnections.BeginStartPacketCapture(ctx, arm.ResourceGroup, "wan-vpngw", "wan-berlin", &armnetwork.VPNConnectionsClientBeginStartPacketCaptureOptions{Parameters: &armnetwork.VPNConnectionPacketCaptureStartParameters{FilterData: filter, LinkConnectionNames: links}})
		}, func(r armnetwork.VPNConnectionsClientStartPacketCaptureResponse) *string { return r.Value })
		wantDone(t, func(ctx context.Context) (*runtime.Poller[armnetwork.VPNConnectionsClientStopPacketCaptureResponse], error) {
			return wanConnections.BeginStopPacketCapture(ctx, arm.ResourceGroup, "wan-vpngw", "wan-berlin", &armnetwork.VPNConnectionsClientBeginStopPacketCaptureOptions{Parameters: &armnetwork.VPNConnectionPacketCaptureStopParameters{SasURL: &sas, LinkConnectionNames: links}})
		}, func(r armnetwork.VPNConnectionsClientStopPacketCaptureResponse) *string { return r.Value })
		f.core.Clock.Advance(time.Minute)
	}
	if len(checker.checked) != 10 {
		t.Errorf("checked %v, want ten operations", checker.checked)
	}
	if files := len(f.names()); files != 2*8+2*2 {
		t.Errorf("%d files: %v", files, f.names())
	}
	wanGot, err := wanConnections.Get(t.Context(), arm.ResourceGroup, "wan-vpngw", "wan-berlin", nil)
	if err != nil || len(wanGot.Properties.VPNLinkConnections) != 2 {
		t.Errorf("%+v, %v", wanGot, err)
	}
	gateway, err := gateways.Get(t.Context(), arm.ResourceGroup, "vpngw", nil)
	if err != nil || !*gateway.Properties.Active || *gateway.Properties.VPNType != armnetwork.VPNTypeRouteBased {
		t.Errorf("%+v, %v", gateway, err)
	}
}

func operateSDK(t *testing.T, firewalls *armnetwork.AzureFirewallsClient, parameters armnetwork.FirewallPacketCaptureParameters, want armnetwork.AzureFirewallPacketCaptureResponseCode) {
	t.Helper()
	got, err := finish(t, func(ctx context.Context) (*runtime.Poller[armnetwork.AzureFirewallsClientPacketCaptureOperationResponse], error) {
		return firewalls.BeginPacketCaptureOperation(ctx, arm.ResourceGroup, "fw-premium", parameters, nil)
	})
	if err != nil || got.StatusCode == nil || *got.StatusCode != want {
		t.Errorf("%s: %+v, %v", *parameters.Operation, got, err)
	}
}

// wantDone wants the string of a success, which holds JSON.
func wantDone[T any](t *testing.T, begin func(context.Context) (*runtime.Poller[T], error), value func(T) *string) {
	t.Helper()
	got, err := finish(t, begin)
	if err != nil {
		t.Error(err)
		return
	}
	var inner struct{ Status string }
	if text := value(got); text == nil || json.Unmarshal([]byte(*text), &inner) != nil || inner.Status != "Successful" {
		t.Errorf("answered %v", got)
	}
}

// The published bodies are accepted, and the simulator's answers have the published
// members: whatever else the filter and the SAS are, a start takes them.
func TestPublishedExamplesOfOtherCaptures(t *testing.T) {
	t.Parallel()
	f := newStorageFixture(t)
	var examples []struct {
		OperationID string `json:"operationId"`
		Body        json.RawMessage
	}
	if err := json.Unmarshal(simtest.ReadPublished(t, "azure-more-captures/examples.json"), &examples); err != nil {
		t.Fatal(err)
	}
	checker := newCapturesChecker(t)
	f.core.Observe = checker.observe
	targets := map[string]string{
		arm.AzureFirewallsCaptureOperation: f.ids.FirewallID + "/packetCaptureOperation", arm.AzureFirewallsCapture: f.ids.FirewallID + "/packetCapture",
		arm.VirtualNetworkGatewaysStart: f.ids.VPNGatewayID + "/startPacketCapture", arm.VirtualNetworkGatewaysStop: f.ids.VPNGatewayID + "/stopPacketCapture",
		arm.VPNGatewaysStart: f.ids.VirtualWANGatewayID + "/startpacketcapture", arm.VPNGatewaysStop: f.ids.VirtualWANGatewayID + "/stoppacketcapture",
		arm.VPNConnectionsStart: f.ids.VirtualWANConnectionID + "/startpacketcapture",
	}
	for _, example := range examples {
		body := strings.NewReplacer("siteLink1", "link-fibre", "siteLink2", "link-mobile", "someSASURL", "https://x.invalid/x?sig=x").Replace(string(example.Body))
		got := f.do(t, http.MethodPost, targets[example.OperationID]+"?api-version=2025-09-01", body)
		if want := map[bool]int{true: http.StatusOK, false: http.StatusAccepted}[example.OperationID == arm.AzureFirewallsCaptureOperation]; got.status != want {
			t.Errorf("%s: %d %s", example.OperationID, got.status, got.body)
		}
	}
	if len(checker.checked) != len(targets) || len(examples) != len(targets) {
		t.Errorf("checked %v", checker.checked)
	}
}

// The recorded session of a live gateway: a start, and a stop with a SAS that ended
// in 2020, which is accepted and fails after 2 min 16 s.
func TestRecordedGateway(t *testing.T) {
	t.Parallel()
	f := newStorageFixture(t)
	f.set(t, vpngateway.SwitchFailureTime, "2m16s")
	type response struct {
		Status  int
		Date    string
		Headers map[string]string
		Body    json.RawMessage
	}
	var exchanges []struct {
		Request struct {
			Method, Path string
			Body         json.RawMessage
		}
		Response response
		Polls    []response
		Final    struct{ Response response }
	}
	text := strings.NewReplacer("/subscriptions/{s}/resourceGroups/{rg}/providers/Microsoft.Network", "GROUP", "...", "GROUP", "gateway1", "vpngw").
		Replace(string(simtest.ReadPublished(t, "azure-more-captures/recorded/vnet-gateway-2026-01-06.json")))
	text = strings.ReplaceAll(text, "GROUP/virtualNetworkGateways/vpngw", f.ids.VPNGatewayID)
	if err := json.Unmarshal([]byte(text), &exchanges); err != nil {
		t.Fatal(err)
	}
	wantHeaders := func(got answer, recorded response) {
		t.Helper()
		for name := range recorded.Headers {
			if got.header.Get(name) == "" {
				t.Errorf("no header %s in %v", name, got.header)
			}
		}
		if got.status != recorded.Status {
			t.Errorf("status %d, recorded %d: %s", got.status, recorded.Status, got.body)
		}
	}
	start, stop := exchanges[0], exchanges[1]
	_, _, final := f.poll(t, f.do(t, start.Request.Method, start.Request.Path, `{}`))
	wantHeaders(final, start.Final.Response)
	var recordedText string
	if err := json.Unmarshal(start.Final.Response.Body, &recordedText); err != nil || string(final.body) != recordedText {
		t.Errorf("answered %s, recorded %s, %v", final.body, recordedText, err)
	}
	accepted := f.do(t, stop.Request.Method, stop.Request.Path, string(stop.Request.Body))
	wantHeaders(accepted, stop.Response)
	at := stop.Response.Date
	for _, poll := range stop.Polls {
		f.core.Clock.Advance(clockTime(t, poll.Date).Sub(clockTime(t, at)))
		at = poll.Date
		got := f.do(t, http.MethodGet, accepted.header.Get("Azure-AsyncOperation"), "")
		wantHeaders(got, poll)
		if !sameJSON(t, got.body, poll.Body) {
			t.Errorf("at %s:\ngot      %s\nrecorded %s", at, got.body, poll.Body)
		}
	}
	if len(stop.Polls) != 6 {
		t.Errorf("%d polls", len(stop.Polls))
	}
}

func clockTime(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.TimeOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func sameJSON(t *testing.T, x, y []byte) bool {
	t.Helper()
	var texts [2]string
	for i, text := range [][]byte{x, y} {
		var value any
		if err := json.Unmarshal(text, &value); err != nil {
			t.Fatal(err)
		}
		normal, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(normal)
	}
	return texts[0] == texts[1]
}
