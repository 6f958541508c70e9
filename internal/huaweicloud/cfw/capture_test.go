package cfw

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

func TestCaptureFindsATaskThatIsListedLate(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	var waited []Progress
	task, err := h.client.Capture(t.Context(), h.firewall, example("late"), func(_ context.Context, progress Progress) {
		waited = append(waited, progress)
	})
	if err != nil {
		t.Fatal(err)
	}
	made := h.CFW.Tasks()
	if len(made) != 1 || task.ID != made[0].ID || task.Name != "late" || task.Status != StatusRunning || task.CaptureSize != "" {
		t.Errorf("got %+v, the service has %v", task, made)
	}
	if len(waited) < 2 || waited[0].State != "not listed yet" || !strings.Contains(waited[0].Waiting, `"late"`) {
		t.Errorf("progress: %v", waited)
	}
	h.wantCalls(t, map[string]int{"CreateCaptureTask": 1, "ListFirewallDetail": 1})
}

func TestTwoTasksOfOneNameAreNeverMixedUp(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"newest_first", "oldest_first", "by_id"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.Set(t, map[string]string{"list_order": order})
			older := h.CFW.AddTask(simcfw.Seed{Name: "twin"})
			first := h.mustCapture(t, example("twin"))
			h.Clock.Advance(time.Hour)
			second := h.mustCapture(t, example("twin"))
			if ids := []string{older, first.ID, second.ID}; len(slices.Compact(slices.Sorted(slices.Values(ids)))) != 3 {
				t.Fatalf("one task was bound twice: %v", ids)
			}
			for id, want := range map[string]Status{older: StatusCompleted, first.ID: StatusCompleted, second.ID: StatusRunning} {
				if found, err := h.client.Find(t.Context(), h.firewall, id); err != nil || found.ID != id || found.Status != want {
					t.Errorf("%s: got %+v, %v", id, found, err)
				}
			}
			if err := h.client.Delete(t.Context(), h.firewall, first.ID, nil); err != nil {
				t.Fatal(err)
			}
			if _, exists := h.CFW.Task(first.ID); exists || len(h.CFW.Tasks()) != 2 {
				t.Errorf("the wrong twin was deleted: %v", h.CFW.Tasks())
			}
		})
	}
}

func TestALostAnswerIsResolvedByAdoption(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Fail(t, "CreateCaptureTask", simcore.Fault{Kind: simcore.KindDropAfterCommit})
	task := h.mustCapture(t, example("lost"))
	if made := h.CFW.Tasks(); len(made) != 1 || made[0].ID != task.ID {
		t.Errorf("got %+v, the service has %v", task, made)
	}
	h.wantCalls(t, map[string]int{"CreateCaptureTask": 1})
}

func TestWhatMayBeRunningIsSaid(t *testing.T) {
	t.Parallel()
	reason := []string{`"ghost"`, "2026-01-02T03:04:05Z", "may be running", "the answer was lost"}
	for name, test := range map[string]struct {
		fault simcore.Fault
		parts []string
	}{
		"reset":         {simcore.Fault{Kind: simcore.KindReset}, nil},
		"server error":  {simcore.Fault{Kind: simcore.KindStatus, Code: 500}, []string{"500 CFW.00000008"}},
		"gateway's 503": {simcore.Fault{Kind: simcore.KindStatus, Code: 503, Body: []byte(`"<html><title>503 Down</title></html>"`)}, []string{"503 Down"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.Fail(t, "CreateCaptureTask", test.fault)
			_, err := h.client.Capture(t.Context(), h.firewall, example("ghost"), nil)
			wantMentioned(t, err, append(append(reason, h.firewall.ID), test.parts...)...)
			var unconfirmed *UnconfirmedError
			if !errors.As(err, &unconfirmed) || unconfirmed.Posting.Accepted || len(unconfirmed.Candidates) != 0 {
				t.Errorf("got %#v", err)
			}
			h.wantCalls(t, map[string]int{"CreateCaptureTask": 1})
			if passed := h.clock.Now().Sub(unconfirmed.Posting.At); passed < 2*time.Minute || passed > 3*time.Minute {
				t.Errorf("looked for it for %s, want about 2m", passed)
			}
		})
	}
}

func TestAnAcceptedTaskThatIsNeverListedIsSaidToBeAccepted(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Set(t, map[string]string{"task_visible_after": "1h"})
	_, err := h.client.Capture(t.Context(), h.firewall, example("ghost"), nil)
	wantMentioned(t, err, "the service accepted it", "may be running")
	h.wantCalls(t, map[string]int{"CreateCaptureTask": 1})
}

func TestAFailingListDoesNotLoseAPostedTask(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Fail(t, "ListCaptureTask", simcore.Fault{Kind: simcore.KindStatus, Code: 403, Skip: 1, Times: 2})
	h.Fail(t, "ListCaptureTask", simcore.Fault{Kind: simcore.KindStatus, Code: 500, Skip: 1, Times: 9})
	h.mustCapture(t, example("kept"))
	h.wantCalls(t, map[string]int{"CreateCaptureTask": 1})

	broken := newHarness(t)
	broken.Fail(t, "ListCaptureTask", simcore.Fault{Kind: simcore.KindReset, Skip: 1, Times: -1})
	_, err := broken.client.Capture(t.Context(), broken.firewall, example("kept"), nil)
	wantMentioned(t, err, "may be running", "the last look failed")
}

func TestThrottledCreateIsPostedUntilAccepted(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Fail(t, "CreateCaptureTask", simcore.Fault{Kind: simcore.KindStatus, Code: 429, Times: 2})
	h.mustCapture(t, example("throttled"))
	h.wantCalls(t, map[string]int{"CreateCaptureTask": 3})
	if made := h.CFW.Tasks(); len(made) != 1 {
		t.Errorf("made %v", made)
	}
}

func TestARefusalIsReportedWithItsCode(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(t *testing.T, h *harness)
		code    string
	}{
		"daily quota": {func(t *testing.T, h *harness) {
			t.Helper()
			h.Set(t, map[string]string{"daily_starts": "0", "daily_starts_code": "CFW.00999998"})
		}, "CFW.00999998"},
		"name conflict": {func(t *testing.T, h *harness) {
			t.Helper()
			h.Set(t, map[string]string{"duplicate_names": "refuse"})
			h.CFW.AddTask(simcfw.Seed{Name: "refused"})
		}, "CFW.00200007"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			test.prepare(t, h)
			_, err := h.client.Capture(t.Context(), h.firewall, example("refused"), nil)
			var refused *huaweicloud.Error
			if !errors.As(err, &refused) || refused.Code != test.code || refused.RequestID == "" || refused.Operation != "CreateCaptureTask" {
				t.Errorf("got %v", err)
			}
			h.wantCalls(t, map[string]int{"CreateCaptureTask": 1})
		})
	}
}

func TestTwoNewTasksThatBothFitAreNotGuessedBetween(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Set(t, map[string]string{"running_limit": "2"})
	twin := h.CFW.AddTask(simcfw.Seed{Name: "twin", CreatedAt: h.Clock.Now(), VisibleAfter: 3 * time.Second})
	_, err := h.client.Capture(t.Context(), h.firewall, example("twin"), nil)
	var unconfirmed *UnconfirmedError
	if !errors.As(err, &unconfirmed) || len(unconfirmed.Candidates) != 2 || !slices.Contains(unconfirmed.CandidateIDs(), twin) {
		t.Fatalf("got %v", err)
	}
	wantMentioned(t, err, unconfirmed.CandidateIDs()...)

	other := newHarness(t)
	other.Set(t, map[string]string{"running_limit": "2"})
	longer := other.CFW.AddTask(simcfw.Seed{Name: "twin", DurationInMinutes: 4, CreatedAt: other.Clock.Now(), VisibleAfter: 3 * time.Second})
	if task := other.mustCapture(t, example("twin")); task.ID == longer || task.DurationInMinutes != 3 {
		t.Errorf("adopted somebody else's task: %+v", task)
	}
}

// TestResolveTellsTwinsApart looks for a lost task beside one that somebody
// made a minute later with the same name and parameters.
func TestResolveTellsTwinsApart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fate simcore.Kind
		twin bool
		want string
	}{
		"ours alone":      {simcore.KindDropAfterCommit, false, "ours"},
		"ours and a twin": {simcore.KindDropAfterCommit, true, "ours"},
		"none":            {simcore.KindReset, false, "none"},
		"only somebody's": {simcore.KindReset, true, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.Fail(t, "CreateCaptureTask", simcore.Fault{Kind: test.fate})
			h.Fail(t, "ListCaptureTask", simcore.Fault{Kind: simcore.KindReset, Skip: 1, Times: -1})
			_, err := h.client.Capture(t.Context(), h.firewall, example("twin"), nil)
			var unconfirmed *UnconfirmedError
			if !errors.As(err, &unconfirmed) {
				t.Fatal(err)
			}
			h.Faults.Clear()
			made := h.CFW.Tasks()
			if test.twin {
				h.CFW.AddTask(simcfw.Seed{Name: "twin", CreatedAt: unconfirmed.Posting.At.Add(time.Minute)})
			}
			task, err := h.client.Resolve(t.Context(), h.firewall, unconfirmed.Posting, nil)
			switch {
			case test.want == "ours" && (err != nil || task.ID != made[0].ID):
				t.Errorf("got %v, %v", task, err)
			case test.want == "none" && !errors.Is(err, ErrNotListed):
				t.Errorf("got %v, %v", task, err)
			case test.want == "unknown" && (!errors.As(err, &unconfirmed) || len(unconfirmed.Candidates) != 1):
				t.Errorf("somebody's task was taken: %v, %v", task, err)
			}
		})
	}
}

func TestUnsupportedCapturesAreRefusedBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	ipv6 := example("six")
	ipv6.SourceAddress, ipv6.DestinationAddress = "2001:db8::1", "2001:db8::/64"
	mixed := example("mixed")
	mixed.DestinationAddress = "2001:db8::1"
	for name, test := range map[string]struct {
		firewall string
		request  CreateRequest
		parts    []string
	}{
		"no capture":       {h.CFW.FirewallWithoutCaptureID(), example("x"), []string{"packet capture", "sim-firewall-without-capture", "nothing was created"}},
		"no IPv6":          {h.CFW.FirewallWithoutIPv6ID(), ipv6, []string{"IPv6", "sim-firewall-without-ipv6", "nothing was created"}},
		"unknown firewall": {"nobody", example("x"), []string{`"nobody"`, "no firewall has the id"}},
		"mixed families":   {h.firewall.ID, mixed, []string{"ipv4", "ipv6", "one family"}},
	} {
		if _, err := h.client.Capture(t.Context(), Firewall{ID: test.firewall}, test.request, nil); err == nil {
			t.Errorf("%s: captured", name)
		} else {
			wantMentioned(t, err, test.parts...)
		}
	}
	h.wantCalls(t, map[string]int{"CreateCaptureTask": 0, "ListCaptureTask": 0})
	if task := h.mustCapture(t, ipv6); task.SourceAddressFamily != IPv6 || task.DestinationAddress != "2001:db8::/64" {
		t.Errorf("IPv6 where it is supported: %+v", task)
	}
}

func TestThePrecheckIsDoneOnceAndNeedsNoPermission(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	for range 3 {
		h.mustCapture(t, example("once"))
		h.Clock.Advance(time.Hour)
	}
	h.wantCalls(t, map[string]int{"ListFirewallDetail": 1})

	forbidden := newHarness(t)
	forbidden.Fail(t, "ListFirewallDetail", simcore.Fault{Kind: simcore.KindStatus, Code: http.StatusForbidden})
	forbidden.mustCapture(t, example("unchecked"))
	if !strings.Contains(forbidden.log(), "not checked") {
		t.Error("nobody is told that the firewall was not checked")
	}
}

func TestCaptureAcceptsHowTheServiceWritesPorts(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Set(t, map[string]string{"omitted_port": "1-65535"})
	task := h.mustCapture(t, example("ports"))
	if task.SourcePort != "1-65535" || !SamePort(task.SourcePort, "") {
		t.Errorf("got %+v", task)
	}
	h.Clock.Advance(time.Hour)
	tcp := example("tcp")
	tcp.Protocol, tcp.DestinationPort = ProtocolTCP, "443"
	if task := h.mustCapture(t, tcp); task.Protocol != ProtocolTCP || task.DestinationPort != "443" {
		t.Errorf("got %+v", task)
	}
}

// delayFirstListAfterCreate has the first list after a create be answered an
// hour after it was read.
func (h *harness) delayFirstListAfterCreate(t *testing.T) {
	t.Helper()
	observe := h.Observe
	var created atomic.Bool
	var once sync.Once
	h.Observe = func(exchange simcore.Exchange) {
		observe(exchange)
		if exchange.Operation == "CreateCaptureTask" {
			created.Store(true)
		}
		if created.Load() && exchange.Operation == "ListCaptureTask" {
			once.Do(func() {
				if err := h.clock.Sleep(t.Context(), time.Hour); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestAListThatCameLateIsNotTheLast has the first list after the create begin
// before the task shows, and arrive when all time for that is over.
func TestAListThatCameLateIsNotTheLast(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.delayFirstListAfterCreate(t)
	h.mustCapture(t, CreateRequest{
		Name: "slow", DurationInMinutes: 180, MaxPackets: 100000, SourceAddress: "1.1.1.1", DestinationAddress: "2.2.2.2", Protocol: ProtocolAny,
	})
}

// TestAnErrorBesideASuccess has the service act and speak of an error with the
// status of a success: what runs is found, and posted once.
func TestAnErrorBesideASuccess(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simcore.Fault{
		"confirmed and busy": {Kind: simcore.KindEdited, Body: []byte(`{"error_code":"CFW.00100001","error_msg":"busy"}`), Times: -1},
		"another form":       {Kind: simcore.KindReplaced, Body: []byte(`{"error":{"code":"ServerBusy","message":"Try later."}}`), Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.Fail(t, "CreateCaptureTask", fault)
			task := h.mustCapture(t, example("same"))
			if made := h.CFW.Tasks(); len(made) != 1 || made[0].ID != task.ID {
				t.Errorf("got %s of %v", task.ID, made)
			}
			h.wantCalls(t, map[string]int{"CreateCaptureTask": 1})
		})
	}
}
