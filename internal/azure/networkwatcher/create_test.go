package networkwatcher_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestACreateIsOnePutAndItsPolls(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.set(t, arm.SwitchRetryAfter, "10s")
	s.set(t, arm.SwitchOperationTime, "10s")
	s.set(t, arm.SwitchInProgressPolls, "2")
	creation, err := s.client.Create(t.Context(), s.id("web"), s.request())
	if err != nil {
		t.Fatal(err)
	}
	if *creation.Accepted.Properties.ProvisioningState != armnetwork.ProvisioningStateUpdating || *creation.Accepted.ID != s.id("web").String() {
		t.Errorf("accepted %v", *creation.Accepted.Properties.ProvisioningState)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesCreate: 1})
	created, err := creation.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if *created.Properties.ProvisioningState != armnetwork.ProvisioningStateSucceeded || *created.Properties.StorageLocation.StoragePath == "" || *created.Properties.TimeLimitInSeconds != 600 {
		t.Errorf("created %v", created.Properties)
	}
	if *creation.Accepted.Properties.ProvisioningState != armnetwork.ProvisioningStateUpdating {
		t.Error("the accepted capture was changed")
	}
	s.wantRequests(t, map[string]int{arm.OperationsGet: 3})
	if got := s.clock.Sleeps(); !slices.Equal(got, []time.Duration{10 * time.Second, 10 * time.Second, 10 * time.Second}) {
		t.Errorf("slept %v, want what the service asked for before every poll", got)
	}
}

func TestAStoragePathLeftOpenIsReadInTheEnd(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	creation, err := s.client.Create(t.Context(), s.id("web"), s.request())
	if err != nil {
		t.Fatal(err)
	}
	creation.Accepted.Properties.StorageLocation.StoragePath = new("")
	created, err := creation.Wait(t.Context())
	if err != nil || *created.Properties.StorageLocation.StoragePath == "" {
		t.Fatalf("got %v, %v", created, err)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesCreate: 1, arm.OperationsGet: 1, arm.PacketCapturesGet: 1})
}

func TestALostAnswerMakesOneCaptureWhichIsAdopted(t *testing.T) {
	t.Parallel()
	endless := json.RawMessage(`{"name":"` + strings.Repeat("{", 600_000) + `"}`)
	serviceError := json.RawMessage(`{"error":{"code":"ServerTimeout","message":"Try again.","details":[]}}`)
	for name, test := range map[string]struct {
		fault    simcore.Fault
		requests map[string]int
	}{
		"answer lost": {simcore.Fault{Kind: simcore.KindDropAfterCommit},
			map[string]int{arm.PacketCapturesCreate: 1, arm.PacketCapturesGet: 1}},
		"answer unreadable": {simcore.Fault{Kind: simcore.KindMalformed},
			map[string]int{arm.PacketCapturesCreate: 1, arm.PacketCapturesGet: 1}},
		// The SDK asks again for a PUT whose answer breaks off, and then it is there.
		"answer cut": {simcore.Fault{Kind: simcore.KindCutAnswer},
			map[string]int{arm.PacketCapturesCreate: 1, arm.PacketCapturesGet: 1}},
		"answer beyond the limits": {simcore.Fault{Kind: simcore.KindReplaced, Code: http.StatusCreated, Body: endless},
			map[string]int{arm.PacketCapturesCreate: 1, arm.PacketCapturesGet: 1}},
		"cut before": {simcore.Fault{Kind: simcore.KindReset},
			map[string]int{arm.PacketCapturesCreate: 2, arm.PacketCapturesGet: 1, arm.OperationsGet: 1}},
		"unavailable": {simcore.Fault{Kind: simcore.KindStatus, Code: http.StatusServiceUnavailable, Body: serviceError},
			map[string]int{arm.PacketCapturesCreate: 2, arm.PacketCapturesGet: 1, arm.OperationsGet: 1}},
		"timed out": {simcore.Fault{Kind: simcore.KindStatus, Code: http.StatusRequestTimeout, Body: serviceError},
			map[string]int{arm.PacketCapturesCreate: 2, arm.PacketCapturesGet: 1, arm.OperationsGet: 1}},
		"throttled": {simcore.Fault{Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: new(7)},
			map[string]int{arm.PacketCapturesCreate: 2, arm.OperationsGet: 1}},
		"busy": {simcore.Fault{Kind: simcore.KindStatus, Code: http.StatusConflict, RetryAfter: new(7)},
			map[string]int{arm.PacketCapturesCreate: 2, arm.OperationsGet: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			test.fault.Operation = arm.PacketCapturesCreate
			s.fault(t, test.fault)
			creation, err := s.client.Create(t.Context(), s.id("web"), s.request())
			if err != nil {
				t.Fatal(err)
			}
			// The operation of a lost answer ends with time.
			s.core.Clock.Advance(time.Minute)
			created, err := creation.Wait(t.Context())
			if err != nil || *created.Properties.ProvisioningState != armnetwork.ProvisioningStateSucceeded {
				t.Fatalf("got %v, %v", created, err)
			}
			requests := test.requests
			if requests[arm.OperationsGet] == 0 {
				// Adopted: it is read until it is created.
				requests[arm.PacketCapturesGet]++
			}
			s.wantRequests(t, requests)
			if s.captures() != 1 {
				t.Errorf("%d captures", s.captures())
			}
			if test.fault.RetryAfter != nil && s.clock.Sleeps()[0] != 7*time.Second {
				t.Errorf("slept %v, want the 7s that the service asked for", s.clock.Sleeps())
			}
		})
	}
}

func TestALostAnswerDoesNotAdoptAnotherCapture(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: simcore.KindReset})
	other := s.request()
	other.Properties.Filters = nil
	_, err := s.client.Create(t.Context(), s.id("web"), other)
	exists := new(networkwatcher.ExistsError)
	if !errors.As(err, &exists) || exists.ID != s.id("web") {
		t.Fatalf("got %v", err)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesCreate: 1, arm.PacketCapturesGet: 1})
}

func TestALateCommitIsAdoptedWhenTheRepeatIsRefused(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	// The first request is handled after the look for it, which the fault
	// of that look stands for; the repeat then meets what it made.
	notFound := `{"error":{"code":"NotFound","message":"Resource ` + s.id("web").String() + ` not found."}}`
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: simcore.KindDropAfterCommit})
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesGet, Kind: simcore.KindStatus, Code: http.StatusNotFound, Body: json.RawMessage(notFound)})
	creation, err := s.client.Create(t.Context(), s.id("web"), s.request())
	if err != nil || *creation.Accepted.Name != "web" {
		t.Fatalf("got %v", err)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesCreate: 2, arm.PacketCapturesGet: 2})
}

func TestWhatBecameOfALostRequestCanStayUncertain(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: simcore.KindDropAfterCommit})
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesGet, Kind: simcore.KindStatus, Code: http.StatusForbidden, Times: -1})
	_, err := s.client.Create(t.Context(), s.id("web"), s.request())
	uncertain := new(networkwatcher.UncertainError)
	if !errors.As(err, &uncertain) || uncertain.ID != s.id("web") {
		t.Fatalf("got %v", err)
	}
	wantText(t, err, "may or may not have created packet capture "+s.id("web").String(), "did not answer", "AuthorizationFailed")
}

func TestACreateThatKeepsFailingEnds(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: simcore.KindStatus, Code: http.StatusServiceUnavailable, Times: -1})
	_, err := s.client.Create(t.Context(), s.id("web"), s.request())
	wantText(t, err, `cannot create packet capture "web"`, "503", "ServerTimeout", "request id")
	s.wantRequests(t, map[string]int{arm.PacketCapturesCreate: 5, arm.PacketCapturesGet: 5})
	if got := s.clock.Sleeps(); len(got) != 4 || got[3] < got[0] {
		t.Errorf("slept %v, want four growing pauses", got)
	}
}

func TestARefusedCreateIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*testing.T, *sim)
		parts  []string
		// gets are looks whether the name is taken; exists is what they see.
		gets   int
		exists bool
	}{
		"exists already": {func(t *testing.T, s *sim) { t.Helper(); s.create(t, "web") }, []string{"409", "Conflict", "exists"}, 1, true},
		"exists already, another status": {func(t *testing.T, s *sim) {
			t.Helper()
			s.set(t, arm.SwitchExistingNameStatus, "400")
			s.create(t, "web")
		}, []string{"400", "exists"}, 1, true},
		"missing machine": {func(_ *testing.T, s *sim) { s.arm.Delete(s.ids.VMID) }, []string{"HTTP 4"}, 1, false},
		"missing watcher": {func(_ *testing.T, s *sim) { s.arm.Delete(s.ids.NetworkWatcherID) }, []string{"missing network watcher"}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			test.change(t, s)
			_, err := s.client.Create(t.Context(), s.id("web"), s.request())
			wantText(t, err, append(test.parts, "request id")...)
			if exists := new(networkwatcher.ExistsError); errors.As(err, &exists) != test.exists || test.exists && exists.ID != s.id("web") {
				t.Errorf("got %v", err)
			}
			requests := map[string]int{arm.PacketCapturesCreate: 1}
			if test.gets > 0 {
				requests[arm.PacketCapturesGet] = test.gets
			}
			s.wantRequests(t, requests)
		})
	}
}

func TestAFailedOperationTellsWhy(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: simcore.KindLROFailed, ErrorCode: "VMExtensionMissing", Message: "Install the agent."})
	creation, err := s.client.Create(t.Context(), s.id("web"), s.request())
	if err != nil {
		t.Fatal(err)
	}
	_, err = creation.Wait(t.Context())
	wantText(t, err, `cannot create packet capture "web": the operation failed: VMExtensionMissing: Install the agent. (request id `)
	if details := azure.Describe(err); details.Code != "VMExtensionMissing" || details.RequestID == "" {
		t.Errorf("details %q", details)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesCreate: 1, arm.OperationsGet: 1})
}

func TestAnAdoptedCaptureThatFailedIsAnError(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	request := s.request()
	request.Properties.Target = new(s.ids.VMWithoutAgentID)
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: simcore.KindDropAfterCommit})
	creation, err := s.client.Create(t.Context(), s.id("web"), request)
	if err != nil {
		t.Fatal(err)
	}
	_, err = creation.Wait(t.Context())
	wantText(t, err, "provisioning state is now Failed")
}

func TestAHundredCreatesAtOnce(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	var group sync.WaitGroup
	for _, name := range names(100) {
		group.Go(func() {
			if err := s.client.CheckAbsent(t.Context(), s.id(name)); err != nil {
				t.Error(err)
				return
			}
			creation, err := s.client.Create(t.Context(), s.id(name), s.request())
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := creation.Wait(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	s.wantRequests(t, map[string]int{arm.PacketCapturesList: 1, arm.PacketCapturesCreate: 100, arm.OperationsGet: 100})
	if s.captures() != 100 {
		t.Errorf("%d captures", s.captures())
	}
}

// TestALostAnswerAdoptsNothingOfAnotherResource has two resources of one run
// with the same name and parameters; the answer to the second create is lost.
func TestALostAnswerAdoptsNothingOfAnotherResource(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	if _, err := s.client.Create(t.Context(), s.id("web"), s.request()); err != nil {
		t.Fatal(err)
	}
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: simcore.KindReset})
	_, err := s.client.Create(t.Context(), s.id("WEB"), s.request())
	exists := new(networkwatcher.ExistsError)
	if !errors.As(err, &exists) || exists.Origin != networkwatcher.OriginThisRun {
		t.Errorf("got %v", err)
	}
}
