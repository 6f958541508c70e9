package edgecapture_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestASASThatIsNotUsedBlocksNothing: Terraform validates and plans before it
// destroys.
func TestASASThatIsNotUsedBlocksNothing(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	useless := map[string]string{"expired": containerURL(e.Cloud, "c", -30*time.Minute), "empty": "", "no URL": "x"}
	for kind, config := range map[string]func(acctest.Config) acctest.Config{firewallType: e.firewall, vpnType: e.vpn} {
		object := e.run(t).MustApply(t, kind, nil, config(nil))
		for name, sas := range useless {
			p, changed := e.runWith(t, sas), config(acctest.Config{"sas_url_wo": sas})
			p.Expect(p.Validate(t.Context(), kind, changed))
			p.ExpectAction(t, kind, object, changed, "no-op")
			if _, diagnostics := p.Plan(t.Context(), kind, object, nil); len(diagnostics) > 0 {
				t.Errorf("%s, %s: %v", kind, name, diagnostics)
			}
			// What is tainted is planned without its state, also before a destroy.
			p.MustRead(t, kind, object)
			_, diagnostics := p.Plan(t.Context(), kind, nil, changed)
			acctest.ExpectWarning(t, diagnostics, "SAS URL", "a destroy does not")
			// A replacement needs a container.
			p.MustRead(t, kind, object)
			_, diagnostics = p.PlanReplace(t.Context(), kind, object, changed)
			acctest.ExpectError(t, diagnostics, "SAS URL")
		}
	}
	object := e.left(t, nil)
	p, changed := e.runWith(t, e.sas), e.vpn(acctest.Config{"duration_in_seconds": 100000, "sas_url_wo": useless["expired"]})
	_, diagnostics := p.Plan(t.Context(), vpnType, object, changed)
	acctest.ExpectWarning(t, diagnostics, "SAS URL cannot be used", "has expired", "a destroy does not")
	p.MustApply(t, vpnType, object, nil)
	e.expectIdle(t)
}

// TestADestroyWithoutAUsableSASIsRefusedAtPlan: what time does not mend is no matter
// of the apply. It is said of captures that run, and that nobody abandons.
func TestADestroyWithoutAUsableSASIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	object, abandoned := e.left(t, nil), e.leftAt(t, e.seed.SingleVPNConnectionID, acctest.Config{"on_destroy": "abandon"})
	ended := e.run(t).MustApply(t, vpnType, nil, e.vpn(acctest.Config{"target_id": e.seed.VPNGatewayID}))
	config := acctest.Config{"duration_in_seconds": 100000}
	for name, test := range map[string]struct{ sas, says string }{
		"expired": {containerURL(e.Cloud, "cw", -30*time.Minute), "has expired"}, "read only": {containerURL(e.Cloud, "rl", 30*24*time.Hour), "sp is"},
		"no container": {strings.Replace(e.sas, "/packet-captures", "/", 1), "names no container"}, "no URL": {"x", "must begin with https"}, "none": {"", "is not set"},
	} {
		p := e.runWith(t, test.sas)
		says := []string{"Packet capture runs, and cannot be stopped", sasVariable, test.says, "destroy again", `on_destroy = "abandon"`, "packet-capture stop"}
		for does, diagnostics := range map[string]acctest.Diagnostics{
			"plan": planned(t, p, object, nil), "apply": applied(t, p, object), "plan of a change": planned(t, p, object, e.vpn(acctest.Config{"duration_in_seconds": 30})),
		} {
			acctest.ExpectError(t, diagnostics, says...)
			if e.expectNoSecret(t, nil, diagnostics); len(diagnostics.Errors()) != 1 {
				t.Errorf("%s, %s: %v", name, does, diagnostics.Errors())
			}
		}
		_, diagnostics := p.PlanReplace(t.Context(), vpnType, object, e.vpn(config))
		acctest.ExpectError(t, diagnostics, says...)
		// The plan that comes before that of a destroy names the ways out as well.
		dead := acctest.Changed(config, acctest.Config{"sas_url_wo": containerURL(e.Cloud, "c", -time.Minute)})
		acctest.ExpectError(t, planned(t, p, object, e.vpn(dead)), "sas_url_wo: se is", `on_destroy = "abandon"`)
		for what, unneeded := range map[string]*acctest.Object{"ended": ended, "abandoned": abandoned} {
			if diagnostics := planned(t, p, unneeded, nil); len(diagnostics) > 0 {
				t.Errorf("%s, %s: %v", name, what, diagnostics)
			}
		}
	}
	if len(e.running()) != 2 {
		t.Errorf("running: %v", e.running())
	}
}

// TestASASThatBeginsLaterIsNoReasonToRefuse a plan: it may be applied then.
func TestASASThatBeginsLaterIsNoReasonToRefuse(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	object, now := e.left(t, nil), e.Clock.Now()
	begins := func(at, until time.Duration) *acctest.Provider {
		return e.runWith(t, e.Blob.ContainerURL(blob.SeededAccount, blob.SeededContainer, "cw", now.Add(at), now.Add(until)))
	}
	acctest.ExpectError(t, planned(t, begins(48*time.Hour, 24*time.Hour), object, nil), "cannot be stopped")
	p := begins(48*time.Hour, 96*time.Hour)
	acctest.ExpectWarning(t, planned(t, p, object, nil), "Packet capture runs, and cannot be stopped yet", "is not valid yet")
	acctest.ExpectWarning(t, planned(t, p, object, e.vpn(acctest.Config{"duration_in_seconds": 30})), "cannot be stopped yet")
	dead := e.vpn(acctest.Config{"duration_in_seconds": 100000, "sas_url_wo": containerURL(e.Cloud, "c", -time.Minute)})
	acctest.ExpectWarning(t, planned(t, p, object, dead), "a destroy does not")
	acctest.ExpectError(t, applied(t, p, object), "Packet capture runs, and cannot be stopped", "is not valid yet", `on_destroy = "abandon"`)
	e.Clock.Advance(50 * time.Hour)
	p.Expect(planned(t, p, object, nil))
	p.MustApply(t, vpnType, object, nil)
	e.expectIdle(t)
}

// TestReplacesOfWhatRuns with -replace, which shows only in the second of two plans.
func TestReplacesOfWhatRuns(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	object, config := e.left(t, nil), e.vpn(acctest.Config{"duration_in_seconds": 100000})
	_, diagnostics := e.run(t).PlanReplace(t.Context(), vpnType, object, config)
	acctest.ExpectError(t, diagnostics, "Packet capture runs, and cannot be stopped", sasVariable)
	_, diagnostics = e.runWith(t, e.sas).PlanReplace(t.Context(), vpnType, object, config)
	acctest.ExpectNoError(t, diagnostics)
	object, diagnostics = e.run(t).Apply(t.Context(), vpnType, object, acctest.Changed(config, acctest.Config{"on_destroy": "abandon", "sas_url_wo": nil}))
	acctest.ExpectWarning(t, diagnostics, "Packet capture was not stopped")
	_, diagnostics = e.run(t).PlanReplace(t.Context(), vpnType, object, config)
	acctest.ExpectNoError(t, diagnostics)

	unknown := e.lostStart(t, acctest.Config{"time_limit_in_seconds": 1800})
	_, diagnostics = e.run(t).PlanReplace(t.Context(), firewallType, unknown, e.firewall(acctest.Config{"time_limit_in_seconds": 1800}))
	acctest.ExpectWarning(t, diagnostics, "Destroying may have to wait")
}

// TestAbandoningAlwaysSucceeds where the service refuses to stop, and where no SAS
// can be used.
func TestAbandoningAlwaysSucceeds(t *testing.T) {
	t.Parallel()
	for _, code := range []int{400, 403, 404} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			object := e.left(t, acctest.Config{"on_destroy": "abandon"})
			e.Clock.Advance(100000 * time.Second)
			acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: arm.VirtualNetworkGatewaysStop, Kind: simcore.KindStatus, Code: code, Times: -1})
			object, diagnostics := e.run(t).Apply(t.Context(), vpnType, object, e.vpn(acctest.Config{"duration_in_seconds": 100000, "on_destroy": "abandon"}))
			acctest.ExpectNoError(t, diagnostics)
			object, diagnostics = e.runWith(t, e.sas).Apply(t.Context(), vpnType, object, nil)
			if acctest.ExpectNoError(t, diagnostics); object.Exists() {
				t.Error("it is still in the state")
			}
		})
	}
	e := newEdge(t, nil)
	object := e.left(t, acctest.Config{"on_destroy": "abandon"})
	object, diagnostics := e.runWith(t, containerURL(e.Cloud, "c", -30*time.Minute)).Apply(t.Context(), vpnType, object, nil)
	if acctest.ExpectWarning(t, diagnostics, "Packet capture was abandoned"); object.Exists() {
		t.Error("it is still in the state")
	}
}

// TestStopsAreRepeated where that is safe, and starts where nothing was done.
func TestStopsAreRepeated(t *testing.T) {
	t.Parallel()
	busy := `{"error":{"code":"AnotherOperationInProgress","message":"Another operation on this or dependent resource is in progress."}}`
	for name, fault := range map[string]simcore.Fault{
		"stop, 503":  {Operation: arm.VirtualNetworkGatewaysStop, Kind: simcore.KindStatus, Code: 503, Times: 2},
		"stop, 429":  {Operation: arm.VirtualNetworkGatewaysStop, Kind: simcore.KindStatus, Code: 429, Times: 2},
		"start, 429": {Operation: arm.VirtualNetworkGatewaysStart, Kind: simcore.KindStatus, Code: 429, Times: 2},
		"start, 409": {Operation: arm.VirtualNetworkGatewaysStart, Kind: simcore.KindStatus, Code: 409, Body: []byte(busy), Times: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			acctest.AddFault(t, e.Cloud, "arm", fault)
			object := e.run(t).MustApply(t, vpnType, nil, e.vpn(acctest.Config{"take_over": true}))
			acctest.ExpectAttributes(t, object.Value, "status", "completed")
			e.expectIdle(t)
			want := map[bool]int{true: 3, false: 1}[strings.HasPrefix(name, "stop")]
			if got := e.Journal.Count("arm", arm.VirtualNetworkGatewaysStop); got != want {
				t.Errorf("%d stops", got)
			}
			acctest.AddFault(t, e.Cloud, "arm", fault)
			_, diagnostics := e.runWith(t, e.sas).Invoke(t.Context(), vpnType, e.vpnAction())
			acctest.ExpectNoError(t, diagnostics)
			e.expectIdle(t)
		})
	}
}

// TestNoStopWithoutAValidSAS: it could end the capture without a file.
func TestNoStopWithoutAValidSAS(t *testing.T) {
	t.Parallel()
	advance := func() {}
	e := newEdgeAt(t, 10, func(exchange simcore.Exchange) {
		if exchange.Operation == arm.OperationResultsGet {
			advance()
		}
	})
	advance = func() { e.Clock.Advance(time.Hour) } // As if the wait had taken that long.
	object, diagnostics := e.run(t).Apply(t.Context(), vpnType, nil, e.vpn(acctest.Config{"duration_in_seconds": 1, "sas_url_wo": containerURL(e.Cloud, "cw", 30*time.Minute)}))
	acctest.ExpectWarning(t, diagnostics, "Could not stop packet capture", "has expired", "No stop was sent", "the next apply stops it")
	acctest.ExpectAttributes(t, object.Value, "status", "running")
	if len(e.running()) != 1 || e.Journal.Count("arm", arm.VirtualNetworkGatewaysStop) != 0 {
		t.Errorf("running %v, asked %v", e.running(), e.Journal.Summary())
	}
}

// TestWhatIsNoCaptureIsNotTakenOver: a gateway's limit, and work that is in
// progress.
func TestWhatIsNoCaptureIsNotTakenOver(t *testing.T) {
	t.Parallel()
	for code, message := range map[string]string{
		"PacketCaptureLimitReached": "5 packet captures are in progress on the gateway.", "GatewayUpdating": "An update is already in progress.",
	} {
		e := newEdge(t, nil)
		body := `{"error":{"code":"` + code + `","message":"` + message + `"}}`
		acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: arm.VirtualNetworkGatewaysStart, Kind: simcore.KindStatus, Code: 409, Body: []byte(body), Times: -1})
		_, diagnostics := e.run(t).Apply(t.Context(), vpnType, nil, e.vpn(acctest.Config{"take_over": true}))
		acctest.ExpectError(t, diagnostics, "Could not start packet capture", code)
		if e.Journal.Count("arm", arm.VirtualNetworkGatewaysStop) != 0 {
			t.Errorf("%s: something was stopped", code)
		}
	}
}
