package networkwatcher_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

func TestStopIsOnePostAndOnePoll(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	for range 2 { // The second time it has ended already.
		if err := s.client.Stop(t.Context(), s.id("web")); err != nil {
			t.Fatal(err)
		}
		s.wantRequests(t, map[string]int{arm.PacketCapturesStop: 1, arm.OperationsGet: 1})
	}
	status, err := s.client.Status(t.Context(), s.id("web"))
	if err != nil || *status.PacketCaptureStatus != armnetwork.PcStatusStopped || *status.StopReason != "Manual" {
		t.Errorf("got %v, %v", status, err)
	}
}

func TestARefusedStopIsFineIfTheSessionHasEnded(t *testing.T) {
	t.Parallel()
	refusal := simcore.Fault{
		Operation: arm.PacketCapturesStop, Kind: simcore.KindStatus, Code: http.StatusBadRequest,
		Body: json.RawMessage(`{"error":{"code":"NotRunning","message":"The session does not run."}}`),
	}
	for name, ended := range map[string]bool{"ended": true, "running": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.create(t, "web")
			if s.core.Clock.Advance(time.Minute); ended {
				s.core.Clock.Advance(time.Hour)
			}
			s.fault(t, refusal)
			err := s.client.Stop(t.Context(), s.id("web"))
			if ended != (err == nil) {
				t.Errorf("got %v", err)
			}
			if !ended {
				wantText(t, err, `cannot stop packet capture "web"`, "NotRunning")
			}
		})
	}
}

// TestAStopThatIsAnsweredWithSomethingElse answers a stop that nobody carried
// out with what is no operation.
func TestAStopThatIsAnsweredWithSomethingElse(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `"<html>log in</html>"`, `{"html":"x"}`, `{"error":{"code":"ServerBusy","message":"Try later."}}`} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.create(t, "web")
			s.fault(t, simcore.Fault{Operation: arm.PacketCapturesStop, Kind: simcore.KindStatus, Code: http.StatusOK, Body: json.RawMessage(body)})
			if err := s.client.Stop(t.Context(), s.id("web")); err == nil {
				t.Error("it counts as stopped")
			} else {
				wantText(t, err, `cannot stop packet capture "web"`, "operation (packet capture \"web\" to stop)")
			}
		})
	}
}

// TestAStopWhoseAnswerBreaksOffIsLookedAt cuts the answer to a stop that was
// carried out, and one that a gateway gave in its place.
func TestAStopWhoseAnswerBreaksOffIsLookedAt(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesStop, Kind: simcore.KindCutAnswer, Times: 2})
	err := s.client.Stop(t.Context(), s.id("web"))
	if err == nil {
		t.Error("it counts as stopped while the stop goes on")
	} else {
		wantText(t, err, `cannot stop packet capture "web"`, "broke off")
	}
	s.core.Clock.Advance(time.Minute)
	if err := s.client.Stop(t.Context(), s.id("web")); err != nil {
		t.Error(err)
	}
}

func TestStopOfAMissingCapture(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	if err := s.client.Stop(t.Context(), s.id("web")); !errors.Is(err, networkwatcher.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestDeleteIsOneDeleteOnePollAndAList(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	if err := s.client.Delete(t.Context(), s.id("web")); err != nil {
		t.Fatal(err)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesDelete: 1, arm.OperationsGet: 1, arm.PacketCapturesList: 1})
	if s.captures() != 0 {
		t.Error("it is still there")
	}
}

func TestDeletingWhatIsGoneIsFine(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"204", "404"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.set(t, arm.SwitchDeleteMissingStatus, status)
			if err := s.client.Delete(t.Context(), s.id("web")); err != nil {
				t.Error(err)
			}
			s.wantRequests(t, map[string]int{arm.PacketCapturesDelete: 1, arm.PacketCapturesList: 1})
		})
	}
}

func TestAGatewaysNotFoundDeletesNothing(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesDelete, Kind: simcore.KindStatus, Code: http.StatusNotFound, Body: json.RawMessage(`"<html>"`)})
	wantText(t, s.client.Delete(t.Context(), s.id("web")), "404")
	// A list that lacks it is no second witness.
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesDelete, Kind: simcore.KindStatus, Code: http.StatusNotFound, Body: json.RawMessage(`"<html>"`)})
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesList, Kind: simcore.KindEdited, Body: json.RawMessage(`{"value":[]}`)})
	wantText(t, s.client.Delete(t.Context(), s.id("web")), "404")
	// It is still known to exist.
	if err := s.client.CheckAbsent(t.Context(), s.id("web")); !errors.As(err, new(*networkwatcher.ExistsError)) {
		t.Errorf("got %v", err)
	}
}

func TestStopAndDeleteWaitForOtherOperations(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(*sim) error{
		"stop":   func(s *sim) error { return s.client.Stop(t.Context(), s.id("web")) },
		"delete": func(s *sim) error { return s.client.Delete(t.Context(), s.id("web")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.set(t, arm.SwitchBusyCapture, "refused")
			s.set(t, arm.SwitchOperationTime, "25s")
			if _, err := s.client.Create(t.Context(), s.id("web"), s.request()); err != nil {
				t.Fatal(err)
			}
			if err := do(s); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFailedStopsAndDeletesTellWhy(t *testing.T) {
	t.Parallel()
	for operation, do := range map[string]func(*sim) error{
		arm.PacketCapturesStop:   func(s *sim) error { return s.client.Stop(t.Context(), s.id("web")) },
		arm.PacketCapturesDelete: func(s *sim) error { return s.client.Delete(t.Context(), s.id("web")) },
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.create(t, "web")
			s.fault(t, simcore.Fault{Operation: operation, Kind: simcore.KindLROFailed, ErrorCode: "AgentBusy", Message: "The agent is busy."})
			wantText(t, do(s), `packet capture "web"`, "the operation failed: AgentBusy: The agent is busy.", "request id")
		})
	}
}

func TestADeleteCanBeInterrupted(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	s.set(t, arm.SwitchInProgressPolls, "1000")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.whenSleeping(func(time.Duration) { cancel() })
	err := s.client.Delete(ctx, s.id("web"))
	var interrupted *wait.Interrupted
	if !errors.As(err, &interrupted) || interrupted.LastState != "Deleting" {
		t.Errorf("got %v", err)
	}
}

func TestPollsThatFailForAWhileDoNotEndAWait(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		times  int
		passes bool
	}{"four in a row": {4, true}, "five in a row": {5, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.fault(t, simcore.Fault{Operation: arm.OperationsGet, Kind: simcore.KindMalformed, Times: test.times})
			creation, err := s.client.Create(t.Context(), s.id("web"), s.request())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := creation.Wait(t.Context()); (err == nil) != test.passes {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestForgottenOperationsAreJudgedByTheCapture(t *testing.T) {
	t.Parallel()
	forgotten := simcore.Fault{
		Operation: arm.OperationsGet, Kind: simcore.KindStatus, Code: http.StatusNotFound,
		Body: json.RawMessage(`{"error":{"code":"OperationNotFound","message":"Operation not found."}}`),
	}
	t.Run("create", func(t *testing.T) {
		t.Parallel()
		s := newSim(t)
		creation, err := s.client.Create(t.Context(), s.id("web"), s.request())
		if err != nil {
			t.Fatal(err)
		}
		s.fault(t, forgotten)
		s.core.Clock.Advance(time.Minute)
		if _, err := creation.Wait(t.Context()); err != nil {
			t.Error(err)
		}
	})
	for name, call := range map[string]func(*networkwatcher.Client, context.Context, networkwatcher.PacketCaptureID) error{
		"stop": (*networkwatcher.Client).Stop, "delete": (*networkwatcher.Client).Delete,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.create(t, "web")
			s.fault(t, forgotten)
			s.whenSleeping(func(time.Duration) { s.core.Clock.Advance(time.Minute) })
			if err := call(s.client, t.Context(), s.id("web")); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAPollBeyondTheLimitsEndsTheWait answers every poll with more than is read of
// one: another look would only meet the same.
func TestAPollBeyondTheLimitsEndsTheWait(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	endless := json.RawMessage(`{"name":"` + strings.Repeat("{", 600_000) + `"}`)
	s.fault(t, simcore.Fault{Operation: arm.OperationsGet, Kind: simcore.KindReplaced, Code: http.StatusOK, Body: endless, Times: -1})
	// Its status tells that it has stopped.
	if err := s.client.Stop(t.Context(), s.id("web")); err != nil {
		t.Fatal(err)
	}
	if polls := s.core.Journal.Count("arm", arm.OperationsGet); polls != 1 {
		t.Errorf("%d polls of the stop, want one", polls)
	}
}
