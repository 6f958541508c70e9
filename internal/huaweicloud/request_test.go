package huaweicloud

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

func statusFault(code, times int) simcore.Fault {
	return simcore.Fault{Kind: simcore.KindStatus, Code: code, Times: times}
}

func pageFault(code int) simcore.Fault {
	return simcore.Fault{Kind: simcore.KindStatus, Code: code, Body: json.RawMessage(`"<html><title>No</title></html>"`)}
}

func coded(status int, code string) simcore.Fault {
	return simcore.Fault{Kind: simcore.KindStatus, Code: status, Body: json.RawMessage(`{"error_code":"` + code + `","error_msg":"failed"}`)}
}

func TestWhatIsTriedAgain(t *testing.T) {
	t.Parallel()
	busy := simcore.Fault{Kind: simcore.KindStatus, Code: 400, Body: json.RawMessage(`{"error_code":"CFW.00100001","error_msg":"system busy, try later"}`)}
	refused := simcore.Fault{Kind: simcore.KindStatus, Code: 400, Body: json.RawMessage(`{"error_code":"CFW.00200003","error_msg":"parameter error"}`)}
	reset, drop := simcore.Fault{Kind: simcore.KindReset}, simcore.Fault{Kind: simcore.KindDropAfterCommit}
	for name, test := range map[string]struct {
		fault        simcore.Fault
		list, create bool
		lost         bool
	}{
		"throttled":            {statusFault(429, 1), true, false, false},
		"busy":                 {busy, true, false, false},
		"busy, with 200":       {with200(`{"error_code":"CFW.00100001","error_msg":"busy"}`), true, false, false},
		"refused, with 200":    {with200(`{"error_code":"CFW.00200003","error_msg":"parameter error"}`), false, false, false},
		"foreign, with 200":    {with200(`{"error":{"code":"ServerBusy","message":"Try later."}}`), false, false, true},
		"a page, with 200":     {with200(`"<html><title>Log in</title></html>"`), true, false, true},
		"unavailable":          {statusFault(503, 1), true, false, true},
		"failed":               {statusFault(500, 1), true, false, true},
		"gateway timeout":      {statusFault(504, 1), true, false, true},
		"reset":                {reset, true, false, true},
		"lost after commit":    {drop, true, false, true},
		"refused":              {refused, false, false, false},
		"forbidden":            {statusFault(403, 1), false, false, false},
		"no such API":          {statusFault(404, 1), false, false, false},
		"unauthorized key":     {statusFault(401, 1), false, false, false},
		"redirected":           {statusFault(302, 1), false, false, true},
		"timed out":            {statusFault(408, 1), true, false, true},
		"a page, with 401":     {pageFault(401), false, false, true},
		"a page, with 409":     {pageFault(409), false, false, true},
		"a page, with 429":     {pageFault(429), true, false, false},
		"failed, with 400":     {coded(400, "CFW.00000008"), false, false, true},
		"behind, with 400":     {coded(400, "CFW.00109004"), false, false, true},
		"gateway lost service": {coded(400, "APIGW.0201"), false, false, true},
		"gateway, with 200":    {coded(200, "APIGW.0201"), false, false, true},
		"nobody's code":        {coded(400, "X.1"), false, false, true},
		"nothing wrong at all": {simcore.Fault{Kind: simcore.KindDelay, Delay: "1ms"}, true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			s := h.session(nil)
			h.Fail(t, "ListCaptureTask", test.fault)
			h.Fail(t, "CreateCaptureTask", test.fault)
			if err := s.Do(t.Context(), h.list(), nil); (err == nil) != test.list {
				t.Errorf("list: %v", err)
			}
			err := s.Do(t.Context(), h.create(), nil)
			if (err == nil) != test.create || errors.As(err, new(*LostAnswerError)) != test.lost {
				t.Errorf("create: %v", err)
			}
			if got := h.Calls("CreateCaptureTask"); got != 1 {
				t.Errorf("posted %d times", got)
			}
		})
	}
}

func TestLostAnswerSaysWhatWasSentWhen(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Fail(t, "CreateCaptureTask", simcore.Fault{Kind: simcore.KindDropAfterCommit})
	err := h.session(nil).Do(t.Context(), h.create(), nil)
	wantMentioned(t, err, "CreateCaptureTask", "2026-01-02T03:04:05Z", "unknown")
	if got := len(h.CFW.Tasks()); got != 1 {
		t.Errorf("%d tasks, want the one that was committed", got)
	}
}

func TestTheServicesPaceIsKept(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	seconds := 7
	fault := statusFault(429, 1)
	fault.RetryAfter = &seconds
	h.Fail(t, "ListCaptureTask", fault)
	h.Fail(t, "ListCaptureTask", statusFault(503, 2))
	mustDo(t, h.session(nil), h.list())
	sleeps := h.clock.Sleeps()
	if len(sleeps) != 3 || sleeps[0] != 7*time.Second {
		t.Fatalf("slept %v, want the service's 7s and two of our own", sleeps)
	}
	for i, longest := range map[int]time.Duration{1: 2 * time.Second, 2: 4 * time.Second} {
		if sleeps[i] < longest/2 || sleeps[i] > longest {
			t.Errorf("pause %d took %s, want %s to %s", i, sleeps[i], longest/2, longest)
		}
	}
}

func TestRetriesEnd(t *testing.T) {
	t.Parallel()
	for status, calls := range map[int]map[int]int{503: {0: 1, 2: 3}, 429: {0: 1, 2: 21}} {
		for retries, want := range calls {
			h := newHarness(t)
			h.Fail(t, "ListCaptureTask", statusFault(status, -1))
			err := h.session(func(config *Config) { config.MaxRetries = retries }).Do(t.Context(), h.list(), nil)
			if wantMentioned(t, err, strconv.Itoa(status)); status == 429 {
				wantMentioned(t, err, "APIGW.0308", "200,time:5 minute", "-parallelism")
			}
			if got := h.Calls("ListCaptureTask"); got != want {
				t.Errorf("with %d retries after %d: %d calls, want %d", retries, status, got, want)
			}
		}
	}
}

func TestAnEndedContextEndsTheRetries(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	ctx, cancel := context.WithCancel(t.Context())
	s := h.session(func(config *Config) {
		config.Log = func(_ context.Context, message string, _ map[string]string) {
			if strings.Contains(message, "tried again") {
				cancel()
			}
		}
	})
	h.Fail(t, "ListCaptureTask", statusFault(429, -1))
	err := s.Do(ctx, h.list(), nil)
	wantMentioned(t, err, "APIGW.0308", "canceled")
	if !errors.Is(err, context.Canceled) || !errors.As(err, new(*Error)) {
		t.Errorf("got %v, want both causes", err)
	}
}

func TestWhatWasNeverSentIsNotLost(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	s := h.session(func(config *Config) { config.Endpoints.CFW, config.MaxRetries = "http://127.0.0.1:1", 2 })
	err := s.Do(t.Context(), h.create(), nil)
	if errors.As(err, new(*LostAnswerError)) {
		t.Errorf("a refused connection counts as a lost answer: %v", err)
	}
	wantMentioned(t, err, "CreateCaptureTask", "127.0.0.1:1", "connection refused")
	if got := len(h.clock.Sleeps()); got != 0 || !Temporary(err) || !Unreachable(err) {
		t.Errorf("tried again %d times, temporary %v, unreachable %v", got, Temporary(err), Unreachable(err))
	}
}

func TestAHostThatIsNotTrustedIsTriedOnce(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	s := h.session(func(config *Config) { config.Transport = simtest.Transport() })
	t.Cleanup(s.CloseIdleConnections)
	err := s.Do(t.Context(), h.list(), nil)
	wantMentioned(t, err, "certificate")
	if len(h.clock.Sleeps()) != 0 {
		t.Error("was tried again")
	}
}

func TestProjectIsLookedUpOncePerRegion(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	other := h.IAM.AddProject("cn-east-3")
	s := h.session(nil)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if err := s.Do(t.Context(), h.list(), nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := h.Journal.Count("iam", "KeystoneListProjects"); got != 1 {
		t.Errorf("looked up %d times", got)
	}
	if id, err := s.ProjectID(t.Context(), "cn-east-3"); id != other.ID || err != nil {
		t.Errorf("another region: %q, %v", id, err)
	}
}

func TestProjectSettings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(*Config)
		region  string
		lookups int
		want    func(h *harness) string
		fails   []string
	}{
		"by region": {nil, "", 1, func(h *harness) string { return h.IAM.ProjectID() }, nil},
		"by id":     {func(c *Config) { c.ProjectID = "p1" }, "", 0, func(*harness) string { return "p1" }, nil},
		"an id belongs to the configured region": {
			func(c *Config) { c.ProjectID = "p1" }, "cn-east-3", 1, nil, []string{"0 projects", `"cn-east-3"`},
		},
		"by name":        {func(c *Config) { c.ProjectName = "cn-north-4_team" }, "", 1, func(*harness) string { return "" }, nil},
		"unknown name":   {func(c *Config) { c.ProjectName = "nobody" }, "", 1, nil, []string{"0 projects", "HW_PROJECT_ID"}},
		"ambiguous name": {func(c *Config) { c.ProjectName = "twice" }, "", 1, nil, []string{"2 projects", `"twice"`}},
		"no region":      {func(c *Config) { c.Region = "" }, "", 0, nil, []string{"HW_REGION_NAME"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.IAM.AddProject("twice")
			h.IAM.AddProject("twice")
			got, err := h.session(test.change).ProjectID(t.Context(), test.region)
			if count := h.Journal.Count("iam", "KeystoneListProjects"); count != test.lookups {
				t.Errorf("looked up %d times, want %d", count, test.lookups)
			}
			if test.fails != nil {
				wantMentioned(t, err, test.fails...)
				return
			}
			if want := test.want(h); err != nil || got == "" || want != "" && got != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
}

func TestAnOddProjectIDCannotChangeThePath(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	err := h.session(func(config *Config) { config.ProjectID = "p1/../p2" }).Do(t.Context(), h.list(), nil)
	wantMentioned(t, err, "p1/../p2", "not a Huawei Cloud project id")
}

func TestRequestsCarryWhatTheyShould(t *testing.T) {
	t.Parallel()
	var seen http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		if _, err := w.Write([]byte("{}")); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	h := newHarness(t)
	s := h.session(func(config *Config) { config.Endpoints.CFW, config.ProjectID = server.URL, "p1" })
	mustDo(t, s, h.create())
	for name, want := range map[string]string{
		"User-Agent": "cloudtap-test", "Content-Type": "application/json", "X-Project-Id": "p1", "X-Sdk-Date": "20260102T030405Z",
	} {
		if got := seen.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
