package cfw

import (
	"errors"
	"net/http"
	"testing"
	"time"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

// TestAThrottledPostLooksAgain has somebody else start the same task while a
// throttled post waits. When it is sent again, that task has ended.
func TestAThrottledPostLooksAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simcore.Fault{
		"429":           {Kind: simcore.KindStatus, Code: http.StatusTooManyRequests},
		"busy":          {Kind: simcore.KindStatus, Code: 400, Body: []byte(`{"error_code":"CFW.00100001","error_msg":"busy"}`)},
		"busy with 200": {Kind: simcore.KindStatus, Code: 200, Body: []byte(`{"error_code":"CFW.00100001","error_msg":"busy"}`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.Observe = nil
			h.Set(t, map[string]string{"capture_minute": "3s", "task_visible_after": "2s"})
			ten := 10
			fault.RetryAfter = &ten
			h.Fail(t, "CreateCaptureTask", fault)
			var others string
			h.whenWaiting(func(passed time.Duration) {
				if others == "" && passed == 10*time.Second {
					others = h.CFW.AddTask(simcfw.Seed{Name: "same", CreatedAt: h.Clock.Now().Add(-passed)})
				}
			})
			task := h.mustCapture(t, example("same"))
			if task.ID == others || len(h.CFW.Tasks()) != 2 {
				t.Errorf("adopted %s, somebody else's is %s, of %v", task.ID, others, h.CFW.Tasks())
			}
			h.wantCalls(t, map[string]int{"CreateCaptureTask": 2})
		})
	}
}

// TestALaterTaskIsNobodysButItsMakers looks for a post that was reset after
// somebody else has made the same task: in each zone of the service's dates, at
// each time.
func TestALaterTaskIsNobodysButItsMakers(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"8h", "0s", "5h30m", "5h45m", "-3h30m"} {
		for _, later := range []time.Duration{15 * time.Minute, 30 * time.Minute, 45 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour} {
			t.Run(zone+" "+later.String(), func(t *testing.T) {
				t.Parallel()
				h := newHarness(t)
				h.Set(t, map[string]string{"utc_offset": zone})
				h.Fail(t, "CreateCaptureTask", simcore.Fault{Kind: simcore.KindReset})
				_, err := h.client.Capture(t.Context(), h.firewall, example("same"), nil)
				unconfirmed := new(UnconfirmedError)
				if !errors.As(err, &unconfirmed) {
					t.Fatal(err)
				}
				at := unconfirmed.Posting.At.Add(later)
				h.Clock.Advance(at.Sub(h.Clock.Now()))
				id := h.CFW.AddTask(simcfw.Seed{Name: "same", CreatedAt: at})
				task, err := h.client.Resolve(t.Context(), h.firewall, unconfirmed.Posting, nil)
				if err == nil {
					t.Fatalf("%s was taken for ours", task.ID)
				}
				told := errors.As(err, &unconfirmed) && len(unconfirmed.Candidates) == 1 && unconfirmed.Candidates[0].ID == id
				if !errors.Is(err, ErrNotListed) && !told {
					t.Errorf("the candidate is not named: %v", err)
				}
			})
		}
	}
}

// TestOursIsFoundAgainLater looks for a task whose answer was lost.
func TestOursIsFoundAgainLater(t *testing.T) {
	t.Parallel()
	for _, later := range []time.Duration{3 * time.Minute, 14 * time.Minute, 30 * time.Minute} {
		h := newHarness(t)
		h.Fail(t, "CreateCaptureTask", simcore.Fault{Kind: simcore.KindDropAfterCommit})
		h.Fail(t, "ListCaptureTask", simcore.Fault{Kind: simcore.KindReset, Skip: 1, Times: -1})
		_, err := h.client.Capture(t.Context(), h.firewall, example("ours"), nil)
		unconfirmed := new(UnconfirmedError)
		if !errors.As(err, &unconfirmed) {
			t.Fatal(err)
		}
		h.Faults.Clear()
		h.Clock.Advance(unconfirmed.Posting.At.Add(later).Sub(h.Clock.Now()))
		task, err := h.client.Resolve(t.Context(), h.firewall, unconfirmed.Posting, nil)
		if made := h.CFW.Tasks(); err != nil || len(made) != 1 || made[0].ID != task.ID {
			t.Errorf("after %s: %v, %v", later, task, err)
		}
	}
}

// TestAPostThatIsCarriedOutLateIsWaitedFor has the service carry out a post
// after the run that sent it has given up, and list its task later still.
func TestAPostThatIsCarriedOutLateIsWaitedFor(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Fail(t, "CreateCaptureTask", simcore.Fault{Kind: simcore.KindReset})
	_, err := h.client.Capture(t.Context(), h.firewall, example("late"), nil)
	unconfirmed := new(UnconfirmedError)
	if !errors.As(err, &unconfirmed) {
		t.Fatal(err)
	}
	made := unconfirmed.Posting.Until.Add(100 * time.Second)
	var id string
	h.whenWaiting(func(time.Duration) {
		if id == "" && h.Clock.Now().After(made.Add(time.Minute)) {
			id = h.CFW.AddTask(simcfw.Seed{Name: "late", CreatedAt: made})
		}
	})
	task, err := h.client.Resolve(t.Context(), h.firewall, unconfirmed.Posting, nil)
	if !errors.As(err, &unconfirmed) || len(unconfirmed.Candidates) != 1 || unconfirmed.Candidates[0].ID != id {
		t.Errorf("a task that was made late is not named: %v, %v", task, err)
	}
}

// TestOneListIsNoWitness shows a list without the task once.
func TestOneListIsNoWitness(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Observe = nil
	id := h.running("kept")
	empty := simcore.Fault{Kind: simcore.KindStatus, Code: 200, Body: []byte(`{"data":{"total":0,"records":[]}}`)}
	h.Fail(t, "ListCaptureTask", empty)
	if _, err := h.client.Find(t.Context(), h.firewall, id); err != nil {
		t.Errorf("taken for gone: %v", err)
	}
	if err := h.clock.Sleep(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	h.Fail(t, "ListCaptureTask", empty)
	if err := h.client.Delete(t.Context(), h.firewall, id, nil); err != nil || len(h.CFW.Tasks()) != 0 {
		t.Errorf("left %v, %v", h.CFW.Tasks(), err)
	}
}

// slowAnswers has every answer of the list take half a minute to arrive.
type slowAnswers struct {
	http.RoundTripper
	arrive func()
}

func (s slowAnswers) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := s.RoundTripper.RoundTrip(request)
	if request.Method == http.MethodGet {
		s.arrive()
	}
	return response, err
}

// TestASlowListDoesNotMakeOursTardy has time pass between the service's date of
// the list before the post, and the post.
func TestASlowListDoesNotMakeOursTardy(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	arrive := func() {
		if err := h.clock.Sleep(t.Context(), 30*time.Second); err != nil {
			t.Error(err)
		}
	}
	key := h.IAM.PermanentKey()
	h.client = New(huaweicloud.NewSession(huaweicloud.Config{
		Region: h.IAM.Region(), AccessKey: key.Access, SecretKey: key.Secret, ProjectID: h.IAM.ProjectID(),
		Endpoints: huaweicloud.Endpoints{CFW: h.CFWURL, IAM: h.IAMURL},
		Transport: slowAnswers{h.HTTP.Transport, arrive}, Clock: h.clock,
	}), DefaultPace())
	task := h.mustCapture(t, example("slow"))
	if made := h.CFW.Tasks(); len(made) != 1 || made[0].ID != task.ID {
		t.Errorf("got %+v, the service has %v", task, made)
	}
}
