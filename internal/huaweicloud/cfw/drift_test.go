package cfw

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

// skewed moves the Date of each answer.
type skewed struct {
	base http.RoundTripper
	by   time.Duration
}

func (s *skewed) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := s.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	date, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return nil, errors.Join(err, response.Body.Close())
	}
	response.Header.Set("Date", date.Add(s.by).UTC().Format(http.TimeFormat))
	return response, nil
}

// TestAClockThatMovesHidesNoTask has the clock that the service answers with
// move, before or after a task has shown the zone of the service's dates.
func TestAClockThatMovesHidesNoTask(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{true, false} {
		for _, kind := range []simcore.Kind{simcore.KindDropAfterCommit, ""} {
			for _, by := range []time.Duration{30 * time.Second, -30 * time.Second, 3 * time.Minute, -3 * time.Minute} {
				t.Run(by.String()+" "+string(kind), func(t *testing.T) {
					t.Parallel()
					h := newHarness(t)
					h.Set(t, map[string]string{"capture_minute": "3s"})
					clock := &skewed{base: h.HTTP.Transport}
					key := h.IAM.PermanentKey()
					session := huaweicloud.NewSession(huaweicloud.Config{
						Region: h.IAM.Region(), AccessKey: key.Access, SecretKey: key.Secret, MaxRetries: 3,
						Endpoints: huaweicloud.Endpoints{CFW: h.CFWURL, IAM: h.IAMURL}, Transport: clock, Clock: h.clock,
					})
					h.client = New(session, DefaultPace())
					if known {
						h.mustCapture(t, example("first"))
					}
					clock.by = by
					if kind != "" {
						h.Fail(t, "CreateCaptureTask", simcore.Fault{Kind: kind})
					}
					made, err := h.client.Capture(t.Context(), h.firewall, example("second"), nil)
					h.wantNamed(t, made, err)
					unconfirmed := new(UnconfirmedError)
					if errors.As(err, &unconfirmed) {
						made, err = New(session, DefaultPace()).Resolve(t.Context(), h.firewall, unconfirmed.Posting, nil)
						h.wantNamed(t, made, err)
					}
				})
			}
		}
	}
}

// wantNamed wants the newest task to be a candidate, and not to be taken.
func (h *harness) wantNamed(t *testing.T, made Captured, err error) {
	t.Helper()
	tasks := h.CFW.Tasks()
	unconfirmed := new(UnconfirmedError)
	if !errors.As(err, &unconfirmed) || len(unconfirmed.Candidates) != 1 || unconfirmed.Candidates[0].ID != tasks[len(tasks)-1].ID {
		t.Fatalf("got %q, %v", made.ID, err)
	}
	wantMentioned(t, err, "cannot be told from its date")
}
